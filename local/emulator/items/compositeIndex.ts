import { isObject, type JsonObject } from '../json';
import { fromBinary, toBinary } from '../partition/bytes';
import { orderedComponent } from '../partition/effectiveKey';
import { type KeyComponent, none, pathSegments } from '../partition/partitionKey';
import type { Container } from '../resources/container';
import type { IndexingPolicy } from '../resources/indexingPolicy';
import type { Transaction } from '../storage/commitQueue';
import { compositeKey, kinds, placeOf, prefixRange } from '../storage/keys';
import { parseItem, readRecord } from './itemRecord';

/**
 * The composite indexes of a container, kept on disk: an entry an item and index, whose key sorts as ORDER BY would. The entry's
 * value is the item's place. What bytes cannot put in order (long texts, arrays, objects) stands apart: while a
 * tenant has such an item, the index serves no query of that tenant.
 */
export interface IndexPath {
  segments: string[];
  descending: boolean;
}

const known = new WeakMap<IndexingPolicy, IndexPath[][]>();

export function compositeIndexes(policy: IndexingPolicy): IndexPath[][] {
  let indexes = known.get(policy);
  if (!indexes) {
    indexes = (policy.compositeIndexes ?? []).map((index) =>
      index.map(({ path, order }) => ({ segments: pathSegments(path), descending: order === 'descending' })),
    );
    known.set(policy, indexes);
  }
  return indexes;
}

/** Bytes that sort the other way round. */
export const inverted = (binary: string): string => toBinary(fromBinary(binary).map((byte) => 0xff - byte));

/** Which of an index's two parts an entry is in. */
export const part = { apart: '\x00', ordered: '\x01' } as const;

const orderedTextBytesMax = 64;

/** Whether bytes can stand for a value's order: above U+D7FF the order of UTF-8 and that of UTF-16 part ways. */
const hasOrder = (value: unknown): value is Exclude<KeyComponent, symbol> | undefined =>
  typeof value === 'string'
    ? Buffer.byteLength(value) <= orderedTextBytesMax && !/[\ud800-\uffff]/.test(value)
    : value === null || typeof value !== 'object';

function valueAt(item: JsonObject, segments: readonly string[]): unknown {
  let value: unknown = item;
  for (const name of segments)
    value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}

/** Sort values as bytes, as far as they have an order; `undefined` for the first that has none. */
export function orderedBytes(values: readonly unknown[], index: readonly IndexPath[]): string | undefined {
  let bytes = '';
  for (const [at, value] of values.entries()) {
    if (!hasOrder(value)) return undefined;
    const component = orderedComponent(value === undefined ? none : value);
    bytes += index[at]?.descending ? inverted(component) : component;
  }
  return bytes;
}

/** Where the entries apart stand of items with this value on an index's first path. */
export const apartOf = (first: unknown): string =>
  part.apart + (hasOrder(first) ? orderedComponent(first === undefined ? none : first) : '');

function entryKeys(container: Container, item: JsonObject, place: string): string[] {
  const number = place.slice(-8);
  return compositeIndexes(container.definition.indexingPolicy).map((index, ordinal) => {
    const values = index.map(({ segments }) => valueAt(item, segments));
    const bytes = orderedBytes(values, index);
    return compositeKey(
      container.key,
      ordinal,
      (bytes === undefined ? apartOf(values[0]) : part.ordered + bytes) + number,
    );
  });
}

/** For an item whose entries are not there, or not any more. */
export function putEntries(
  transaction: Transaction,
  container: Container,
  item: JsonObject,
  place: string,
): void {
  const value = fromBinary(place);
  for (const key of entryKeys(container, item, place)) transaction.insert(key, value);
}

export function removeEntries(
  transaction: Transaction,
  container: Container,
  item: JsonObject,
  place: string,
): void {
  for (const key of entryKeys(container, item, place)) transaction.remove(key);
}

/** Makes a container's indexes anew, for a policy that was replaced. */
export function rebuildIndexes(transaction: Transaction, container: Container): void {
  for (const key of [...transaction.keys(prefixRange(kinds.composites + container.key))])
    transaction.remove(key);
  if (compositeIndexes(container.definition.indexingPolicy).length === 0) return;
  for (const { key, value } of [...transaction.range(prefixRange(kinds.items + container.key))])
    putEntries(transaction, container, parseItem(readRecord(value)), placeOf(key));
}
