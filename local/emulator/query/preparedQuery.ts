import { badRequest } from '../errors';
import { isObject } from '../json';
import type { Query, Source } from '../sql/ast';
import type { CompiledQuery } from '../sql/compiledQuery';
import { compileQuery } from '../sql/compileQuery';
import { type ComputedProperties, noComputedProperties } from '../sql/frame';
import { memoise } from '../sql/memoise';
import { parseQuery } from '../sql/parser';

/** A query as parsed and as compiled. */
export interface PreparedQuery {
  text: string;
  ast: Query;
  compiled: CompiledQuery;
  /** `FROM (SELECT DISTINCT … FROM c)`: runs over all items first, and the query then over its rows. */
  inner?: { ast: Query; compiled: CompiledQuery };
}

/** The subquery whose rows depend on all items and not, as others in FROM do, on one. */
function innerOf({ sources: [first] }: Query): Query | undefined {
  if (first?.from.kind !== 'query') return undefined;
  const { query } = first.from;
  return query.distinct && query.sources[0]?.from.kind === 'root' ? query : undefined;
}

/** The query that looks at the items: the subquery, where there is one of that kind. */
export const overItems = ({ ast, inner }: PreparedQuery): Query => inner?.ast ?? ast;

function prepare(text: string, computed: ComputedProperties): PreparedQuery {
  const ast = parseQuery(text);
  const inner = innerOf(ast);
  if (!inner) return { text, ast, compiled: compileQuery(ast, computed) };
  const [first, ...joined] = ast.sources;
  const sources: Source[] = [
    { alias: first?.alias ?? '', iterate: false, from: { kind: 'root' } },
    ...joined,
  ];
  const compiled = compileQuery({ ...ast, sources });
  return { text, ast, compiled, inner: { ast: inner, compiled: compileQuery(inner, computed) } };
}

const preparers = new WeakMap<ComputedProperties, (text: string) => PreparedQuery>();

/** Parses and compiles once a text, for items that have `computed` properties. @throws CosmosError 400 */
export function prepareQuery(text: string, computed = noComputedProperties): PreparedQuery {
  let preparer = preparers.get(computed);
  if (!preparer) {
    preparer = memoise(500, (query: string) => prepare(query, computed));
    preparers.set(computed, preparer);
  }
  return preparer(text);
}

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
