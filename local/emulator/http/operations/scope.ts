import { badRequest } from '../../errors';
import { earlierOf, laterOf, prefixEnd } from '../../partition/bytes';
import { requireFullKey } from '../../partition/partitionKey';
import type { PhysicalRange } from '../../partition/ranges';
import type { EpkRange } from '../../query/itemScan';
import type { PlaceRange } from '../../query/pushDown';
import type { Container } from '../../resources/container';
import type { Exchange } from '../exchange';

/** What part of a container a request is about. */
export interface RequestScope {
  places: PlaceRange[];
  epk?: EpkRange;
  /** `key`: one logical partition; `range`: a physical partition or part of one; `all`: nothing said. */
  kind: 'key' | 'range' | 'all';
}

const everywhere: PlaceRange[] = [{ start: '', end: prefixEnd('') }];

const isEpk = (value: string): boolean => /^[0-9A-F]*$/.test(value);

function epkHeaders(exchange: Exchange, range: PhysicalRange): EpkRange {
  const start = exchange.header('x-ms-start-epk') || range.minInclusive;
  const end = exchange.header('x-ms-end-epk') || range.maxExclusive;
  if (!isEpk(start) || !isEpk(end)) throw badRequest('The effective partition key range is invalid.');
  // A range that reaches beyond its physical partition is cut to it.
  return {
    minInclusive: laterOf(start, range.minInclusive),
    maxExclusive: earlierOf(end, range.maxExclusive),
  };
}

/**
 * Reads the scope from the partition key header, or the range id and effective key headers.
 * @throws CosmosError 400; 410 for a range that was split
 */
export function scopeOf(exchange: Exchange, container: Container): RequestScope {
  const key = exchange.partitionKey();
  if (key) {
    exchange.range = container.rangeOfKey(requireFullKey(key, container.definition.partitionKey));
    const prefix = container.storagePrefix(key);
    return { kind: 'key', places: [{ start: prefix, end: prefixEnd(prefix) }] };
  }
  const id = exchange.header('x-ms-documentdb-partitionkeyrangeid');
  if (id === undefined) return { kind: 'all', places: everywhere };
  exchange.range = container.rangeById(id);
  const epk = epkHeaders(exchange, exchange.range);
  const whole = epk.minInclusive === '' && epk.maxExclusive === 'FF';
  return { kind: 'range', places: everywhere, ...(whole ? {} : { epk }) };
}
