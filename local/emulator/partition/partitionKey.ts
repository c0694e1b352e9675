import { badRequest, SubStatus } from '../errors';
import type { JsonObject } from '../json';

/** What a missing property (or an object or array in its place) counts as: the key component "none". */
export const none = Symbol('none');

export type KeyComponent = string | number | boolean | null | typeof none;

/** One component a path of the container's definition, in order; fewer only where a prefix is meant. */
export type PartitionKey = readonly KeyComponent[];

export interface PartitionKeyDefinition {
  paths: string[];
  kind: 'Hash' | 'MultiHash';
  /** Absent means 1, the older hash. */
  version?: 1 | 2;
  systemKey?: boolean;
}

const keyValueBytesMax = 2048;

function component(value: unknown): KeyComponent {
  switch (typeof value) {
    case 'string':
      if (Buffer.byteLength(value) > keyValueBytesMax)
        throw badRequest(`A partition key value is longer than ${keyValueBytesMax} bytes.`);
      return value;
    case 'boolean':
    case 'number':
      return value;
    default:
      return value === null ? null : none;
  }
}

/**
 * Reads the `x-ms-documentdb-partitionkey` header: a JSON array, `{}` standing for a missing value.
 * @throws CosmosError 400 for anything else.
 */
export function parsePartitionKey(header: string): PartitionKey {
  let parsed: unknown;
  try {
    parsed = JSON.parse(header);
  } catch {
    throw badRequest(`Partition key ${header.slice(0, 200)} is invalid.`);
  }
  if (!Array.isArray(parsed)) throw badRequest(`Partition key ${header.slice(0, 200)} is invalid.`);
  return parsed.map((value) => {
    if (
      typeof value === 'object' &&
      value !== null &&
      (Array.isArray(value) || Object.keys(value).length > 0)
    )
      throw badRequest(`Partition key ${header.slice(0, 200)} is invalid.`);
    return component(value);
  });
}

/** Splits a path (`/a/b`, `/"odd/name"/c`) into property names. */
export function pathSegments(path: string): string[] {
  const segments: string[] = [];
  const pattern = /\/(?:"((?:[^"\\]|\\.)*)"|([^/]*))/y;
  while (pattern.lastIndex < path.length) {
    const match = pattern.exec(path);
    if (!match) return path.split('/').slice(1);
    segments.push(match[1] === undefined ? (match[2] ?? '') : match[1].replace(/\\(.)/g, '$1'));
  }
  return segments;
}

/** The value at a path inside an item; `undefined` where any part is missing. Never looks at prototypes. */
export function valueAt(item: JsonObject, segments: readonly string[]): unknown {
  let value: unknown = item;
  for (const segment of segments) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined;
    value = (value as JsonObject)[segment];
  }
  return value;
}

/** The item's own partition key, as the service extracts it. */
export function extractPartitionKey(item: JsonObject, paths: readonly (readonly string[])[]): PartitionKey {
  return paths.map((segments) => component(valueAt(item, segments)));
}

export const sameKey = (a: PartitionKey, b: PartitionKey): boolean =>
  a.length === b.length && a.every((value, index) => value === b[index]);

/** @throws CosmosError 400 unless the key has one component a path. */
export function requireFullKey(key: PartitionKey, definition: PartitionKeyDefinition): PartitionKey {
  if (key.length !== definition.paths.length)
    throw badRequest(
      `Partition key provided has ${key.length} components; the definition of the collection has ${definition.paths.length}.`,
      SubStatus.partitionKeyMismatch,
    );
  return key;
}

/** @throws CosmosError 400/1001 when the header names another key than the body holds. */
export function requireSameKey(header: PartitionKey, body: PartitionKey): void {
  if (!sameKey(header, body))
    throw badRequest(
      "PartitionKey extracted from document doesn't match the one specified in the header.",
      SubStatus.partitionKeyMismatch,
    );
}
