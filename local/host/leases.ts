import { type Container, ErrorResponse, type ItemDefinition } from '@azure/cosmos';

/** One lease, as it stands in the lease container: who reads one range of the change feed, and how far it is done. */
export interface Lease extends ItemDefinition {
  id: string;
  feedRange: { minInclusive: string; maxExclusive: string };
  /** Nobody's where null. */
  owner: string | null;
  /** The position behind the last batch that was dealt with; null before the first. */
  continuationToken: string | null;
  /** The owner's clock, UTC. */
  renewedAt: string;
  _etag?: string;
}

/** The leases of one function on one container. All writes are guarded by the item's ETag. */
export class LeaseStore {
  readonly #container: Container;
  readonly #prefix: string;

  /** @param prefix begins the id of each of these leases and of no others */
  constructor(container: Container, prefix: string) {
    this.#container = container;
    this.#prefix = prefix;
  }

  async list(): Promise<Lease[]> {
    const { resources } = await this.#container.items
      .query<Lease>({
        query: 'SELECT * FROM c WHERE STARTSWITH(c.id, @prefix)',
        parameters: [{ name: '@prefix', value: this.#prefix }],
      })
      .fetchAll();
    return resources;
  }

  /** Makes the lease of a range, unless another host just did. */
  async create(feedRange: Lease['feedRange']): Promise<void> {
    const id = `${this.#prefix}${feedRange.minInclusive}-${feedRange.maxExclusive}`;
    const lease: Lease = {
      id,
      feedRange,
      owner: null,
      continuationToken: null,
      renewedAt: new Date().toISOString(),
    };
    try {
      await this.#container.items.create(lease);
    } catch (error) {
      if (!hasStatus(error, 409)) throw error;
    }
  }

  async read(id: string): Promise<Lease | undefined> {
    return (await this.#container.item(id, id).read<Lease>()).resource;
  }

  /** @returns the lease as stored, or undefined where it was changed or removed meanwhile. */
  async replace(lease: Lease): Promise<Lease | undefined> {
    const condition = lease._etag ?? '';
    try {
      const { resource } = await this.#container
        .item(lease.id, lease.id)
        .replace<Lease>(lease, { accessCondition: { type: 'IfMatch', condition } });
      return resource;
    } catch (error) {
      if (hasStatus(error, 412) || hasStatus(error, 404)) return undefined;
      throw error;
    }
  }
}

/** A lease that this host holds. Renewals and checkpoints take turns; losing the lease aborts `lost`. */
export class HeldLease {
  #lease: Lease;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #store: LeaseStore;
  readonly #lost = new AbortController();

  constructor(store: LeaseStore, lease: Lease) {
    this.#store = store;
    this.#lease = lease;
  }

  get current(): Lease {
    return this.#lease;
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** @returns false where the lease is another's by now. */
  renew(): Promise<boolean> {
    return this.#change({});
  }

  checkpoint(continuationToken: string): Promise<boolean> {
    return this.#change({ continuationToken });
  }

  release(): Promise<boolean> {
    return this.#change({ owner: null });
  }

  #change(change: Partial<Lease>): Promise<boolean> {
    const changed = this.#turn.then(() => this.#write(change));
    this.#turn = changed.catch(() => undefined);
    return changed;
  }

  async #write(change: Partial<Lease>): Promise<boolean> {
    const { owner } = this.#lease;
    while (!this.#lost.signal.aborted) {
      const stored = await this.#store.replace({
        ...this.#lease,
        renewedAt: new Date().toISOString(),
        ...change,
      });
      if (stored) {
        this.#lease = stored;
        return true;
      }
      // A write of ours whose answer got lost looks like somebody else's; the owner tells.
      const current = await this.#store.read(this.#lease.id);
      if (current?.owner === owner) this.#lease = current;
      else this.#lost.abort();
    }
    return false;
  }
}

export function hasStatus(error: unknown, status: number): boolean {
  return error instanceof ErrorResponse && error.code === status;
}
