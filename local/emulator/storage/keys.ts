import { createHash } from 'node:crypto';
import { prefixEnd, toBinary, uint64Binary, utf8Binary } from '../partition/bytes';
import { escapeZeros } from '../partition/effectiveKey';
import type { KeyRange } from './orderedStore';

/**
 * The layout of the ordered store. Every key begins with a letter for its kind; a container's parts follow with the
 * eight bytes of its resource id, so one container's items are one range and another's are never read.
 *
 * | letter | after it | value |
 * | --- | --- | --- |
 * | `A` | | the layout's version |
 * | `B` | database rid | database as JSON |
 * | `C` | container rid | container as JSON |
 * | `N` | container rid | last LSN and last item number |
 * | `I` | container rid, key prefix, item number | item record |
 * | `D` | container rid, id, key prefix, item number | (the id index, over all partition keys) |
 * | `L` | container rid, LSN, place in the commit unless 0 | times and the rest of the item's key |
 * | `O` | container rid, index, sort values, item number | the rest of the item's key (a composite index) |
 * | `X` | container rid, due second, item key | (items with a ttl of their own) |
 * | `U` | container rid, key prefix, unique key digest | item number |
 * | `G` | container rid | (a deleted container still to be swept) |
 */
export const kinds = { items: 'I', ids: 'D', lsns: 'L', composites: 'O', dues: 'X', uniques: 'U' } as const;

export const databaseKey = (rid: string): string => `B${rid}`;
export const containerKey = (rid: string): string => `C${rid}`;
export const countersKey = (rid: string): string => `N${rid}`;
export const garbageKey = (rid: string): string => `G${rid}`;

/** `place` is the key prefix and item number: the part of an item's key after the container. */
export const itemKey = (container: string, place: string): string => `I${container}${place}`;
export const placeOf = (key: string): string => key.slice(9);
/** Above this an id goes by its digest: LMDB's keys end at 1,978 bytes, and escaping may double an id's 1,023. */
const idBytesMax = 1100;

function idBytes(id: string): string {
  const escaped = escapeZeros(utf8Binary(id));
  if (escaped.length <= idBytesMax) return `${escaped}\x00\x01`;
  return `${escaped.slice(0, idBytesMax)}\x00\x02${toBinary(createHash('sha256').update(id).digest())}`;
}

/** Begins every entry of one id in the id index. */
export const idIndexPrefix = (container: string, id: string): string => `D${container}${idBytes(id)}`;
export const idIndexKey = (container: string, id: string, place: string): string =>
  idIndexPrefix(container, id) + place;
export const lsnKey = (container: string, lsn: number, sequence = 0): string =>
  `L${container}${uint64Binary(lsn)}${sequence === 0 ? '' : uint64Binary(sequence)}`;
export const dueKey = (container: string, due: number, place: string): string =>
  `X${container}${uint64Binary(due)}${place}`;
export const uniqueKey = (container: string, prefix: string, digest: string): string =>
  `U${container}${prefix}${digest}`;

/** `entry` is what stands in the index: see `compositeIndex.ts`. */
export const compositeKey = (container: string, ordinal: number, entry: string): string =>
  `O${container}${String.fromCharCode(ordinal)}${entry}`;

export const prefixRange = (prefix: string): KeyRange => ({ start: prefix, end: prefixEnd(prefix) });
