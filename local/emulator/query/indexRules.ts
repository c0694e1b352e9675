import { badRequest } from '../errors';
import { pathSegments } from '../partition/partitionKey';
import type { CompositePath, IndexingPolicy } from '../resources/indexingPolicy';
import type { Expression, OrderItem, Query } from '../sql/ast';

const unsegmented = /\/(\?|\*)$/;

/** The property names of a plain path under the query's alias; `undefined` for any other expression. */
function segmentsOf(expression: Expression, alias: string): string[] | undefined {
  if (expression.kind === 'alias') return expression.name === alias ? [] : undefined;
  if (expression.kind !== 'member' || expression.property.kind !== 'literal') return undefined;
  const { value } = expression.property;
  const parent = segmentsOf(expression.object, alias);
  if (!parent) return undefined;
  return typeof value === 'string'
    ? [...parent, value]
    : typeof value === 'number'
      ? [...parent, '[]']
      : undefined;
}

/** How closely an indexing path fits a property: the number of its names, or -1 where it doesn't. */
function closeness(path: string, segments: string[]): number {
  const names = pathSegments(path.replace(unsegmented, '') || '/').filter((name) => name !== '');
  if (names.length > segments.length) return -1;
  if (path.endsWith('/?') && names.length !== segments.length) return -1;
  return names.every((name, index) => name === segments[index])
    ? names.length + (path.endsWith('/?') ? 0.5 : 0)
    : -1;
}

const best = (paths: { path: string }[], segments: string[]): number =>
  Math.max(-1, ...paths.map(({ path }) => closeness(path, segments)));

/** Whether the policy indexes a property: the closer of an including and an excluding path decides. */
function isIndexed(policy: IndexingPolicy, segments: string[]): boolean {
  if (policy.indexingMode === 'none') return false;
  return best(policy.includedPaths, segments) > best(policy.excludedPaths, segments);
}

/** Whether the policy names the property itself, and not only everything at once. */
const isNamed = (policy: IndexingPolicy, segments: string[]): boolean =>
  best(policy.includedPaths, segments) > 0;

const compositeSegments = ({ path }: CompositePath): string => pathSegments(path).join('\u0000');

interface SortOrder {
  segments: string[];
  descending: boolean;
}

/** Whether a composite index has exactly these paths, in these directions or in all the opposite ones. */
function serves(index: CompositePath[], orders: SortOrder[]): boolean {
  if (index.length !== orders.length) return false;
  const agrees = orders.map(({ segments, descending }, at) => {
    const path = index[at];
    if (!path || compositeSegments(path) !== segments.join('\u0000')) return undefined;
    return (path.order === 'descending') === descending;
  });
  return agrees.every((agree) => agree === true) || agrees.every((agree) => agree === false);
}

/** Which index has the rows in this order, and from which end it is read. */
export interface OrderIndex {
  /** Its number among the composite indexes. */
  ordinal: number;
  backwards: boolean;
}

/** An index that is read from its beginning rather than one that is read from its end. */
function orderIndex(indexes: CompositePath[][], orders: SortOrder[]): OrderIndex | undefined {
  if (orders.some(({ segments }) => segments.includes('[]'))) return undefined;
  const found = indexes.flatMap((index, ordinal) =>
    serves(index, orders)
      ? [{ ordinal, backwards: (index[0]?.order === 'descending') !== orders[0]?.descending }]
      : [],
  );
  return found.find(({ backwards }) => !backwards) ?? found[0];
}

export interface OrderRule {
  /** Rows whose sort keys are missing are left out (the index does not know them). */
  dropMissingKeys: boolean;
  index?: OrderIndex;
}

/**
 * Refuses an ORDER BY that the service refuses for want of an index: an excluded path, or several properties without
 * a composite index in the same (or all the opposite) directions. Items that lack a sort property are not found
 * through the default policy, only where the policy names the property.
 * @throws CosmosError 400
 */
export function orderByRule(query: Query, policy: IndexingPolicy): OrderRule {
  const [source] = query.sources;
  if (query.orderBy.length === 0 || query.rank || !source) return { dropMissingKeys: false };
  const orders = query.orderBy.map((item) => requirePath(item, source.alias));
  if (source.from.kind !== 'root' || orders.some((order) => order === undefined))
    return { dropMissingKeys: false };
  const known = orders.filter((order) => order !== undefined);
  const [first] = known;
  if (known.length === 1 && first) {
    if (!isIndexed(policy, first.segments) && first.segments.join() !== '_ts')
      throw badRequest('The index path corresponding to the specified order-by item is excluded.');
    return { dropMissingKeys: !isNamed(policy, first.segments) };
  }
  const indexes = policy.compositeIndexes ?? [];
  if (!indexes.some((index) => serves(index, known)))
    throw badRequest(
      'The order by query does not have a corresponding composite index that it can be served from.',
    );
  const index = orderIndex(indexes, known);
  return { dropMissingKeys: false, ...(index && { index }) };
}

/** Sort keys are paths: of the container's item (given back), or of another alias (`undefined`). */
function requirePath({ expression, descending }: OrderItem, alias: string) {
  const segments = segmentsOf(expression, alias);
  if (segments && segments.length > 0) return { segments, descending };
  if (isSomePath(expression)) return undefined;
  if (expression.kind === 'call' && /^vectordistance$/i.test(expression.name)) return undefined;
  throw badRequest(
    'Unsupported ORDER BY clause. ORDER BY item expression could not be mapped to a document path.',
  );
}

const isSomePath = (expression: Expression): boolean =>
  expression.kind === 'member' ? isSomePath(expression.object) : expression.kind === 'alias';
