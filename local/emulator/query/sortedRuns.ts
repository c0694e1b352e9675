import type { OrderKeys } from '../sql/rowCollector';

/** A row of a sorted result: its sort keys, and where to find it again. */
export interface SortedRow {
  keys: OrderKeys;
  /** Storage place of its item. */
  place: string;
  /** The item's number: the tie breaker. */
  number: string;
  /** Which of the item's rows it is, counted from 1. */
  row: number;
}

/** The index of the first row after `from` in a sorted list. */
export function firstAfter(
  rows: SortedRow[],
  from: SortedRow,
  order: (a: SortedRow, b: SortedRow) => number,
): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row && order(row, from) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
