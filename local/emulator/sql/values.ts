import { isObject, type JsonObject } from '../json';

/** JSON values, and `undefined` for SQL's undefined. */
export type Value = unknown;

/** The order of types under ORDER BY, MIN and MAX: undefined < null < boolean < number < string < array < object. */
export function typeRank(value: Value): number {
  switch (typeof value) {
    case 'undefined':
      return 0;
    case 'boolean':
      return 2;
    case 'number':
      return 3;
    case 'string':
      return 4;
    default:
      return value === null ? 1 : Array.isArray(value) ? 5 : 6;
  }
}

/** Deep equality of values of one type; the order of an object's properties does not count. */
export function sameValue(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b))
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((value, i) => sameValue(value, b[i]))
    );
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every(
      (name) => Object.hasOwn(b, name) && sameValue((a as JsonObject)[name], (b as JsonObject)[name]),
    )
  );
}

/** `=` as SQL has it: undefined where either side is, or where the types differ. */
export function equals(a: Value, b: Value): boolean | undefined {
  if (a === undefined || b === undefined || typeRank(a) !== typeRank(b)) return undefined;
  return sameValue(a, b);
}

/** Whether `<` and its kin are defined: both of one type that has an order. */
export const isOrderable = (a: Value, b: Value): boolean => {
  const rank = typeRank(a);
  return rank === typeRank(b) && rank >= 1 && rank <= 4;
};

/** A total order over all values, for sorting: by type, then by value. */
export function compareValues(a: Value, b: Value): number {
  const rank = typeRank(a);
  const difference = rank - typeRank(b);
  if (difference !== 0) return difference;
  if (rank === 2) return Number(a) - Number(b);
  if (rank === 3 || rank === 4) return a === b ? 0 : (a as string) < (b as string) ? -1 : 1;
  if (rank < 5) return 0;
  const left = canonicalKey(a);
  const right = canonicalKey(b);
  return left === right ? 0 : left < right ? -1 : 1;
}

/** A text that two values share exactly when they are the same value; property order does not count. */
export function canonicalKey(value: Value): string {
  if (value === undefined) return 'undefined';
  if (Array.isArray(value)) return `[${value.map(canonicalKey).join()}]`;
  if (!isObject(value)) return JSON.stringify(value === 0 ? 0 : value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalKey(value[name])}`).join()}}`;
}

/** Numbers that JSON cannot say are undefined. */
export const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);

/** A property or element; undefined for anything missing, prototypes and `length` included. */
export function memberOf(object: Value, property: Value): Value {
  if (typeof object !== 'object' || object === null) return undefined;
  if (Array.isArray(object)) {
    if (typeof property !== 'number' || !Number.isInteger(property) || property < 0) return undefined;
    return object[property];
  }
  if (typeof property !== 'string' || !Object.hasOwn(object, property)) return undefined;
  return (object as JsonObject)[property];
}
