import { badRequest, tooLarge } from '../errors';
import { isObject, type JsonObject, setOwn, withinNesting } from '../json';
import { requireTtl } from '../resources/containerDefinition';
import { requireItemId } from '../resources/names';

/** Properties that the service sets; what a client sends for them is overwritten. */
export const systemProperties = new Set(['_rid', '_self', '_etag', '_attachments', '_ts', '_lsn']);

export const itemBytesMax = 2 * 1024 * 1024;

/**
 * The user's part of an item, checked.
 * @throws CosmosError 400 for a bad id, ttl or nesting
 */
export function requireItemBody(body: unknown): JsonObject & { id: string } {
  if (!isObject(body)) throw badRequest('The input content is invalid: an item must be a JSON object.');
  const id = requireItemId(Object.hasOwn(body, 'id') ? body.id : undefined);
  if (Object.hasOwn(body, 'ttl')) requireTtl(body.ttl);
  if (!withinNesting(body)) throw badRequest('The item nests deeper than 128 levels.');
  const names = Object.keys(body);
  if (!names.some((name) => systemProperties.has(name))) return body as JsonObject & { id: string };
  const item: JsonObject & { id: string } = { id };
  for (const name of names) if (!systemProperties.has(name)) setOwn(item, name, body[name]);
  return item;
}

/** What the service adds to an item. None of it needs escaping in JSON but the quotes of the ETag. */
export interface SystemProperties {
  rid: string;
  self: string;
  etag: string;
  ts: number;
}

const utf8BytesPerUnitMax = 3;

/**
 * The item's JSON text with the system properties after the user's.
 * @throws CosmosError 413 over 2 MB
 */
export function composeItem(item: JsonObject, { rid, self, etag, ts }: SystemProperties): string {
  const text = JSON.stringify(item);
  if (text.length * utf8BytesPerUnitMax > itemBytesMax && Buffer.byteLength(text) > itemBytesMax)
    throw tooLarge('Request size is too large: an item may have 2 MB.');
  return `${text.slice(0, -1)},"_rid":"${rid}","_self":"${self}","_etag":${JSON.stringify(etag)},"_attachments":"attachments/","_ts":${ts}}`;
}
