import { badRequest } from '../errors';
import { isObject } from '../json';
import type { Query } from '../sql/ast';
import type { CompiledQuery } from '../sql/compiledQuery';
import { compileQuery } from '../sql/compileQuery';
import { memoise } from '../sql/memoise';
import { parseQuery } from '../sql/parser';

/** A query as parsed and as compiled. */
export interface PreparedQuery {
  text: string;
  ast: Query;
  compiled: CompiledQuery;
}

/** Parses and compiles once a text. @throws CosmosError 400 */
export const prepareQuery = memoise(500, (text: string): PreparedQuery => {
  const ast = parseQuery(text);
  return { text, ast, compiled: compileQuery(ast) };
});

export interface QueryRequest {
  text: string;
  parameters: ReadonlyMap<string, unknown>;
}

/** Reads the body of a query request: `{query, parameters: [{name, value}]}`. @throws CosmosError 400 */
export function parseQueryRequest(body: unknown): QueryRequest {
  if (!isObject(body) || typeof body.query !== 'string') throw badRequest('The query text is missing.');
  const given = body.parameters ?? [];
  if (!Array.isArray(given)) throw badRequest('The query parameters must be an array.');
  const parameters = new Map<string, unknown>();
  for (const parameter of given) {
    if (!isObject(parameter) || typeof parameter.name !== 'string' || !/^@/.test(parameter.name))
      throw badRequest('A query parameter needs a name that begins with @.');
    parameters.set(parameter.name, parameter.value);
  }
  return { text: body.query, parameters };
}
