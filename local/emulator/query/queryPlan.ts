import { badRequest } from '../errors';
import type { Container } from '../resources/container';
import type { Expression, Query } from '../sql/ast';
import { columnName } from '../sql/compileQuery';
import { hasAggregate, isAggregate } from '../sql/grouping';
import { printExpression, printQuery } from '../sql/print';
import type { PreparedQuery } from './preparedQuery';
import type { KeyFilter } from './pushDown';

export interface QueryInfo {
  distinctType: 'None' | 'Ordered' | 'Unordered';
  top: number | null;
  offset: number | null;
  limit: number | null;
  orderBy: ('Ascending' | 'Descending')[];
  orderByExpressions: string[];
  groupByExpressions: string[];
  groupByAliases: string[];
  aggregates: string[];
  groupByAliasToAggregateType: Record<string, string | null>;
  rewrittenQuery: string;
  hasSelectValue: boolean;
  dCountInfo: null;
  hasNonStreamingOrderBy: boolean;
}

interface QueryRange {
  min: string;
  max: string;
  isMinInclusive: boolean;
  isMaxInclusive: boolean;
}

export interface QueryPlan {
  partitionedQueryExecutionInfoVersion: 2;
  queryInfo: QueryInfo;
  queryRanges: QueryRange[];
}

const emptyInfo: QueryInfo = {
  distinctType: 'None',
  top: null,
  offset: null,
  limit: null,
  orderBy: [],
  orderByExpressions: [],
  groupByExpressions: [],
  groupByAliases: [],
  aggregates: [],
  groupByAliasToAggregateType: {},
  rewrittenQuery: '',
  hasSelectValue: false,
  dCountInfo: null,
  hasNonStreamingOrderBy: false,
};

/** Clients put their own condition here when they resume a sorted query. */
const resumeFilter = '{documentdb-formattableorderbyquery-filter}';

/**
 * The plan by which a client runs a query over the physical partitions and merges the results. With one partition
 * there is nothing to merge: the empty plan makes the client send the query as it is.
 * @throws CosmosError 400 for what no client can merge
 */
export function planQuery({ ast, inner }: PreparedQuery, container: Container, filter: KeyFilter): QueryPlan {
  const isOnePartition = container.record.ranges.length === 1;
  // The service has a plan for counting distinct values, which the JavaScript client does not know.
  if (inner && !isOnePartition) throw badRequest('A subquery with DISTINCT is not merged across partitions.');
  const queryInfo = isOnePartition ? emptyInfo : describe(ast);
  return { partitionedQueryExecutionInfoVersion: 2, queryInfo, queryRanges: rangesOf(container, filter) };
}

function rangesOf(container: Container, { keys }: KeyFilter): QueryRange[] {
  const whole = { min: '', max: 'FF', isMinInclusive: true, isMaxInclusive: false };
  if (!keys || container.record.ranges.length === 1) return [whole];
  const levels = container.definition.partitionKey.paths.length;
  const ranges = keys.map((key) => {
    const epk = container.effectiveKey(key);
    return key.length === levels
      ? { min: epk, max: epk, isMinInclusive: true, isMaxInclusive: true }
      : { min: epk, max: `${epk}FF`, isMinInclusive: true, isMaxInclusive: false };
  });
  return ranges.sort((a, b) => (a.min < b.min ? -1 : 1));
}

const numberOf = (expression: Expression | undefined): number | null =>
  expression?.kind === 'literal' && typeof expression.value === 'number' ? expression.value : null;

function describe(query: Query): QueryInfo {
  const offset = query.limit ? (numberOf(query.offset) ?? 0) : null;
  const limit = numberOf(query.limit);
  const info: QueryInfo = {
    ...emptyInfo,
    distinctType: query.distinct ? (query.orderBy.length > 0 ? 'Ordered' : 'Unordered') : 'None',
    top: numberOf(query.top),
    offset,
    limit,
    hasSelectValue: query.selection.kind === 'value',
  };
  // Each partition must give enough rows for the client to skip the first ones itself.
  const paging = limit === null ? undefined : `OFFSET 0 LIMIT ${(offset ?? 0) + limit}`;
  if (isGrouped(query)) return { ...info, ...describeGroups(query, paging) };
  if (query.orderBy.length > 0) return { ...info, ...describeOrder(query, paging) };
  return { ...info, rewrittenQuery: printQuery(query, { paging }) };
}

function isGrouped({ selection, groupBy }: Query): boolean {
  if (groupBy.length > 0) return true;
  if (selection.kind === 'all') return false;
  const selected =
    selection.kind === 'value' ? [selection.expression] : selection.items.map((item) => item.expression);
  return selected.some(hasAggregate);
}

function describeOrder(query: Query, paging: string | undefined): Partial<QueryInfo> {
  const [source] = query.sources;
  const keys = query.orderBy.map(({ expression }) => printExpression(expression));
  const items = keys.map((key) => `{"item": ${key}}`).join(', ');
  const selection = `${source?.alias ?? 'c'}._rid, [${items}] AS orderByItems, ${payloadOf(query)} AS payload`;
  return {
    orderBy: query.orderBy.map(({ descending }) => (descending ? 'Descending' : 'Ascending')),
    orderByExpressions: keys,
    rewrittenQuery: printQuery(
      { ...query, distinct: false },
      { selection, filter: `(${resumeFilter})`, paging },
    ),
  };
}

/** The SELECT clause as one expression. */
function payloadOf({ selection, sources }: Query): string {
  if (selection.kind === 'all') return sources[0]?.alias ?? 'c';
  if (selection.kind === 'value') return printExpression(selection.expression);
  return printExpression({ kind: 'object', properties: namedColumns(selection.items) });
}

function namedColumns(items: { expression: Expression; alias?: string }[]) {
  let unnamed = 0;
  return items.map(({ expression, alias }) => {
    const name = alias ?? columnName(expression);
    if (name === undefined) unnamed += 1;
    return { name: name ?? `$${unnamed}`, value: expression };
  });
}

const typeNames: Record<string, string> = {
  COUNT: 'Count',
  SUM: 'Sum',
  AVG: 'Average',
  MIN: 'Min',
  MAX: 'Max',
  COUNTIF: 'CountIf',
  MAKELIST: 'MakeList',
  MAKESET: 'MakeSet',
};

function requireMergeable(expression: Expression): { name: string; text: string } {
  const name = expression.kind === 'call' ? expression.name.toUpperCase() : '';
  const type = typeNames[name];
  if (expression.kind !== 'call' || !type)
    throw badRequest('Compositions of aggregates and other expressions are not allowed across partitions.');
  const argument = expression.parameters.map(printExpression).join();
  if (name === 'AVG')
    return { name: type, text: `{"item": {"sum": SUM(${argument}), "count": COUNT(${argument})}}` };
  if (name === 'MIN' || name === 'MAX')
    return {
      name: type,
      text: `{"item": ${name}(${argument}), "item2": {"${name.toLowerCase()}": ${name}(${argument}), "count": COUNT(${argument})}}`,
    };
  return { name: type, text: `{"item": ${name}(${argument})}` };
}

function describeGroups(query: Query, paging: string | undefined): Partial<QueryInfo> {
  const { selection, groupBy } = query;
  const keys = groupBy.map(printExpression);
  const groups =
    keys.length > 0 ? `[${keys.map((key) => `{"item": ${key}}`).join(', ')}] AS groupByItems, ` : '';
  const rest = { ...query, top: undefined, distinct: false };
  // Every group is needed before any can be left out.
  const all = paging === undefined ? undefined : '';
  if (selection.kind === 'all') throw badRequest("'SELECT *' is not allowed with GROUP BY or aggregates.");
  if (selection.kind === 'value') {
    if (!hasAggregate(selection.expression)) {
      const payload = `${groups}${printExpression(selection.expression)} AS payload`;
      return {
        groupByExpressions: keys,
        rewrittenQuery: printQuery(rest, { selection: payload, paging: all }),
      };
    }
    const { name, text } = requireMergeable(selection.expression);
    const payload = keys.length > 0 ? `${groups}[${text}] AS payload` : `VALUE [${text}]`;
    return {
      groupByExpressions: keys,
      aggregates: [name],
      rewrittenQuery: printQuery(rest, { selection: payload, paging: all }),
    };
  }
  const types: Record<string, string | null> = {};
  const columns = namedColumns(selection.items).map(({ name, value }) => {
    if (!hasAggregate(value)) {
      types[name] = null;
      return `${JSON.stringify(name)}: ${printExpression(value)}`;
    }
    if (!isAggregate(value))
      throw badRequest('Compositions of aggregates and other expressions are not allowed across partitions.');
    const aggregate = requireMergeable(value);
    types[name] = aggregate.name;
    return `${JSON.stringify(name)}: ${aggregate.text}`;
  });
  return {
    groupByExpressions: keys,
    groupByAliases: Object.keys(types),
    groupByAliasToAggregateType: types,
    rewrittenQuery: printQuery(rest, {
      selection: `${groups}{${columns.join(', ')}} AS payload`,
      paging: all,
    }),
  };
}
