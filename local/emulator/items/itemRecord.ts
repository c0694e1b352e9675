import type { JsonObject } from '../json';
import { fromBinary, toBinary } from '../partition/bytes';

/**
 * An item as stored: LSN (8 bytes), `_ts` (4), ttl (4, 0 for none) and the JSON text that clients read, system
 * properties included. The fields in front let a scan skip expired items without parsing them.
 */
export interface ItemRecord {
  lsn: number;
  /** Whole seconds of the last write. */
  ts: number;
  /** The item's own ttl in seconds, -1 for never, 0 where it has none. */
  ttl: number;
  json: Buffer;
}

const headerBytes = 16;

export function encodeRecord(lsn: number, ts: number, ttl: number, json: string): Buffer {
  const bytes = Buffer.allocUnsafe(headerBytes + Buffer.byteLength(json));
  bytes.writeUInt32BE(Math.floor(lsn / 2 ** 32), 0);
  bytes.writeUInt32BE(lsn >>> 0, 4);
  bytes.writeUInt32BE(ts, 8);
  bytes.writeInt32BE(ttl, 12);
  bytes.write(json, headerBytes);
  return bytes;
}

export const readRecord = (bytes: Buffer): ItemRecord => ({
  lsn: bytes.readUInt32BE(0) * 2 ** 32 + bytes.readUInt32BE(4),
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
  const times = Buffer.allocUnsafe(12);
  times.writeUInt32BE(ts, 0);
  times.writeInt32BE(ttl, 4);
  times.writeUInt32BE(newestTs, 8);
  return Buffer.concat([times, fromBinary(place)]);
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
