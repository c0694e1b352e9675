import { InvalidArgumentError } from 'commander';
import { CalendarDate, toInstant } from '../../src/lib/commit';

/** A whole number within bounds, for commander. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}

/** A share from 0 to 1, for commander. */
export function share(text: string): number {
  const value = Number(text);
  if (!/^\d*\.?\d+$/.test(text) || value > 1) throw new InvalidArgumentError('Give a number from 0 to 1.');
  return value;
}

/** A day, for commander. */
export function day(text: string): string {
  if (CalendarDate.safeParse(text).success) return text;
  throw new InvalidArgumentError('Give a day such as 2025-01-31.');
}

/** An instant, for commander. */
export function instant(text: string): string {
  const found = toInstant(text);
  if (found !== undefined) return found;
  throw new InvalidArgumentError('Give an instant such as 2025-01-31T08:00:00Z.');
}

/** A commit hash, whole or the beginning of one, for commander. */
export function commitHash(text: string): string {
  if (/^[A-Za-z0-9]{4,64}$/.test(text)) return text;
  throw new InvalidArgumentError('A commit hash is 7 to 64 letters or digits.');
}
