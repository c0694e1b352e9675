import { CosmosError, SubStatus } from '../errors';
import type { PhysicalRange } from '../partition/ranges';
import type { Container } from '../resources/container';
import type { Query } from '../sql/ast';
import { hasAggregate } from '../sql/grouping';
import type { PreparedQuery } from './preparedQuery';
import type { KeyFilter } from './pushDown';
import { planQuery } from './queryPlan';

/** The physical partitions that can hold results, as far as the WHERE clause tells. */
export function partitionsOf(container: Container, { keys }: KeyFilter): PhysicalRange[] {
  const { ranges } = container.record;
  if (!keys) return ranges;
  const wanted = keys.map((key) => container.effectiveKey(key));
  return ranges.filter(({ minInclusive, maxExclusive }) =>
    // A leading part of a key covers everything from its hash to its hash followed by the highest digits.
    wanted.some((epk) => epk < maxExclusive && `${epk}FF` > minInclusive),
  );
}

/** Whether the results of several partitions cannot simply be put one after the other. */
export function needsMerging({ selection, orderBy, groupBy, distinct, top, limit }: Query): boolean {
  if (orderBy.length > 0 || groupBy.length > 0 || distinct || top || limit) return true;
  if (selection.kind === 'all') return false;
  const selected =
    selection.kind === 'value' ? [selection.expression] : selection.items.map((item) => item.expression);
  return selected.some(hasAggregate);
}

/**
 * Refuses what the service's gateway refuses: merging the results of several physical partitions. The client then
 * runs the plan that comes with the refusal.
 * @returns how many physical partitions the query asks
 * @throws CosmosError 400/1004 with the plan
 */
export function requireServable(
  prepared: PreparedQuery,
  container: Container,
  filter: KeyFilter,
  scope: 'key' | 'range' | 'all',
): number {
  if (scope !== 'all') return 1;
  const count = partitionsOf(container, filter).length;
  if (count <= 1 || !(prepared.inner || needsMerging(prepared.ast))) return count;
  throw new CosmosError(
    400,
    'The provided cross partition query can not be directly served by the gateway. This is a first chance (internal) exception that all newer clients will know how to handle gracefully.',
    {
      substatus: SubStatus.crossPartitionQueryNotServable,
      additionalErrorInfo: JSON.stringify(planQuery(prepared, container, filter)),
    },
  );
}

/**
 * For a client that switched cross-partition queries off: WHERE must name full partition keys.
 * @throws CosmosError 400
 */
export function requireOneKey(container: Container, { keys }: KeyFilter): void {
  const levels = container.definition.partitionKey.paths.length;
  if (keys?.length === 1 && keys[0]?.length === levels) return;
  throw new CosmosError(
    400,
    'Cross partition query is required but disabled. Please set x-ms-documentdb-query-enablecrosspartition to true, specify x-ms-documentdb-partitionkey, or revise your query to avoid this exception.',
  );
}
