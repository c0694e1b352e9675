/** Remembers results by the text of the arguments, at most `entriesMax`: when full it starts over. */
export function memoise<A extends string[], R>(
  entriesMax: number,
  compute: (...args: A) => R,
): (...args: A) => R {
  const cache = new Map<string, R>();
  return (...args) => {
    const key = args.join('\u0000');
    const known = cache.get(key);
    if (known !== undefined || cache.has(key)) return known as R;
    const result = compute(...args);
    if (cache.size >= entriesMax) cache.clear();
    cache.set(key, result);
    return result;
  };
}
