import { isObject } from '../../json';
import type { Value } from '../values';
import { define, type FunctionTable, isNumber, isText } from './signature';

const check = (test: (value: Value) => boolean) => define(1, 1, ([value]) => test(value));

export const typeChecks: FunctionTable = {
  IS_ARRAY: check(Array.isArray),
  IS_BOOL: check((value) => typeof value === 'boolean'),
  IS_DEFINED: check((value) => value !== undefined),
  IS_FINITE_NUMBER: check(Number.isFinite),
  IS_INTEGER: check(Number.isSafeInteger),
  IS_NULL: check((value) => value === null),
  IS_NUMBER: check(isNumber),
  IS_OBJECT: check(isObject),
  IS_PRIMITIVE: check((value) => value === null || ['string', 'number', 'boolean'].includes(typeof value)),
  IS_STRING: check(isText),
};
