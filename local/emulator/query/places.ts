import { earlierOf, laterOf } from '../partition/bytes';
import type { PlaceRange } from './pushDown';

/** The parts that two lists of half-open ranges share, in order. */
export function intersectPlaces(a: PlaceRange[], b: PlaceRange[]): PlaceRange[] {
  return a
    .flatMap((left) =>
      b.map((right) => ({
        start: laterOf(left.start, right.start),
        end: earlierOf(left.end, right.end),
      })),
    )
    .filter(({ start, end }) => start < end)
    .sort((left, right) => (left.start < right.start ? -1 : 1));
}
