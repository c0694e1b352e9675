import type { JsonObject } from '../json';
import { compileQuery } from '../sql/compileQuery';
import { newFrame, rootSlot } from '../sql/frame';
import { memoise } from '../sql/memoise';
import { parseCondition } from '../sql/parser';

const compiled = memoise(200, (text: string) => compileQuery(parseCondition(text)));

/** Whether a patch condition (`from c where …`) is true of an item. @throws CosmosError 400 */
export function conditionHolds(text: string, item: JsonObject, nowMs: number): boolean {
  const query = compiled(text);
  const frame = newFrame(query.slots, new Map(), nowMs);
  frame.slots[rootSlot] = item;
  let holds = false;
  query.eachRow(frame, () => {
    holds = true;
    return false;
  });
  return holds;
}
