import { type ItemRecord, isExpired, parseItem, readRecord, readWritten } from '../items/itemRecord';
import { earlierOf, fromBinary, laterOf, prefixEnd } from '../partition/bytes';
import type { PartitionKeyDefinition } from '../partition/partitionKey';
import type { Container } from '../resources/container';
import { idIndexPrefix, itemKey, kinds, placeOf, prefixRange } from '../storage/keys';
import type { StoreReader } from '../storage/orderedStore';
import { intersectPlaces } from './places';
import type { KeyFilter, PlaceRange } from './pushDown';

/** A half-open range of effective partition keys (upper-case hex). */
export interface EpkRange {
  minInclusive: string;
  maxExclusive: string;
}

export interface ScannedItem {
  place: string;
  record: ItemRecord;
}

const hashHexDigits = 32;

/** Whether an item's key lies in an EPK range, looking into the item only where its first hash leaves it open. */
export function epkContains(
  container: Container,
  item: ScannedItem,
  { minInclusive, maxExclusive }: EpkRange,
): boolean {
  const { kind, version } = container.definition.partitionKey;
  const hash = fromBinary(item.place.slice(0, 16)).toString('hex').toUpperCase();
  const open =
    (kind === 'Hash' && version !== 2) ||
    (kind === 'MultiHash' &&
      (minInclusive.slice(0, hashHexDigits) === hash || maxExclusive.slice(0, hashHexDigits) === hash));
  const epk = open ? container.effectiveKey(container.keyOf(parseItem(item.record))) : hash;
  return minInclusive <= epk && epk < maxExclusive;
}

/** The storage that an EPK range can occupy. */
export function epkPlaces(
  { minInclusive, maxExclusive }: EpkRange,
  { kind, version }: PartitionKeyDefinition,
): PlaceRange {
  if (kind === 'Hash' && version !== 2) return { start: '', end: prefixEnd('') };
  const even = (hex: string) => fromBinaryHex(hex.slice(0, Math.min(hashHexDigits, hex.length & ~1)));
  const end =
    maxExclusive.length >= hashHexDigits
      ? prefixEnd(even(maxExclusive))
      : prefixEnd(even(maxExclusive) || '\u00ff');
  return { start: even(minInclusive), end };
}

const fromBinaryHex = (hex: string): string => Buffer.from(hex, 'hex').toString('latin1');

export interface Scan {
  places: PlaceRange[];
  /** Only items at these places, in key order. */
  candidates?: readonly string[] | undefined;
  epk?: EpkRange;
  /** Begin after this place, or at it when `inclusive`. */
  after?: string;
  inclusive?: boolean;
  /** In the order of insertion instead of key order; for few items only, since it looks at all their keys first. */
  byInsertion?: boolean;
}

/** More items than this are walked in key order, so that no page has to look at all their keys. */
const byInsertionMax = 2000;

/** Whether the items of a scan are few enough to be walked in the order of insertion. */
export function isSmall(
  reader: StoreReader,
  container: Container,
  scan: Scan,
  itemsMax = byInsertionMax,
): boolean {
  let count = 0;
  for (const _place of placesOf(reader, container, scan)) {
    count += 1;
    if (count > itemsMax) return false;
  }
  return true;
}

/** Walks the live items of some storage: in the order of insertion, or in key order (by partition, then insertion). */
export function* scanItems(
  reader: StoreReader,
  container: Container,
  scan: Scan,
  nowSeconds: number,
): Generator<ScannedItem> {
  if (!scan.byInsertion) {
    yield* scanByPlace(reader, container, scan, nowSeconds);
    return;
  }
  const { epk, after, inclusive = false } = scan;
  const from = after?.slice(-8);
  const numbered = [...placesOf(reader, container, scan)].map((place) => ({
    place,
    number: place.slice(-8),
  }));
  numbered.sort((a, b) => (a.number < b.number ? -1 : 1));
  for (const { place, number } of numbered) {
    if (from !== undefined && (inclusive ? number < from : number <= from)) continue;
    const item = readItem(reader, container, place, nowSeconds);
    if (item && (!epk || epkContains(container, item, epk))) yield item;
  }
}

/** The places that a scan would look at, live or not. */
function* placesOf(reader: StoreReader, container: Container, scan: Scan): Generator<string> {
  const { places, candidates, epk } = scan;
  const bounds = epk && epkPlaces(epk, container.definition.partitionKey);
  for (const range of bounds ? intersectPlaces(places, [bounds]) : places) {
    if (candidates) yield* inRange(candidates, range);
    else
      for (const key of reader.keys({
        start: itemKey(container.key, range.start),
        end: endKey(container, range.end),
      }))
        yield placeOf(key);
  }
}

function* scanByPlace(
  reader: StoreReader,
  container: Container,
  scan: Scan,
  nowSeconds: number,
): Generator<ScannedItem> {
  const { places, candidates, epk, after, inclusive = false } = scan;
  const bounds = epk && epkPlaces(epk, container.definition.partitionKey);
  for (const range of places) {
    let start = bounds ? laterOf(bounds.start, range.start) : range.start;
    const end = bounds ? earlierOf(bounds.end, range.end) : range.end;
    if (after !== undefined && after >= start) start = inclusive ? after : `${after}\x00`;
    if (start >= end) continue;
    const entries = candidates
      ? itemsAt(reader, container, inRange(candidates, { start, end }))
      : reader.range({ start: itemKey(container.key, start), end: endKey(container, end) });
    for (const { key, value } of entries) {
      const item = { place: placeOf(key), record: readRecord(value) };
      if (isExpired(item.record, container.definition.defaultTtl, nowSeconds)) continue;
      if (epk && !epkContains(container, item, epk)) continue;
      yield item;
    }
  }
}

/** The live item at a place. */
export function readItem(
  reader: StoreReader,
  container: Container,
  place: string,
  nowSeconds: number,
): ScannedItem | undefined {
  const value = reader.get(itemKey(container.key, place));
  if (!value) return undefined;
  const record = readRecord(value);
  return isExpired(record, container.definition.defaultTtl, nowSeconds) ? undefined : { place, record };
}

/**
 * The places that indexes of their own tell of a filter (by id, or by the time of the last write), in key order; `undefined`
 * where none does.
 */
export function candidatePlaces(
  reader: StoreReader,
  container: Container,
  places: readonly PlaceRange[],
  { ids, writtenSince }: Pick<KeyFilter, 'ids' | 'writtenSince'>,
): string[] | undefined {
  return ids
    ? placesWithIds(reader, container, ids, places)
    : placesWrittenSince(reader, container, writtenSince);
}

/** Where the items of some ranges are that have one of these ids, in key order. What lies outside is not looked at. */
function placesWithIds(
  reader: StoreReader,
  container: Container,
  ids: readonly string[],
  ranges: readonly PlaceRange[],
): string[] {
  const places = new Set<string>();
  for (const id of ids) {
    const prefix = idIndexPrefix(container.key, id);
    for (const { start, end } of ranges)
      for (const key of reader.keys({ start: prefix + start, end: prefix + end }))
        places.add(key.slice(prefix.length));
  }
  return [...places].sort();
}

/** More writes than this are not looked through: the items are scanned instead. */
const writesMax = 20_000;

/** The places of items written in a second or later, in key order; `undefined` where they are many, or where none is given. */
function placesWrittenSince(
  reader: StoreReader,
  container: Container,
  seconds: number | undefined,
): string[] | undefined {
  if (seconds === undefined) return undefined;
  const found: string[] = [];
  let looked = 0;
  for (const { value } of reader.range({ ...prefixRange(kinds.lsns + container.key), reverse: true })) {
    const { ts, newestTs, place } = readWritten(value);
    if (newestTs < seconds) break;
    looked += 1;
    if (looked > writesMax) return undefined;
    if (ts >= seconds) found.push(place);
  }
  return found.sort();
}

const inRange = (places: readonly string[], { start, end }: PlaceRange): string[] =>
  places.filter((place) => start <= place && place < end);

function* itemsAt(reader: StoreReader, container: Container, places: readonly string[]) {
  for (const place of places) {
    const key = itemKey(container.key, place);
    const value = reader.get(key);
    if (value) yield { key, value };
  }
}

const endKey = (container: Container, end: string): string =>
  end.startsWith('\u00ff') ? prefixEnd(itemKey(container.key, '')) : itemKey(container.key, end);
