import { ItemStore } from './items/itemStore';
import { SortedRuns } from './query/sortedRuns';
import { Catalog } from './resources/catalog';
import { CommitQueue } from './storage/commitQueue';
import type { OrderedStore } from './storage/orderedStore';

/** Everything behind the wire protocol. */
export class Engine {
  readonly queue: CommitQueue;
  readonly catalog: Catalog;
  readonly items: ItemStore;
  readonly sortedRuns = new SortedRuns();

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
