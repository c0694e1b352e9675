import type { JsonObject } from '../json';
import { toBinary } from '../partition/bytes';

/**
 * An item as stored: place in its commit (2 bytes), LSN (6), `_ts` (4), ttl (4, 0 for none) and the JSON text that clients
 * read, system properties included. The fields in front let a scan skip expired items without parsing them.
 */
export interface ItemRecord {
  lsn: number;
  /** Its place among the writes of its commit: 0, and counted on in a transactional batch. */
  sequence: number;
  /** Whole seconds of the last write. */
  ts: number;
  /** The item's own ttl in seconds, -1 for never, 0 where it has none. */
  ttl: number;
  json: Buffer;
}

/** How many bytes stand before the text. */
export const headerBytes = 16;

export function encodeRecord(
  { lsn, sequence }: Pick<ItemRecord, 'lsn' | 'sequence'>,
  ts: number,
  ttl: number,
  json: string,
): Buffer {
  const bytes = Buffer.allocUnsafe(headerBytes + Buffer.byteLength(json));
  bytes.writeUInt16BE(sequence, 0);
  bytes.writeUIntBE(lsn, 2, 6);
  bytes.writeUInt32BE(ts, 8);
  bytes.writeInt32BE(ttl, 12);
  bytes.write(json, headerBytes);
  return bytes;
}

export const readRecord = (bytes: Buffer): ItemRecord => ({
  sequence: bytes.readUInt16BE(0),
  lsn: bytes.readUIntBE(2, 6),
  ts: bytes.readUInt32BE(8),
  ttl: bytes.readInt32BE(12),
  json: bytes.subarray(headerBytes),
});

export const parseItem = (record: ItemRecord): JsonObject => JSON.parse(record.json.toString()) as JsonObject;

/** What is kept of an item under the LSN of its last write. */
export interface WrittenItem {
  ts: number;
  ttl: number;
  /** The greatest `ts` of this write and all before it: a clock may have been set back. */
  newestTs: number;
  place: string;
}

export function encodeWritten({ ts, ttl, newestTs, place }: WrittenItem): Buffer {
  const bytes = Buffer.allocUnsafe(12 + place.length);
  bytes.writeUInt32BE(ts, 0);
  bytes.writeInt32BE(ttl, 4);
  bytes.writeUInt32BE(newestTs, 8);
  bytes.write(place, 12, 'latin1');
  return bytes;
}

export const readWritten = (bytes: Buffer): WrittenItem => ({
  ts: bytes.readUInt32BE(0),
  ttl: bytes.readInt32BE(4),
  newestTs: bytes.readUInt32BE(8),
  place: toBinary(bytes.subarray(12)),
});

/** The second at which an item falls due, or `undefined` for never. `defaultTtl` is the container's. */
export function dueAt(ts: number, ttl: number, defaultTtl: number | undefined): number | undefined {
  if (defaultTtl === undefined) return undefined;
  const seconds = ttl === 0 ? defaultTtl : ttl;
  return seconds === -1 ? undefined : ts + seconds;
}

export function isExpired(
  { ts, ttl }: { ts: number; ttl: number },
  defaultTtl: number | undefined,
  nowSeconds: number,
): boolean {
  const due = dueAt(ts, ttl, defaultTtl);
  return due !== undefined && nowSeconds >= due;
}
