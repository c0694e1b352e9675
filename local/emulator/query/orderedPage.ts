import { badRequest } from '../errors';
import { earlierOf, fromBinary, laterOf, prefixEnd, toBinary } from '../partition/bytes';
import { BoundedHeap } from '../sql/boundedHeap';
import { compareKeys, type OrderKeys } from '../sql/rowCollector';
import { prefixRange } from '../storage/keys';
import type { Cursor } from './continuation';
import { epkContains, readItem, type ScannedItem } from './itemScan';
import { keptRowsMax } from './keptResults';
import type { OrderRange } from './orderRange';
import { itemsPerTurn, PageBuilder, type QueryPage, turn } from './pageBuilder';
import { firstAfter, type SortedRow } from './sortedRuns';

/** Sort keys longer than this as JSON do not go into a token. */
const tokenKeyCharsMax = 400;

/** So few items are read and sorted, whatever index there is: an index may have to pass over many others. */
const sortedAtOnceMax = 300;
/** The same where another index has told which they are: what is left of the tenant need not be read. */
const candidatesSortedMax = 2_000;

const base64 = (binary: string): string => fromBinary(binary).toString('base64');
const compareText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** Rows in the order of ORDER BY, ties in the order of insertion. */
export class OrderedPage extends PageBuilder {
  async build(): Promise<QueryPage> {
    const limit = this.cursor.limit ?? Number.POSITIVE_INFINITY;
    const from = this.lastRow();
    let last: SortedRow | undefined;
    let full = false;
    const range = this.usableRange();
    const found = range
      ? this.inIndex(range, from)
      : from
        ? this.resumed(from, limit)
        : this.firstRows(limit);
    for await (const { row, text } of found) {
      full = this.rows.length >= limit || !this.fits(text);
      if (full) break;
      this.push(text);
      last = row;
    }
    const left = limit - this.rows.length;
    if (!full || left <= 0 || !last) return this.page();
    return this.page({
      place: base64(last.place),
      rows: last.row,
      ...this.cursorKeys(last),
      offset: 0,
      limit: finiteOrNull(left),
    });
  }

  /** The part of an index to read: none for few items, nor where the index lacks some. */
  private usableRange(): OrderRange | undefined {
    const { order, scan } = this.request;
    if (!order || this.isSmall(scan.candidates ? candidatesSortedMax : sortedAtOnceMax)) return undefined;
    const [missing] = this.reader.keys({ ...prefixRange(order.apart), limit: 1 });
    return missing === undefined ? order : undefined;
  }

  /** The rows of an index in its order, after `from` where one is given. */
  private async *inIndex(
    order: OrderRange,
    from?: SortedRow,
  ): AsyncGenerator<{ row: SortedRow; text: string }> {
    let { offset } = this.cursor;
    for await (const places of this.placesInOrder(order, from))
      for (const place of places)
        for (const row of this.rowsAt(place, from))
          if (offset > 0) offset -= 1;
          else yield row;
  }

  /** The places of an index's entries in its order, from about `from` on, a turn's worth of reading at a time. */
  private async *placesInOrder(
    { start, end, backwards, keyOf }: OrderRange,
    from: SortedRow | undefined,
  ): AsyncGenerator<Iterable<string>> {
    const bytes = from && keyOf(from.keys);
    let next: { start: string; end: string } | undefined = { start, end };
    if (from && bytes !== undefined)
      next = backwards
        ? { start, end: earlierOf(end, prefixEnd(bytes)) }
        : { start: laterOf(start, bytes + from.number), end };
    const tied = new TiedPlaces();
    while (next !== undefined) {
      const range: { start: string; end: string } = next;
      next = undefined;
      const entries = this.reader.range({ ...range, reverse: backwards, limit: itemsPerTurn });
      let inTurn = 0;
      yield (function* () {
        for (const { key, value } of entries) {
          inTurn += 1;
          // As in a scan, no range stays open across turns.
          if (inTurn === itemsPerTurn)
            next = backwards ? { ...range, end: key } : { ...range, start: `${key}\x00` };
          const place = toBinary(value);
          if (backwards) yield* tied.before(key, place);
          else yield place;
        }
      })();
      if (next !== undefined) await turn();
    }
    yield tied.rest();
  }

  /** The rows that the item at a place has, but those up to `from`. */
  private rowsAt(place: string, from: SortedRow | undefined): { row: SortedRow; text: string }[] {
    const { places, epk } = this.request.scan;
    const order = this.rowOrder();
    const nowSeconds = Math.floor(this.request.nowMs / 1000);
    if (!places.some((range) => range.start <= place && place < range.end)) return [];
    const item = readItem(this.reader, this.container, place, nowSeconds);
    if (!item || (epk && !epkContains(this.container, item, epk))) return [];
    this.itemsRead += 1;
    const rows: { row: SortedRow; text: string }[] = [];
    this.eachSortedRow(item, (row) => {
      const text = from && order(row, from) <= 0 ? undefined : this.textOf(item);
      if (text !== undefined) rows.push({ row, text });
    });
    return rows;
  }

  /** The rows of the first page (or the next, after `from`) and one more, by one scan and a heap of that size. */
  private async *firstRows(
    limit: number,
    from?: SortedRow,
  ): AsyncGenerator<{ row: SortedRow; text: string }> {
    const { offset } = this.cursor;
    const order = this.rowOrder();
    const size = offset + Math.min(limit, this.request.rowsMax) + 1;
    const heap = new BoundedHeap<{ row: SortedRow; text: string }>(size, (a, b) => order(a.row, b.row));
    for await (const item of this.items(this.request.scan))
      this.eachSortedRow(item, (row) => {
        if ((from && order(row, from) <= 0) || !heap.accepts({ row, text: '' })) return;
        const text = this.textOf(item);
        if (text !== undefined) heap.add({ row, text });
      });
    yield* heap.sorted().slice(offset);
  }

  /** The rows after `from`, out of the sorted result that the query's pages share. */
  private async *resumed(from: SortedRow, limit: number): AsyncGenerator<{ row: SortedRow; text: string }> {
    const rows = await this.sortedRows();
    // Whether the result was still there or not, a page costs what it reads itself.
    this.itemsRead = 0;
    if (!rows) {
      yield* this.firstRows(limit, from);
      return;
    }
    const nowSeconds = Math.floor(this.request.nowMs / 1000);
    for (let at = firstAfter(rows, from, this.rowOrder()); at < rows.length; at += 1) {
      const row = rows[at];
      const item = row && readItem(this.reader, this.container, row.place, nowSeconds);
      if (!item) continue;
      this.itemsRead += 1;
      let text: string | undefined;
      this.eachSortedRow(item, (found) => {
        if (found.row === row.row) text = this.textOf(item);
      });
      if (text !== undefined) yield { row, text };
    }
  }

  /** The whole result in order, from the page before or by a scan; `undefined` where it is too long to keep. */
  private async sortedRows(): Promise<SortedRow[] | undefined> {
    const { fingerprint, kept } = this.request;
    const { lsn } = this.container;
    const known = kept?.sorted.get(fingerprint, lsn);
    if (known || !kept) return known;
    const rows: SortedRow[] = [];
    for await (const item of this.items(this.request.scan)) {
      this.eachSortedRow(item, (row) => rows.push(row));
      if (rows.length > keptRowsMax) return undefined;
    }
    rows.sort(this.rowOrder());
    if (this.container.lsn === lsn) kept.sorted.keep(fingerprint, lsn, rows);
    return rows;
  }

  private eachSortedRow(item: ScannedItem, visit: (row: SortedRow) => void): void {
    const { orderBy } = this.request.prepared.compiled;
    let row = 0;
    this.eachRow(item, () => {
      row += 1;
      const keys = orderBy.map(({ evaluate }) => evaluate(this.frame));
      if (!this.request.dropMissingKeys || !keys.includes(undefined))
        visit({ keys, place: item.place, number: item.place.slice(-8), row });
      return true;
    });
  }

  private rowOrder(): (a: SortedRow, b: SortedRow) => number {
    const byKeys = compareKeys(this.request.prepared.compiled);
    return (a, b) =>
      byKeys(a.keys, b.keys) ||
      compareText(a.number, b.number) ||
      compareText(a.place, b.place) ||
      a.row - b.row;
  }

  private lastRow(): SortedRow | undefined {
    const { place, rows = 0, keys } = this.cursor;
    if (place === undefined) return undefined;
    const binary = toBinary(Buffer.from(place, 'base64'));
    const row = { place: binary, number: binary.slice(-8), row: rows };
    return { ...row, keys: keys ? keys.map(([key]) => key) : this.longKeys(row) };
  }

  /** The sort keys of a cursor. A token must stay below 1 KB: keys too long for it stay here. */
  private cursorKeys({ keys, place, row }: SortedRow): Pick<Cursor, 'keys'> {
    if (JSON.stringify(keys).length <= tokenKeyCharsMax)
      return { keys: keys.map((key) => (key === undefined ? [] : [key])) };
    this.request.kept?.longKeys.keep(`${this.request.fingerprint}${place}${row}`, 0, keys);
    return {};
  }

  /** Keys that no token could hold: as they were, or (after a restart) as the item has them now. */
  private longKeys({ place, row }: Omit<SortedRow, 'keys'>): OrderKeys {
    const kept = this.request.kept?.longKeys.get(`${this.request.fingerprint}${place}${row}`, 0);
    const item = kept
      ? undefined
      : readItem(this.reader, this.container, place, Math.floor(this.request.nowMs / 1000));
    let keys = kept;
    if (item)
      this.eachSortedRow(item, (found) => {
        if (found.row === row) keys = found.keys;
      });
    if (!keys) throw badRequest('Invalid Continuation Token.');
    return keys;
  }
}

/** Turns the places round that have equal keys in an index read backwards: ties stay in the order of insertion. */
class TiedPlaces {
  #key = '';
  #places: string[] = [];

  /** Keeps a place. Gives those that come before it, once no more of them can come. */
  before(entryKey: string, place: string): string[] {
    // The last eight bytes are the item's number.
    const key = entryKey.slice(0, -8);
    const known = key === this.#key ? [] : this.rest();
    this.#key = key;
    this.#places.push(place);
    return known;
  }

  rest(): string[] {
    return this.#places.splice(0).reverse();
  }
}
