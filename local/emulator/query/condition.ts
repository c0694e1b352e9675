import type { JsonObject } from '../json';
import { compileQuery } from '../sql/compileQuery';
import { rootSlot } from '../sql/frame';
import { memoise } from '../sql/memoise';
import { parseCondition } from '../sql/parser';

const compiled = memoise(200, (text: string) => compileQuery(parseCondition(text)));

/** Whether a patch condition (`from c where …`) is true of an item. @throws CosmosError 400 */
export function conditionHolds(text: string, item: JsonObject, nowMs: number): boolean {
  const query = compiled(text);
  const slots = new Array<unknown>(query.slots);
  slots[rootSlot] = item;
  let holds = false;
  query.eachRow({ slots, parameters: new Map(), nowMs, aggregates: [] }, () => {
    holds = true;
    return false;
  });
  return holds;
}
