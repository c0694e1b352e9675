import {
  apartOf,
  compositeIndexes,
  type IndexPath,
  inverted,
  orderedBytes,
  part,
} from '../items/compositeIndex';
import { prefixEnd } from '../partition/bytes';
import { orderedComponent, orderedStringBound } from '../partition/effectiveKey';
import type { Container } from '../resources/container';
import type { Query } from '../sql/ast';
import { compositeKey } from '../storage/keys';
import { computedProperties } from './computedProperties';
import type { OrderIndex } from './indexRules';
import { type Bounds, conjuncts, filterLevel } from './pushDown';

/** The part of a composite index that holds a query's results in their order. */
export interface OrderRange {
  start: string;
  end: string;
  /** From the end to the start. */
  backwards: boolean;
  /** Where the item's entries would be that the index could not put in order. */
  apart: string;
  /** The key of an entry with these sort values, all but its item's number. */
  keyOf(sortValues: readonly unknown[]): string | undefined;
}

/**
 * Finds the part of a composite index by which a query can be read in its order: the index begins with the container's partition
 * key, WHERE names one value of it, and bounds on the path after the last value narrow it further.
 */
export function orderRange(
  query: Query,
  container: Container,
  parameters: ReadonlyMap<string, unknown>,
  orderIndex: OrderIndex | undefined,
): OrderRange | undefined {
  if (!orderIndex) return undefined;
  const { ordinal, backwards } = orderIndex;
  const index = compositeIndexes(container.definition.indexingPolicy)[ordinal];
  const [source] = query.sources;
  const [partitionPath] = container.partitionPaths;
  if (!index || !source) return undefined;
  if (index[0]?.segments.join('\u0000') !== partitionPath?.join('\u0000')) return undefined;
  // Entries are made of what the items hold.
  const computed = computedProperties(container.definition);
  if (index.some(({ segments: [name = ''] }) => computed.has(name))) return undefined;
  const parts = conjuncts(query.where);
  const values: unknown[] = [];
  let bounds: Bounds = {};
  for (const { segments } of index) {
    const filter = filterLevel(parts, source.alias, segments, parameters);
    if (filter.values?.length !== 1) {
      bounds = filter.bounds;
      break;
    }
    values.push(filter.values[0]);
  }
  const equal = orderedBytes(values, index);
  if (values.length === 0 || equal === undefined) return undefined;
  const entry = (bytes: string) => compositeKey(container.key, ordinal, bytes);
  const { low, high } = boundBytes(bounds, index[values.length]);
  return {
    start: entry(part.ordered + equal + low),
    end: prefixEnd(entry(part.ordered + equal + high)),
    backwards,
    apart: entry(apartOf(values[0])),
    keyOf: (sortValues) => {
      const bytes = orderedBytes(sortValues, index);
      return bytes === undefined ? undefined : entry(part.ordered + bytes);
    },
  };
}

/** The first and the last beginning that values within the bounds may have in an index. */
function boundBytes({ low, high }: Bounds, path: IndexPath | undefined): { low: string; high: string } {
  const known = low ?? high;
  if (known === undefined || !path || (low !== undefined && high !== undefined && typeof low !== typeof high))
    return { low: '', high: '' };
  const type = typeof known === 'string' ? '\x08' : '\x05';
  const bytes = (value: string | number | undefined) =>
    value === undefined
      ? type
      : typeof value === 'string'
        ? orderedStringBound(value)
        : orderedComponent(value);
  return path.descending
    ? { low: inverted(bytes(high)), high: inverted(bytes(low)) }
    : { low: bytes(low), high: bytes(high) };
}
