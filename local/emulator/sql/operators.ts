import type { BinaryOperator } from './ast';
import type { Evaluate } from './frame';
import { requireResultSize } from './functions/signature';
import { equals, finite, isOrderable, type Value } from './values';

const arithmetic =
  (call: (a: number, b: number) => number) =>
  (a: Value, b: Value): Value =>
    typeof a === 'number' && typeof b === 'number' ? finite(call(a, b)) : undefined;

const bitwise = (call: (a: bigint, b: bigint) => bigint) => (a: Value, b: Value) => {
  if (!Number.isSafeInteger(a) || !Number.isSafeInteger(b)) return undefined;
  return Number(BigInt.asIntN(64, call(BigInt(a as number), BigInt(b as number))));
};

const shift = (call: (a: number, b: number) => number) => (a: Value, b: Value) =>
  Number.isInteger(a) && Number.isInteger(b) ? call(a as number, b as number) : undefined;

const order = (test: (a: string, b: string) => boolean) => (a: Value, b: Value) =>
  isOrderable(a, b) ? test(a as string, b as string) : undefined;

const not = (value: boolean | undefined): boolean | undefined => (value === undefined ? undefined : !value);

export const binaryOperators: Record<BinaryOperator, (a: Value, b: Value) => Value> = {
  '=': equals,
  '!=': (a, b) => not(equals(a, b)),
  '<': order((a, b) => a < b),
  '<=': order((a, b) => a <= b),
  '>': order((a, b) => a > b),
  '>=': order((a, b) => a >= b),
  '+': arithmetic((a, b) => a + b),
  '-': arithmetic((a, b) => a - b),
  '*': arithmetic((a, b) => a * b),
  '/': arithmetic((a, b) => a / b),
  '%': arithmetic((a, b) => a % b),
  '|': bitwise((a, b) => a | b),
  '&': bitwise((a, b) => a & b),
  '^': bitwise((a, b) => a ^ b),
  '<<': shift((a, b) => a << b),
  '>>': shift((a, b) => a >> b),
  '>>>': shift((a, b) => a >>> b),
  '||': (a, b) => {
    if (typeof a !== 'string' || typeof b !== 'string') return undefined;
    requireResultSize(a.length + b.length);
    return a + b;
  },
};

/** Three-valued AND: false wins, then undefined. What is no boolean counts as undefined. */
export const and =
  (operands: Evaluate[]): Evaluate =>
  (frame) => {
    let result: Value = true;
    for (const operand of operands) {
      const value = operand(frame);
      if (value === false) return false;
      if (value !== true) result = undefined;
    }
    return result;
  };

/** Three-valued OR: true wins, then undefined. */
export const or =
  (operands: Evaluate[]): Evaluate =>
  (frame) => {
    let result: Value = false;
    for (const operand of operands) {
      const value = operand(frame);
      if (value === true) return true;
      if (value !== false) result = undefined;
    }
    return result;
  };

export const negate = (value: Value): Value => (typeof value === 'boolean' ? !value : undefined);

export const unaryOperators: Record<'-' | '+' | '~' | 'NOT', (value: Value) => Value> = {
  '-': (value) => (typeof value === 'number' ? -value : undefined),
  '+': (value) => (typeof value === 'number' ? value : undefined),
  '~': (value) => (Number.isInteger(value) ? ~(value as number) : undefined),
  NOT: negate,
};

/** BETWEEN is `value >= low AND value <= high`: same types only, both ends included. */
export function between(value: Value, low: Value, high: Value): boolean | undefined {
  const above = binaryOperators['>='](value, low);
  const below = binaryOperators['<='](value, high);
  if (above === false || below === false) return false;
  return above === true && below === true ? true : undefined;
}
