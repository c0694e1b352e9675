import { isObject } from '../../json';
import { readUint64 } from '../../partition/bytes';
import { decodeRid } from '../../resources/rid';
import { arrays } from './arrays';
import { dates } from './dates';
import { numbers } from './numbers';
import { define, type FunctionTable, type SqlFunction } from './signature';
import { spatial } from './spatial';
import { strings } from './strings';
import { textSearch } from './textSearch';
import { typeChecks } from './typeChecks';

const others: FunctionTable = {
  /** The number within an item's resource id. */
  DOCUMENTID: define(1, 1, ([item]) => {
    const rid = isObject(item) && typeof item._rid === 'string' ? decodeRid(item._rid) : undefined;
    return rid?.length === 16 ? readUint64(rid, 8) : undefined;
  }),
  IIF: define(3, 3, ([test, yes, no]) => (test === true ? yes : no)),
};

const table: FunctionTable = {
  ...arrays,
  ...dates,
  ...numbers,
  ...others,
  ...spatial,
  ...strings,
  ...textSearch,
  ...typeChecks,
};

/** The built-in function of a name, in any case; `undefined` where there is none. */
export function findFunction(name: string): SqlFunction | undefined {
  const key = name.toUpperCase();
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** Every built-in function's name, sorted. */
export const functionNames = (): string[] => Object.keys(table).sort();

export type { CallContext, SqlFunction } from './signature';
