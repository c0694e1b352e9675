import Negotiator from 'negotiator';
import { Problem } from '../errors';

/**
 * The best of the offered media types for an `Accept` header (RFC 9110 section 12.5.1); the first where there is no header.
 * @throws Problem `not-acceptable` where none will do
 */
export function acceptedType<T extends string>(
  accept: string | null,
  offered: readonly [T, ...(readonly T[])],
): T {
  if (accept === null || accept.trim() === '') return offered[0];
  const type = new Negotiator({ headers: { accept } }).mediaType([...offered]);
  const found = offered.find((candidate) => candidate === type);
  if (found === undefined) throw new Problem('not-acceptable', { detail: `There is ${offered.join(', ')}.` });
  return found;
}
