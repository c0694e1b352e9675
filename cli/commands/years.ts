import { addDays } from '../../src/lib/commit';

/** Days of UTC, both ends included. */
export interface Days {
  since: string;
  until: string;
}

/** The API gives so many days, and the day after them, in one answer where there is no filter. */
const daysMax = 366;

/** A long range in parts that the API answers, the newest first. */
export function* years({ since, until }: Days): Generator<Days> {
  for (let last = until; last >= since; ) {
    const first = addDays(last, -daysMax);
    yield { since: first > since ? first : since, until: last };
    last = addDays(first, -1);
  }
}
