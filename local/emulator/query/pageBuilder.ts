import { parseItem } from '../items/itemRecord';
import type { Container } from '../resources/container';
import { type Frame, rootSlot } from '../sql/frame';
import type { Value } from '../sql/values';
import type { StoreReader } from '../storage/orderedStore';
import { type Cursor, encodeCursor } from './continuation';
import { isSmall, type Scan, type ScannedItem, scanItems } from './itemScan';
import type { KeptPages } from './keptResults';
import type { OrderRange } from './orderRange';
import type { PreparedQuery } from './preparedQuery';
import type { SortedRow } from './sortedRuns';

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
  /** Where an index has the rows in their order. */
  order?: OrderRange;
  nowMs: number;
}

export interface QueryPage {
  /** Each row's JSON text. */
  rows: string[];
  continuation?: string;
  itemsRead: number;
  bytesReturned: number;
}

const pageBytesMax = 4 * 1024 * 1024 - 64 * 1024;

/** Every so many items the event loop gets a turn. */
export const itemsPerTurn = 2_000;

export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** One page in the making: what every kind of query shares. */
export abstract class PageBuilder {
  protected readonly rows: string[] = [];
  protected itemsRead = 0;
  private bytes = 0;

  constructor(
    protected readonly reader: StoreReader,
    protected readonly container: Container,
    protected readonly request: PageRequest,
    protected readonly frame: Frame,
    protected readonly cursor: Cursor,
  ) {}

  /** Makes the page. @throws CosmosError 400 */
  abstract build(): Promise<QueryPage>;

  protected isSmall(itemsMax?: number): boolean {
    return isSmall(this.reader, this.container, this.request.scan, itemsMax);
  }

  protected async *items(scan: Scan): AsyncGenerator<ScannedItem> {
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

  protected eachRow(item: ScannedItem, row: () => boolean): void {
    const { compiled } = this.request.prepared;
    if (compiled.readsRoot) this.frame.slots[rootSlot] = parseItem(item.record);
    compiled.eachRow(this.frame, row);
  }

  protected textOf(item: ScannedItem): string | undefined {
    const { compiled } = this.request.prepared;
    if (compiled.selectsRoot) return item.record.json.toString();
    return JSON.stringify(compiled.project(this.frame));
  }

  protected fits(text: string): boolean {
    if (this.rows.length >= this.request.rowsMax) return false;
    return this.rows.length === 0 || this.bytes + Buffer.byteLength(text) <= pageBytesMax;
  }

  protected push(text: string): void {
    this.rows.push(text);
    this.bytes += Buffer.byteLength(text);
  }

  protected page(next?: Cursor): QueryPage {
    const { rows, itemsRead, bytes } = this;
    const continuation = next && encodeCursor(this.request.fingerprint, next);
    return { rows, itemsRead, bytesReturned: bytes, continuation };
  }
}
