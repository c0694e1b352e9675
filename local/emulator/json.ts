export type JsonObject = { [name: string]: unknown };

/** An object or array deeper than this is refused (the service's documented limit). */
const nestingMax = 128;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Sets an own property even where its name means something to JavaScript (`__proto__`). */
export function setOwn(target: JsonObject, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
  else target[name] = value;
}

/** A copy of the object's own properties, odd names included. */
export function copyOf(source: JsonObject): JsonObject {
  const copy: JsonObject = {};
  for (const name of Object.keys(source)) setOwn(copy, name, source[name]);
  return copy;
}

/** Whether a value nests no deeper than the service allows. `max` bounds the call stack too: input may be hostile. */
export function withinNesting(value: unknown, max = nestingMax): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (max < 0) return false;
  if (Array.isArray(value)) return value.every((element) => withinNesting(element, max - 1));
  for (const name in value) if (!withinNesting((value as JsonObject)[name], max - 1)) return false;
  return true;
}
