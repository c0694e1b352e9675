import { ItemStore } from './items/itemStore';
import { type KeptPages, KeptResults } from './query/keptResults';
import type { SortedRow } from './query/sortedRuns';
import { Catalog } from './resources/catalog';
import { CommitQueue } from './storage/commitQueue';
import type { OrderedStore } from './storage/orderedStore';

/** Everything behind the wire protocol. */
export class Engine {
  readonly queue: CommitQueue;
  readonly catalog: Catalog;
  readonly items: ItemStore;
  /** Results between the pages of a query. */
  readonly kept: KeptPages<SortedRow> = {
    sorted: new KeptResults(),
    collected: new KeptResults(),
    longKeys: new KeptResults(1000),
  };

  constructor(
    readonly store: OrderedStore,
    /** Milliseconds since 1970. */
    readonly now: () => number,
  ) {
    this.queue = new CommitQueue(store);
    this.catalog = new Catalog(store, this.queue, now);
    this.items = new ItemStore(this.catalog, now);
  }

  async close(): Promise<void> {
    await this.queue.drained();
    await this.store.close();
  }
}
