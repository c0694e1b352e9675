import { createHash } from 'node:crypto';
import { badRequest } from '../errors';
import { isObject } from '../json';
import type { Value } from '../sql/values';

/** Where a query's next page begins: a cursor over items, so that writes between pages neither skip nor repeat. */
export interface Cursor {
  /** Storage place of the last row's item, base64. */
  place?: string;
  /** Whether items come in the order of insertion. */
  byInsertion?: boolean;
  /** Rows of that item already given (a JOIN makes several). */
  rows?: number;
  /** ORDER BY values of the last row; an empty array stands for undefined. */
  keys?: ([] | [Value])[];
  /** Rows already given, for results that stand for no single item (GROUP BY, DISTINCT). */
  given?: number;
  /** Rows still to skip, and still wanted. */
  offset: number;
  limit: number | null;
}

export const queryFingerprint = (...parts: unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 12);

export const encodeCursor = (fingerprint: string, cursor: Cursor): string =>
  Buffer.from(JSON.stringify({ ...cursor, q: fingerprint })).toString('base64');

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

/** @throws CosmosError 400 for a token that is malformed, or of another query */
export function decodeCursor(fingerprint: string, token: string): Cursor {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(token, 'base64').toString());
  } catch {
    throw badRequest('Invalid Continuation Token.');
  }
  // Base64 is decoded leniently, whatever stands behind it.
  const isWhole = Buffer.from(token, 'base64').toString('base64') === token;
  if (!isWhole || !isObject(value) || value.q !== fingerprint)
    throw badRequest('Invalid Continuation Token.');
  const { place, byInsertion, rows, keys, given, offset, limit } = value;
  const valid =
    (place === undefined || typeof place === 'string') &&
    (byInsertion === undefined || typeof byInsertion === 'boolean') &&
    (rows === undefined || isCount(rows)) &&
    (given === undefined || isCount(given)) &&
    (keys === undefined ||
      (Array.isArray(keys) && keys.every((key) => Array.isArray(key) && key.length < 2))) &&
    isCount(offset) &&
    (limit === null || isCount(limit));
  if (!valid) throw badRequest('Invalid Continuation Token.');
  return value as unknown as Cursor;
}
