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

/** Longer results are sorted anew for each page. */
export const sortedRowsMax = 200_000;
const runsMax = 4;

/**
 * Sorted results kept between the pages of a query, so that reading a long one to its end does not sort it once a
 * page. Each holds only as long as its container is not written to.
 */
export class SortedRuns {
  private readonly runs = new Map<string, { lsn: number; rows: SortedRow[] }>();

  get(fingerprint: string, lsn: number): SortedRow[] | undefined {
    const run = this.runs.get(fingerprint);
    return run?.lsn === lsn ? run.rows : undefined;
  }

  keep(fingerprint: string, lsn: number, rows: SortedRow[]): void {
    this.runs.delete(fingerprint);
    this.runs.set(fingerprint, { lsn, rows });
    for (const oldest of this.runs.keys()) {
      if (this.runs.size <= runsMax) return;
      this.runs.delete(oldest);
    }
  }
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
