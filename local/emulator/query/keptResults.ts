/** Longer results are not kept: each page makes them anew. */
export const keptRowsMax = 200_000;

/**
 * Whole results kept between the pages of a query, so that reading a long one to its end does not sort or group
 * everything once a page. Each holds only as long as its container is not written to.
 */
export class KeptResults<T> {
  private readonly results = new Map<string, { lsn: number; rows: T[] }>();

  constructor(private readonly resultsMax = 4) {}

  get(fingerprint: string, lsn: number): T[] | undefined {
    const result = this.results.get(fingerprint);
    return result?.lsn === lsn ? result.rows : undefined;
  }

  keep(fingerprint: string, lsn: number, rows: T[]): void {
    this.results.delete(fingerprint);
    if (rows.length > keptRowsMax) return;
    this.results.set(fingerprint, { lsn, rows });
    for (const oldest of this.results.keys()) {
      if (this.results.size <= this.resultsMax) return;
      this.results.delete(oldest);
    }
  }
}

/** What one emulator keeps: sorted rows by their places, grouped and distinct rows by their texts. */
export interface KeptPages<Sorted> {
  sorted: KeptResults<Sorted>;
  collected: KeptResults<string>;
  /** Sort keys too long for a continuation token. */
  longKeys: KeptResults<unknown>;
}
