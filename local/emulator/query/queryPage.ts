import { badRequest } from '../errors';
import { parseItem } from '../items/itemRecord';
import { fromBinary, toBinary } from '../partition/bytes';
import type { Container } from '../resources/container';
import { BoundedHeap } from '../sql/boundedHeap';
import { type Frame, newFrame, rootSlot } from '../sql/frame';
import { compareKeys, countOf, type OrderKeys, RowCollector } from '../sql/rowCollector';
import type { Value } from '../sql/values';
import type { StoreReader } from '../storage/orderedStore';
import { type Cursor, decodeCursor, encodeCursor } from './continuation';
import { isSmall, readItem, type Scan, type ScannedItem, scanItems } from './itemScan';
import { type KeptPages, keptRowsMax } from './keptResults';
import type { PreparedQuery } from './preparedQuery';
import { firstAfter, type SortedRow } from './sortedRuns';

export interface PageRequest {
  prepared: PreparedQuery;
  parameters: ReadonlyMap<string, Value>;
  scan: Scan;
  /** Rows a page holds at most. */
  rowsMax: number;
  continuation?: string;
  /** Where results are kept between pages; left out, each page makes them for itself. */
  kept?: KeptPages<SortedRow>;
  /** Ties a continuation to its query, parameters and scope. */
  fingerprint: string;
  /** Rows whose sort keys are missing are left out (the index does not know them). */
  dropMissingKeys: boolean;
  nowMs: number;
}

export interface QueryPage {
  /** Each row's JSON text. */
  rows: string[];
  continuation?: string;
  itemsRead: number;
  bytesReturned: number;
}

/** Sort keys longer than this as JSON do not go into a token. */
const tokenKeyCharsMax = 400;

/** Results of more text than this are not kept between pages. */
const keptCharsMax = 32 * 1024 * 1024;

const pageBytesMax = 4 * 1024 * 1024 - 64 * 1024;

/** A page ends, perhaps empty, once it has looked at this many items: nobody waits for a whole container. */
const itemsReadMax = 50_000;

/** Every so many items the event loop gets a turn. */
const itemsPerTurn = 2_000;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Runs one page of a query over the items of a container. @throws CosmosError 400 */
export async function runQueryPage(
  reader: StoreReader,
  container: Container,
  request: PageRequest,
): Promise<QueryPage> {
  const { compiled, ast } = request.prepared;
  const frame = newFrame(compiled.slots, request.parameters, request.nowMs);
  const cursor = request.continuation
    ? decodeCursor(request.fingerprint, request.continuation)
    : { offset: countOf(compiled.offset, frame) ?? 0, limit: limitOf(request, frame) };
  const run = new QueryRun(reader, container, request, frame, cursor);
  const collected = compiled.distinct || compiled.groupBy.length > 0 || compiled.aggregates.length > 0;
  if (collected || !compiled.readsItems) return run.collected();
  return ast.orderBy.length > 0 ? run.ordered() : run.streamed();
}

function limitOf({ prepared: { compiled } }: PageRequest, frame: Frame): number | null {
  const limits = [countOf(compiled.limit, frame), countOf(compiled.top, frame)].filter(
    (n) => n !== undefined,
  );
  return limits.length === 0 ? null : Math.min(...limits);
}

/** One page in the making. */
class QueryRun {
  private readonly rows: string[] = [];
  private itemsRead = 0;
  private bytes = 0;

  constructor(
    private readonly reader: StoreReader,
    private readonly container: Container,
    private readonly request: PageRequest,
    private readonly frame: Frame,
    private readonly cursor: Cursor,
  ) {}

  /** Rows as they come: in the order of insertion, or of keys where there are many. */
  async streamed(): Promise<QueryPage> {
    let { offset } = this.cursor;
    let limit = this.cursor.limit ?? Number.POSITIVE_INFINITY;
    const after =
      this.cursor.place === undefined ? undefined : toBinary(Buffer.from(this.cursor.place, 'base64'));
    let last: Cursor | undefined;
    let full = false;
    const byInsertion = after === undefined ? this.isSmall() : this.cursor.byInsertion === true;
    for await (const item of this.items({ ...this.request.scan, byInsertion, after, inclusive: true })) {
      let row = 0;
      const skip = item.place === after ? (this.cursor.rows ?? 0) : 0;
      this.eachRow(item, () => {
        row += 1;
        if (row <= skip) return true;
        const text = this.textOf(item);
        if (text === undefined) return true;
        if (offset > 0) offset -= 1;
        else if (limit <= 0 || !this.fits(text)) full = true;
        else {
          limit -= 1;
          this.push(text);
        }
        if (full) return false;
        last = { place: base64(item.place), byInsertion, rows: row, offset, limit: finiteOrNull(limit) };
        return true;
      });
      if (full || limit <= 0) break;
      if (this.itemsRead >= itemsReadMax) {
        last = {
          place: base64(item.place),
          byInsertion,
          rows: Number.MAX_SAFE_INTEGER,
          offset,
          limit: finiteOrNull(limit),
        };
        full = true;
        break;
      }
    }
    return this.page(full && limit > 0 ? last : undefined);
  }

  /** Rows in the order of ORDER BY, ties in the order of insertion. */
  async ordered(): Promise<QueryPage> {
    const limit = this.cursor.limit ?? Number.POSITIVE_INFINITY;
    const from = this.lastRow();
    let last: SortedRow | undefined;
    let full = false;
    for await (const { row, text } of from ? this.resumed(from, limit) : this.firstRows(limit)) {
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

  /** Rows that need everything first: aggregates, groups, DISTINCT. */
  async collected(): Promise<QueryPage> {
    const { fingerprint, kept } = this.request;
    const { lsn } = this.container;
    const given = this.cursor.given ?? 0;
    const texts = (given > 0 && kept?.collected.get(fingerprint, lsn)) || (await this.collect());
    for (const text of texts.slice(given)) {
      if (!this.fits(text)) {
        const chars = texts.reduce((sum, { length }) => sum + length, 0);
        if (this.container.lsn === lsn && chars <= keptCharsMax)
          kept?.collected.keep(fingerprint, lsn, texts);
        return this.page({ given: given + this.rows.length, offset: 0, limit: null });
      }
      this.push(text);
    }
    return this.page();
  }

  private async collect(): Promise<string[]> {
    const { compiled } = this.request.prepared;
    const collector = new RowCollector(compiled, this.frame);
    if (!compiled.readsItems) compiled.eachRow(this.frame, () => collector.add());
    else
      for await (const item of this.items({ ...this.request.scan, byInsertion: this.isSmall() }))
        this.eachRow(item, () => collector.add());
    return collector.finish().map((value) => JSON.stringify(value));
  }

  private isSmall(): boolean {
    return isSmall(this.reader, this.container, this.request.scan);
  }

  private async *items(scan: Scan): AsyncGenerator<ScannedItem> {
    const nowSeconds = Math.floor(this.request.nowMs / 1000);
    let next: Scan | undefined = scan;
    while (next) {
      const current: Scan = next;
      next = undefined;
      let inTurn = 0;
      for (const item of scanItems(this.reader, this.container, current, nowSeconds)) {
        this.itemsRead += 1;
        inTurn += 1;
        yield item;
        if (inTurn >= itemsPerTurn) {
          // A range held open across turns would pin the store's old pages: begin again after this item.
          next = { ...scan, after: item.place, inclusive: false };
          break;
        }
      }
      if (next) await turn();
    }
  }

  private eachRow(item: ScannedItem, row: () => boolean): void {
    const { compiled } = this.request.prepared;
    if (compiled.readsRoot) this.frame.slots[rootSlot] = parseItem(item.record);
    compiled.eachRow(this.frame, row);
  }

  private textOf(item: ScannedItem): string | undefined {
    const { compiled } = this.request.prepared;
    if (compiled.selectsRoot) return item.record.json.toString();
    return JSON.stringify(compiled.project(this.frame));
  }

  private fits(text: string): boolean {
    if (this.rows.length >= this.request.rowsMax) return false;
    return this.rows.length === 0 || this.bytes + Buffer.byteLength(text) <= pageBytesMax;
  }

  private push(text: string): void {
    this.rows.push(text);
    this.bytes += Buffer.byteLength(text);
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

  private page(next?: Cursor): QueryPage {
    const { rows, itemsRead, bytes } = this;
    const continuation = next && encodeCursor(this.request.fingerprint, next);
    return { rows, itemsRead, bytesReturned: bytes, continuation };
  }
}

const base64 = (binary: string): string => fromBinary(binary).toString('base64');
const compareText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
