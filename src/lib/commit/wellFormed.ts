const loneSurrogate = /\p{Surrogate}/u;
const loneSurrogates = /\p{Surrogate}/gu;

/**
 * The same JSON value with U+FFFD for each half of a character (`"\ud83d"`), names of members too: such text has no form in UTF-8,
 * so it would not come back from a store as it was hashed. A value without any is given back as it is.
 */
export function wellFormed<T>(value: T): T {
  // Hardly any value has one, and a large push is not copied for nothing.
  return isWellFormed(value) ? value : (mended(value) as T);
}

function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return !loneSurrogate.test(value);
  if (Array.isArray(value)) return value.every(isWellFormed);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, member]) => isWellFormed(name) && isWellFormed(member));
}

function mended(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(loneSurrogates, '\uFFFD');
  if (Array.isArray(value)) return value.map(mended);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [mended(name), mended(member)]));
}
