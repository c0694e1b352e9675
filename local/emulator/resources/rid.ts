import { randomBytes } from 'node:crypto';
import { fromBinary, toBinary } from '../partition/bytes';

/** Resource ids are base64 with `-` for `/`: 4 bytes a database, 8 a container, 16 an item. */
export const encodeRid = (binary: string): string =>
  fromBinary(binary).toString('base64').replaceAll('/', '-');

/** The bytes of a resource id as a binary string; `undefined` where it isn't one. */
export function decodeRid(rid: string): string | undefined {
  if (!/^[A-Za-z0-9+\-=]+$/.test(rid)) return undefined;
  const bytes = Buffer.from(rid.replaceAll('-', '/'), 'base64');
  const binary = toBinary(bytes);
  return encodeRid(binary) === rid ? binary : undefined;
}

export const newDatabaseRid = (): string => toBinary(randomBytes(4));

/** The fifth byte has its high bit set: without it clients take the container for a user. */
export function newContainerRid(database: string): string {
  const bytes = randomBytes(4);
  bytes[0] = (bytes[0] ?? 0) | 0x80;
  return database + toBinary(bytes);
}

export const itemRid = (container: string, itemNumber: string): string => encodeRid(container + itemNumber);

/** 16 bytes in base64. */
const itemRidLength = 24;

/** The number part of an item's resource id, when it belongs to `container`. */
export function itemNumberOf(rid: string, container: string): string | undefined {
  if (rid.length !== itemRidLength) return undefined;
  const binary = decodeRid(rid);
  return binary?.length === 16 && binary.startsWith(container) ? binary.slice(8) : undefined;
}
