import { badRequest } from '../../errors';
import type { Value } from '../values';

/** What a function may know beside its arguments. */
export interface CallContext {
  /** Milliseconds since 1970, the same for a whole query page. */
  nowMs: number;
  /** The root item of the row, where there is one. */
  root: Value;
}

export interface SqlFunction {
  min: number;
  max: number;
  call(values: Value[], context: CallContext): Value;
}

export type FunctionTable = Record<string, SqlFunction>;

/** A function of `min` to `max` arguments (the same number when `max` is left out). */
export const define = (min: number, max: number, call: SqlFunction['call']): SqlFunction => ({
  min,
  max,
  call,
});

/** A function that is undefined unless every argument is a number. */
export const ofNumbers = (count: number, call: (...numbers: number[]) => Value, min = count): SqlFunction =>
  define(min, count, (values) =>
    values.every((value) => typeof value === 'number') ? call(...(values as number[])) : undefined,
  );

/** A function that is undefined unless every argument is a string. */
export const ofStrings = (count: number, call: (...strings: string[]) => Value, min = count): SqlFunction =>
  define(min, count, (values) =>
    values.every((value) => typeof value === 'string') ? call(...(values as string[])) : undefined,
  );

export const isText = (value: Value): value is string => typeof value === 'string';
export const isNumber = (value: Value): value is number => typeof value === 'number';

/** Results longer than this are refused rather than built: REPLICATE must not exhaust the memory. */
export const resultCharsMax = 10_000_000;

const elementsMax = 1_000_000;

export function requireElements(count: number): void {
  if (count > elementsMax) throw badRequest('The result of an array function is too long.');
}

export function requireResultSize(chars: number): void {
  if (chars > resultCharsMax) throw badRequest('The result of a string function is too long.');
}
