import { badRequest } from '../errors';
import { isObject, type JsonObject } from '../json';
import { findAggregate } from '../sql/aggregates';
import type { Expression, Query } from '../sql/ast';
import { compileQuery } from '../sql/compileQuery';
import { type ComputedProperties, noComputedProperties } from '../sql/frame';
import { parseQuery } from '../sql/parser';
import { printQuery } from '../sql/print';

const computedPropertiesMax = 20;
const reservedNames = new Set(['id', '_rid', '_ts', '_self', '_etag', '_attachments']);

/** What a definition may not call: its value must depend on the item alone, and cost little. */
const refusedFunction = /^(GETCURRENT\w*|RAND|ST_\w+)$/i;

function callsRefused(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(callsRefused);
  if (!isObject(value)) return false;
  const { kind, name } = value;
  if (kind === 'exists' || kind === 'arrayQuery' || kind === 'scalarQuery') return true;
  if (kind === 'call' && (value.udf || refusedFunction.test(String(name)) || findAggregate(String(name))))
    return true;
  return Object.values(value).some(callsRefused);
}

/** The one expression of `SELECT VALUE … FROM c`. @throws CosmosError 400 for any other query */
function parseDefinition(name: string, text: string): { alias: string; expression: Expression } {
  const query = parseQuery(text);
  const { selection, sources } = query;
  const [source, join] = sources;
  const bare: Query = {
    distinct: false,
    selection,
    sources,
    groupBy: [],
    orderBy: [],
    rank: false,
  };
  const plain = selection.kind === 'value' && source?.from.kind === 'root' && !join;
  if (!plain || printQuery(query) !== printQuery(bare) || callsRefused(selection))
    throw badRequest(
      `The computed property '${name}' must be SELECT VALUE of an expression over one item, without other clauses, subqueries, aggregates, spatial or non-deterministic functions.`,
    );
  compileQuery(query);
  return { alias: source.alias, expression: selection.expression };
}

function parseComputedProperties(value: unknown): ComputedProperties {
  if (value === undefined || value === null) return noComputedProperties;
  if (!Array.isArray(value) || value.length > computedPropertiesMax)
    throw badRequest(`computedProperties must be an array of at most ${computedPropertiesMax}.`);
  const parsed = new Map<string, { alias: string; expression: Expression }>();
  for (const entry of value) {
    const { name, query } = isObject(entry) ? entry : { name: undefined, query: undefined };
    if (typeof name !== 'string' || name === '' || typeof query !== 'string')
      throw badRequest('A computed property needs a name and a query.');
    if (reservedNames.has(name) || parsed.has(name))
      throw badRequest(`The name '${name}' of a computed property is reserved or given twice.`);
    parsed.set(name, parseDefinition(name, query));
  }
  return parsed.size === 0 ? noComputedProperties : parsed;
}

const known = new WeakMap<JsonObject, ComputedProperties>();

/**
 * The computed properties of a container: values that queries find on an item though it does not hold them.
 * @throws CosmosError 400 where a definition is invalid
 */
export function computedProperties(definition: JsonObject): ComputedProperties {
  let properties = known.get(definition);
  if (!properties) {
    properties = parseComputedProperties(definition.computedProperties);
    known.set(definition, properties);
  }
  return properties;
}
