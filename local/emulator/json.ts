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

/** Whether a value nests no deeper than the service allows. Walks with its own stack: input may be hostile. */
export function withinNesting(value: unknown, max = nestingMax): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > max) return false;
    const next: unknown[] = [];
    for (const parent of level) {
      if (typeof parent !== 'object' || parent === null) continue;
      for (const child of Object.values(parent))
        if (typeof child === 'object' && child !== null) next.push(child);
    }
    level = next;
  }
  return true;
}
