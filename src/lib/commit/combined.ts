/**
 * A copy of `first` with the members of the others; later ones win. For objects as large as a commit: V8 copies the first at once
 * and what follows member by member, and does that several times faster here than for `{ ...first, ...others }`.
 */
export function combined<A extends object, B extends object, C extends object = object>(
  first: A,
  second: B,
  third?: C,
): A & B & C {
  return Object.assign({ ...first }, second, third) as A & B & C;
}
