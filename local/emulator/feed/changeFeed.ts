import { badRequest } from '../errors';
import { type ItemRecord, isExpired, readRecord, readWritten } from '../items/itemRecord';
import { type EpkRange, epkContains } from '../query/itemScan';
import type { Container } from '../resources/container';
import { itemKey, lsnKey } from '../storage/keys';
import type { StoreReader } from '../storage/orderedStore';

/** Where a reader of the feed stands. */
export type FeedPosition = { from: 'lsn'; lsn: number } | { from: 'now' } | { from: 'time'; seconds: number };

export interface FeedRequest {
  position: FeedPosition;
  /** Storage prefix of a full partition key, or the ranges of effective keys. */
  prefix?: string;
  epk?: EpkRange;
  rowsMax: number;
  nowSeconds: number;
}

export interface FeedPage {
  /** Items' JSON texts with `_lsn`, in the order of their last writes. */
  rows: string[];
  bytes: number;
  /** The LSN read so far: the next position. */
  lsn: number;
}

const pageBytesMax = 4 * 1024 * 1024 - 64 * 1024;

/**
 * Reads the headers that position a feed reader. An etag wins over a time, since the client's iterator keeps sending
 * both; without either the feed begins at the beginning.
 * @throws CosmosError 400
 */
export function parsePosition(
  ifNoneMatch: string | undefined,
  ifModifiedSince: string | undefined,
): FeedPosition {
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    const digits = /^(?:W\/)?"?(\d{1,15})"?$/.exec(ifNoneMatch)?.[1];
    if (digits === undefined) throw badRequest('The change feed position (If-None-Match) is invalid.');
    return { from: 'lsn', lsn: Number(digits) };
  }
  if (ifModifiedSince !== undefined) {
    const seconds = Math.floor(Date.parse(ifModifiedSince) / 1000);
    if (Number.isNaN(seconds)) throw badRequest('The change feed time (If-Modified-Since) is invalid.');
    return { from: 'time', seconds };
  }
  return ifNoneMatch === '*' ? { from: 'now' } : { from: 'lsn', lsn: 0 };
}

const withLsn = ({ lsn, json }: ItemRecord): string => `${json.toString().slice(0, -1)},"_lsn":${lsn}}`;

/** Reads one page of the latest-version change feed: each item once, deleted and expired ones never, the items of a commit together. */
export function readFeedPage(reader: StoreReader, container: Container, request: FeedRequest): FeedPage {
  const { position, prefix, epk, rowsMax, nowSeconds } = request;
  const page: FeedPage = { rows: [], bytes: 0, lsn: container.lsn };
  if (position.from === 'now') return page;
  const since = position.from === 'lsn' ? position.lsn : 0;
  const range = { start: lsnKey(container.key, since + 1), end: lsnKey(container.key, container.lsn + 1) };
  let last = since;
  for (const { value } of reader.range(range)) {
    const written = readWritten(value);
    if (position.from === 'time' && written.ts <= position.seconds) continue;
    if (isExpired(written, container.definition.defaultTtl, nowSeconds)) continue;
    const { place } = written;
    if (prefix !== undefined && !place.startsWith(prefix)) continue;
    const stored = reader.get(itemKey(container.key, place));
    if (!stored) continue;
    const record = readRecord(stored);
    if (epk && !epkContains(container, { place, record }, epk)) continue;
    const text = withLsn(record);
    const bytes = Buffer.byteLength(text);
    const isFull = page.rows.length >= rowsMax || page.bytes + bytes > pageBytesMax;
    // A page may be larger than asked for rather than part the items of one commit.
    if (isFull && page.rows.length > 0 && record.lsn !== last) return { ...page, lsn: last };
    page.rows.push(text);
    page.bytes += bytes;
    last = record.lsn;
  }
  return page;
}
