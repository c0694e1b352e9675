import { finite } from '../values';
import { define, type FunctionTable, isNumber, ofNumbers } from './signature';

const real = (call: (x: number) => number) => ofNumbers(1, (x) => finite(call(x)));

/** Integer functions work on 64-bit integers; anything else is undefined. */
const ofIntegers = (count: number, call: (a: bigint, b: bigint) => bigint | undefined) =>
  ofNumbers(count, (a, b = 0) => {
    if (!Number.isInteger(a) || !Number.isInteger(b)) return undefined;
    const result = call(BigInt(a), BigInt(b));
    return result === undefined ? undefined : Number(BigInt.asIntN(64, result));
  });

const shiftable = (b: bigint): boolean => b >= 0n && b < 64n;

/** Halves go away from zero, as the service rounds. */
function round(value: number, digits = 0): number | undefined {
  if (!Number.isInteger(digits)) return undefined;
  const scale = 10 ** Math.min(Math.max(digits, -308), 308);
  const scaled = Math.abs(value) * scale;
  if (!Number.isFinite(scaled)) return value;
  return finite((Math.sign(value) * Math.floor(scaled + 0.5 + Number.EPSILON * scaled)) / scale);
}

export const numbers: FunctionTable = {
  ABS: real(Math.abs),
  ACOS: real(Math.acos),
  ASIN: real(Math.asin),
  ATAN: real(Math.atan),
  ATN2: ofNumbers(2, (y, x) => finite(Math.atan2(y, x))),
  CEILING: real(Math.ceil),
  COS: real(Math.cos),
  COT: real((x) => 1 / Math.tan(x)),
  DEGREES: real((x) => (x * 180) / Math.PI),
  EXP: real(Math.exp),
  FLOOR: real(Math.floor),
  INTADD: ofIntegers(2, (a, b) => a + b),
  INTBITAND: ofIntegers(2, (a, b) => a & b),
  INTBITLEFTSHIFT: ofIntegers(2, (a, b) => (shiftable(b) ? a << b : undefined)),
  INTBITNOT: ofIntegers(1, (a) => ~a),
  INTBITOR: ofIntegers(2, (a, b) => a | b),
  INTBITRIGHTSHIFT: ofIntegers(2, (a, b) => (shiftable(b) ? a >> b : undefined)),
  INTBITXOR: ofIntegers(2, (a, b) => a ^ b),
  INTDIV: ofIntegers(2, (a, b) => (b === 0n ? undefined : a / b)),
  INTMOD: ofIntegers(2, (a, b) => (b === 0n ? undefined : a % b)),
  INTMUL: ofIntegers(2, (a, b) => a * b),
  INTSUB: ofIntegers(2, (a, b) => a - b),
  LOG: ofNumbers(2, (x, base) => finite(base === undefined ? Math.log(x) : Math.log(x) / Math.log(base)), 1),
  LOG10: real(Math.log10),
  NUMBERBIN: ofNumbers(2, (x, size = 1) => (size === 0 ? undefined : finite(Math.floor(x / size) * size)), 1),
  PI: define(0, 0, () => Math.PI),
  POWER: ofNumbers(2, (x, y) => finite(x ** y)),
  RADIANS: real((x) => (x * Math.PI) / 180),
  RAND: define(0, 0, () => Math.random()),
  ROUND: define(1, 2, ([value, digits]) =>
    isNumber(value) && (digits === undefined || isNumber(digits)) ? round(value, digits) : undefined,
  ),
  SIGN: real(Math.sign),
  SIN: real(Math.sin),
  SQRT: real(Math.sqrt),
  SQUARE: real((x) => x * x),
  TAN: real(Math.tan),
  TRUNC: real(Math.trunc),
};
