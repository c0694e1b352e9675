const loneSurrogate = /\p{Surrogate}/gu;

/**
 * The same JSON value with U+FFFD for each half of a character (`"\ud83d"`), names of members too: such text has no form in UTF-8,
 * so it would not come back from a store as it was hashed. A value without any is given back as it is.
 */
export function wellFormed<T>(value: T): T {
  if (typeof value === 'string') return value.replace(loneSurrogate, '\uFFFD') as T;
  if (Array.isArray(value)) return value.map(wellFormed) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [wellFormed(name), wellFormed(member)]),
  ) as T;
}
