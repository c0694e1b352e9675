import { conflict, notFound, preconditionFailed } from '../errors';
import type { JsonObject } from '../json';
import { fromBinary, toBinary, uint64Binary } from '../partition/bytes';
import { type PartitionKey, requireSameKey } from '../partition/partitionKey';
import { type Catalog, newEtag } from '../resources/catalog';
import type { Container } from '../resources/container';
import { itemNumberOf, itemRid } from '../resources/rid';
import type { Transaction } from '../storage/commitQueue';
import {
  dueKey,
  idIndexKey,
  idIndexPrefix,
  itemKey,
  lsnKey,
  placeOf,
  prefixRange,
  uniqueKey,
} from '../storage/keys';
import type { StoreReader } from '../storage/orderedStore';
import { putEntries, removeEntries } from './compositeIndex';
import { composeItem, requireItemBody } from './itemBody';
import {
  encodeRecord,
  encodeWritten,
  headerBytes,
  type ItemRecord,
  isExpired,
  parseItem,
  readRecord,
} from './itemRecord';
import { uniqueDigests } from './uniqueKeys';

/** A live item: where it is, and what is there. */
export interface StoredItem {
  id: string;
  /** Key prefix and item number: its key after the container. */
  place: string;
  prefix: string;
  record: ItemRecord;
  etag: string;
}

/** What an operation did to an item. */
export interface WriteResult {
  status: 200 | 201 | 204;
  /** What the user put into it. */
  item: JsonObject;
  /** The JSON text of the whole item as stored, and how many bytes that has. */
  text: string;
  bytes: number;
  etag: string;
}

/** The value of an entry whose key says it all. */
const present = Buffer.from('1');

/** The `_etag` in an item's text: the last one, since system properties come last. */
function etagOf(json: Buffer): string {
  const tail = json.toString('latin1', Math.max(0, json.length - 400));
  const [, etag = '""'] = /("(?:[^"\\]|\\.)*")/.exec(tail.slice(tail.lastIndexOf('"_etag":') + 8)) ?? [];
  return JSON.parse(etag) as string;
}

export function requireMatch(ifMatch: string | undefined, etag: string): void {
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== etag) throw preconditionFailed();
}

/** The number of the item (live or expired) that has an id under a full partition key's prefix. */
function numberOf(reader: StoreReader, container: Container, prefix: string, id: string): string | undefined {
  const start = idIndexPrefix(container.key, id) + prefix;
  const key = reader.nextKey(start);
  return key?.length === start.length + 8 && key.startsWith(start) ? key.slice(-8) : undefined;
}

/** Reads and writes of single items, each inside the caller's transaction. Expired items do not exist here. */
export class ItemStore {
  constructor(
    private readonly catalog: Catalog,
    private readonly now: () => number,
  ) {}

  nowSeconds(): number {
    return Math.floor(this.now() / 1000);
  }

  /** Finds a live item by id (or resource id) under its full key. */
  find(reader: StoreReader, container: Container, key: PartitionKey, id: string): StoredItem | undefined {
    const prefix = container.storagePrefix(key);
    const number = numberOf(reader, container, prefix, id);
    if (number !== undefined) return this.readAt(reader, container, prefix, number, id);
    const ofRid = itemNumberOf(id, container.key);
    return ofRid === undefined ? undefined : this.readAt(reader, container, prefix, ofRid);
  }

  /** The live item with a number under a full key; `id` where it is known. */
  private readAt(
    reader: StoreReader,
    container: Container,
    prefix: string,
    number: string,
    id?: string,
  ): StoredItem | undefined {
    const stored = reader.get(itemKey(container.key, prefix + number));
    if (!stored) return undefined;
    const record = readRecord(stored);
    if (isExpired(record, container.definition.defaultTtl, this.nowSeconds())) return undefined;
    return {
      id: id ?? String(parseItem(record).id),
      place: prefix + number,
      prefix,
      record,
      etag: etagOf(record.json),
    };
  }

  /** @throws CosmosError 404 */
  require(reader: StoreReader, container: Container, key: PartitionKey, id: string): StoredItem {
    const item = this.find(reader, container, key, id);
    if (!item)
      throw notFound(`Entity with the specified id does not exist in the system: ${id.slice(0, 200)}`);
    return item;
  }

  /** @throws CosmosError 400, 409, 413 */
  create(transaction: Transaction, container: Container, key: PartitionKey, body: unknown): WriteResult {
    const item = requireItemBody(body);
    requireSameKey(key, container.keyOf(item));
    this.requireFree(transaction, container, key, item.id);
    return this.put(transaction, container, key, item);
  }

  /** @throws CosmosError 400, 409 (a unique key), 412, 413 */
  upsert(
    transaction: Transaction,
    container: Container,
    key: PartitionKey,
    body: unknown,
    ifMatch?: string,
  ): WriteResult {
    const item = requireItemBody(body);
    requireSameKey(key, container.keyOf(item));
    const before = this.findOrSweep(transaction, container, key, item.id);
    if (before) requireMatch(ifMatch, before.etag);
    return this.put(transaction, container, key, item, before);
  }

  /** Replaces; a body with another id renames the item. @throws CosmosError 400, 404, 409, 412, 413 */
  replace(
    transaction: Transaction,
    container: Container,
    key: PartitionKey,
    id: string,
    body: unknown,
    ifMatch?: string,
  ): WriteResult {
    const item = requireItemBody(body);
    const before = this.require(transaction, container, key, id);
    requireMatch(ifMatch, before.etag);
    requireSameKey(key, container.keyOf(item));
    if (item.id !== before.id) this.requireFree(transaction, container, key, item.id);
    return this.put(transaction, container, key, item, before);
  }

  /** Changes an item by `change`, which must keep its id and key. @throws CosmosError 404, 412 */
  modify(
    transaction: Transaction,
    container: Container,
    key: PartitionKey,
    id: string,
    change: (item: JsonObject) => JsonObject,
    ifMatch?: string,
  ): WriteResult {
    const before = this.require(transaction, container, key, id);
    requireMatch(ifMatch, before.etag);
    const item = requireItemBody(change(parseItem(before.record)));
    return this.put(transaction, container, key, item, before);
  }

  /** @throws CosmosError 404, 412 */
  delete(
    transaction: Transaction,
    container: Container,
    key: PartitionKey,
    id: string,
    ifMatch?: string,
  ): StoredItem {
    const before = this.require(transaction, container, key, id);
    requireMatch(ifMatch, before.etag);
    this.catalog.nextCounters(transaction, container, false);
    this.erase(transaction, container, before.place);
    return before;
  }

  /** Deletes every item under a full partition key. @returns how many there were */
  deletePartition(transaction: Transaction, container: Container, key: PartitionKey): number {
    const prefix = container.storagePrefix(key);
    const places = [...transaction.range(prefixRange(itemKey(container.key, prefix)))].map((entry) =>
      placeOf(entry.key),
    );
    for (const place of places) {
      this.catalog.nextCounters(transaction, container, false);
      this.erase(transaction, container, place);
    }
    return places.length;
  }

  /** Takes an item and everything that points at it off the store. No new LSN: the caller decides on that. */
  erase(transaction: Transaction, container: Container, place: string): void {
    const stored = transaction.get(itemKey(container.key, place));
    if (!stored) return;
    const record = readRecord(stored);
    const item = parseItem(record);
    const prefix = place.slice(0, -8);
    transaction.remove(itemKey(container.key, place));
    transaction.remove(idIndexKey(container.key, String(item.id), place));
    transaction.remove(lsnKey(container.key, record.lsn, record.sequence));
    if (record.ttl > 0) transaction.remove(dueKey(container.key, record.ts + record.ttl, place));
    removeEntries(transaction, container, item, place);
    for (const digest of uniqueDigests(container, item))
      transaction.remove(uniqueKey(container.key, prefix, digest));
  }

  private put(
    transaction: Transaction,
    container: Container,
    key: PartitionKey,
    item: JsonObject & { id: string },
    before?: StoredItem,
  ): WriteResult {
    const prefix = before?.prefix ?? container.storagePrefix(key);
    if (before) this.erase(transaction, container, before.place);
    this.claimUniqueKeys(transaction, container, prefix, item);

    this.catalog.nextCounters(transaction, container, !before);
    const number = before ? before.place.slice(-8) : uint64Binary(container.itemNumber);
    const place = prefix + number;
    const ts = this.nowSeconds();
    const ttl = typeof item.ttl === 'number' ? item.ttl : 0;
    const rid = itemRid(container.key, number);
    const etag = newEtag();
    const text = composeItem(item, { rid, self: `${container.self}docs/${rid}/`, etag, ts });

    const { lsn, sequence } = container;
    const record = encodeRecord({ lsn, sequence }, ts, ttl, text);
    // What stood at these keys has been erased.
    transaction.insert(itemKey(container.key, place), record);
    transaction.insert(idIndexKey(container.key, item.id, place), present);
    container.newestTs = Math.max(container.newestTs, ts);
    transaction.insert(
      lsnKey(container.key, lsn, sequence),
      encodeWritten({ ts, ttl, newestTs: container.newestTs, place }),
    );
    putEntries(transaction, container, item, place);
    if (ttl > 0) transaction.put(dueKey(container.key, ts + ttl, place), present);
    for (const digest of uniqueDigests(container, item))
      transaction.put(uniqueKey(container.key, prefix, digest), fromBinary(number));
    return { status: before ? 200 : 201, item, text, bytes: record.length - headerBytes, etag };
  }

  /** The live item with an id. An expired one that still holds the id is swept out of the way. */
  private findOrSweep(
    transaction: Transaction,
    container: Container,
    key: PartitionKey,
    id: string,
  ): StoredItem | undefined {
    const prefix = container.storagePrefix(key);
    const number = numberOf(transaction, container, prefix, id);
    if (number === undefined) return undefined;
    const found = this.readAt(transaction, container, prefix, number, id);
    if (!found) this.erase(transaction, container, prefix + number);
    return found;
  }

  /** @throws CosmosError 409 */
  private requireFree(transaction: Transaction, container: Container, key: PartitionKey, id: string): void {
    if (this.findOrSweep(transaction, container, key, id))
      throw conflict('Entity with the specified id already exists in the system.');
  }

  /** @throws CosmosError 409 when a live item of the same logical partition holds one of the item's unique keys. */
  private claimUniqueKeys(
    transaction: Transaction,
    container: Container,
    prefix: string,
    item: JsonObject,
  ): void {
    for (const digest of uniqueDigests(container, item)) {
      const number = transaction.get(uniqueKey(container.key, prefix, digest));
      if (!number) continue;
      const place = prefix + toBinary(number);
      const holder = transaction.get(itemKey(container.key, place));
      if (holder && !isExpired(readRecord(holder), container.definition.defaultTtl, this.nowSeconds()))
        throw conflict('Unique index constraint violation.');
      this.erase(transaction, container, place);
    }
  }
}
