import { isObject, type JsonObject } from '../../json';
import { canonicalKey, compareValues, sameValue, type Value } from '../values';
import { define, type FunctionTable, isNumber, requireElements } from './signature';

/** Whether `part`'s properties are all in `whole` with the same values; anything but two objects must be equal. */
function includesPart(whole: Value, part: Value): boolean {
  if (!isObject(whole) || !isObject(part)) return sameValue(whole, part);
  return Object.keys(part).every(
    (name) => Object.hasOwn(whole, name) && includesPart(whole[name], part[name]),
  );
}

function distinct(values: Value[]): Value[] {
  const seen = new Set<string>();
  return values.filter((value) => {
    const key = canonicalKey(value);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

const ofSets = (combine: (a: Value[], b: Value[], keys: Set<string>) => Value) =>
  define(2, 2, ([a, b]) =>
    Array.isArray(a) && Array.isArray(b) ? combine(a, b, new Set(b.map(canonicalKey))) : undefined,
  );

const containsSome = (test: 'some' | 'every') =>
  define(2, 250, ([list, ...wanted]) =>
    Array.isArray(list)
      ? wanted[test]((value) => list.some((element) => sameValue(element, value)))
      : undefined,
  );

/** An aggregate over the elements of an array; undefined where one is not a number. */
const ofNumberArray = (call: (numbers: number[]) => Value) =>
  define(1, 1, ([list]) => (Array.isArray(list) && list.every(isNumber) ? call(list) : undefined));

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

function median(values: number[]): Value {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length === 0) return undefined;
  const upper = sorted[Math.floor(middle)] ?? 0;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? 0) + upper) / 2 : upper;
}

const extreme = (sign: number) =>
  define(1, 1, ([list]) =>
    Array.isArray(list) && list.length > 0
      ? list.reduce((best: Value, value: Value) => (compareValues(value, best) * sign > 0 ? value : best))
      : undefined,
  );

export const arrays: FunctionTable = {
  ARRAY_AVG: ofNumberArray((list) => (list.length === 0 ? undefined : sum(list) / list.length)),
  ARRAY_CONCAT: define(2, 250, (lists) => {
    if (!lists.every(Array.isArray)) return undefined;
    requireElements((lists as Value[][]).reduce((total, list) => total + list.length, 0));
    return lists.flat(1);
  }),
  ARRAY_CONTAINS: define(2, 3, ([list, value, partial]) => {
    if (!Array.isArray(list) || value === undefined) return undefined;
    return list.some((element) =>
      partial === true ? includesPart(element, value) : sameValue(element, value),
    );
  }),
  ARRAY_CONTAINS_ALL: containsSome('every'),
  ARRAY_CONTAINS_ANY: containsSome('some'),
  ARRAY_LENGTH: define(1, 1, ([list]) => (Array.isArray(list) ? list.length : undefined)),
  ARRAY_MAX: extreme(1),
  ARRAY_MEDIAN: ofNumberArray(median),
  ARRAY_MIN: extreme(-1),
  ARRAY_SLICE: define(2, 3, ([list, start, length]) => {
    if (!Array.isArray(list) || !isNumber(start) || !(length === undefined || isNumber(length)))
      return undefined;
    const from = start < 0 ? Math.max(0, list.length + start) : start;
    if (length !== undefined && length <= 0) return [];
    return list.slice(from, length === undefined ? undefined : from + length);
  }),
  ARRAY_SUM: ofNumberArray(sum),
  CHOOSE: define(2, 250, ([index, ...values]) =>
    isNumber(index) && Number.isInteger(index) && index >= 1 ? values[index - 1] : undefined,
  ),
  OBJECTTOARRAY: define(1, 3, ([object, key = 'k', value = 'v']) => {
    if (!isObject(object) || typeof key !== 'string' || typeof value !== 'string') return undefined;
    return Object.keys(object).map((name): JsonObject => ({ [key]: name, [value]: object[name] }));
  }),
  SETDIFFERENCE: ofSets((a, _b, keys) => distinct(a).filter((value) => !keys.has(canonicalKey(value)))),
  SETEQUAL: ofSets((a, _b, keys) => {
    const own = new Set(a.map(canonicalKey));
    return own.size === keys.size && [...own].every((key) => keys.has(key));
  }),
  SETINTERSECT: ofSets((a, _b, keys) => distinct(a).filter((value) => keys.has(canonicalKey(value)))),
  SETUNION: ofSets((a, b) => distinct([...a, ...b])),
};
