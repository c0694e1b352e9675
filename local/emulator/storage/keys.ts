import { prefixEnd, uint64Binary } from '../partition/bytes';
import type { KeyRange } from './orderedStore';

/**
 * The layout of the ordered store. Every key begins with a letter for its kind; a container's parts follow with the
 * eight bytes of its resource id, so one container's items are one range and another's are never read.
 *
 * | letter | after it | value |
 * | --- | --- | --- |
 * | `B` | database rid | database as JSON |
 * | `C` | container rid | container as JSON |
 * | `N` | container rid | last LSN and last item number |
 * | `I` | container rid, key prefix, item number | item record |
 * | `K` | container rid, key prefix, id | item number |
 * | `D` | container rid, id, NUL, key prefix, item number | (the id index over all partition keys) |
 * | `L` | container rid, LSN | expiry fields and the rest of the item's key |
 * | `X` | container rid, due second, item key | (items with a ttl of their own) |
 * | `U` | container rid, key prefix, unique key digest | item number |
 * | `G` | container rid | (a deleted container still to be swept) |
 */
export const kinds = { items: 'I', ids: 'K', idIndex: 'D', lsns: 'L', dues: 'X', uniques: 'U' } as const;

export const databaseKey = (rid: string): string => `B${rid}`;
export const containerKey = (rid: string): string => `C${rid}`;
export const countersKey = (rid: string): string => `N${rid}`;
export const garbageKey = (rid: string): string => `G${rid}`;

/** `place` is the key prefix and item number: the part of an item's key after the container. */
export const itemKey = (container: string, place: string): string => `I${container}${place}`;
export const placeOf = (key: string): string => key.slice(9);
export const idKey = (container: string, prefix: string, id: string): string =>
  `K${container}${prefix}${Buffer.from(id, 'utf8').toString('latin1')}`;
/** Begins every entry of one id in the id index. */
export const idIndexPrefix = (container: string, id: string): string =>
  `D${container}${Buffer.from(id, 'utf8').toString('latin1')}\x00`;
export const idIndexKey = (container: string, id: string, place: string): string =>
  idIndexPrefix(container, id) + place;
export const lsnKey = (container: string, lsn: number): string => `L${container}${uint64Binary(lsn)}`;
export const dueKey = (container: string, due: number, place: string): string =>
  `X${container}${uint64Binary(due)}${place}`;
export const uniqueKey = (container: string, prefix: string, digest: string): string =>
  `U${container}${prefix}${digest}`;

export const prefixRange = (prefix: string): KeyRange => ({ start: prefix, end: prefixEnd(prefix) });
