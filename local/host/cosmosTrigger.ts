import type { Container, CosmosClient, FeedRange } from '@azure/cosmos';
import type { App } from './app';
import type { CosmosConnections } from './cosmosConnection';
import { type CosmosTriggerOptions, readCosmosOptions } from './cosmosOptions';
import { messageOf } from './errors';
import { pause, readFeed } from './feedReader';
import type { HostFunction } from './functions';
import { invoke } from './invocation';
import { rewriteDates } from './isoDates';
import { leasesToTake } from './leaseBalance';
import { isGone, leaseOwner } from './leaseOwner';
import { HeldLease, hasStatus, type Lease, LeaseStore } from './leases';
import type { Log } from './log';
import { runWithRetry } from './retry';

/** A listener that cannot start tries again after these, as the real one does, twice as long each time. */
const firstRetryMs = 2000;
const longestRetryMs = 120_000;

interface Listener {
  container: Container;
  leases: LeaseStore;
}

/**
 * Runs one function over a container's change feed. Hosts share the feed's ranges by leases in the lease container and take
 * over from one that is gone. Source: azure-webjobs-sdk-extensions, `CosmosDBTriggerListener.cs`, and the change feed
 * processor of azure-cosmos-dotnet-v3.
 */
export class CosmosTrigger {
  readonly #app: App;
  readonly #fn: HostFunction;
  readonly #connections: CosmosConnections;
  readonly #log: Log;
  readonly #options: CosmosTriggerOptions;
  readonly #stopping = new AbortController();
  readonly #held = new Map<string, { lease: HeldLease; reading: Promise<void> }>();
  readonly #owner: string;
  #startFrom: 'beginning' | Date = 'beginning';
  #running: Promise<void> = Promise.resolve();

  /** @throws Error where the binding cannot work. */
  constructor(app: App, fn: HostFunction, connections: CosmosConnections, log: Log) {
    this.#app = app;
    this.#fn = fn;
    this.#connections = connections;
    this.#log = log;
    this.#options = readCosmosOptions(fn.trigger);
    this.#owner = leaseOwner(fn.name);
  }

  /** Returns at once; an account that is not there yet is waited for. */
  async start(): Promise<void> {
    // One second back: the feed takes whole seconds, and what is later than them.
    this.#startFrom = this.#options.startFrom ?? new Date(Date.now() - 1000);
    this.#running = this.#listen();
  }

  /** Lets a running batch end without storing the position behind it, as the real host does; then gives the leases back. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    const held = [...this.#held.values()];
    await Promise.all(held.map(({ reading }) => reading));
    await Promise.allSettled(held.map(({ lease }) => lease.release()));
  }

  /** Runs the function once with the documents of a JSON array, as the admin endpoint does. */
  async runNow(input: string): Promise<void> {
    await this.#invoke(JSON.parse(input), undefined);
  }

  async #listen(): Promise<void> {
    const signal = this.#stopping.signal;
    let retryMs = firstRetryMs;
    let listener: Listener | undefined;
    while (!signal.aborted) {
      try {
        listener ??= await this.#open();
        await this.#takeShare(listener);
        retryMs = firstRetryMs;
        await this.#keepLeases(listener);
      } catch (error) {
        this.#log.host(
          'error',
          `The listener for function '${this.#fn.name}' was unable to ${listener ? 'go on' : 'start'}. ${messageOf(error)}`,
        );
        await pause(retryMs, signal);
        retryMs = Math.min(2 * retryMs, longestRetryMs);
      }
    }
  }

  async #open(): Promise<Listener> {
    const options = this.#options;
    const client = await this.#connections.client(options.connection, options.preferredLocations);
    const leaseClient = await this.#connections.client(options.leaseConnection, options.preferredLocations);
    if (options.createLeaseContainer) await createLeaseContainer(leaseClient, options);
    const container = client.database(options.databaseName).container(options.containerName);
    const leaseContainer = leaseClient
      .database(options.leaseDatabaseName)
      .container(options.leaseContainerName);
    try {
      const { resource } = await container.read();
      await leaseContainer.read();
      const prefix = `${options.leaseContainerPrefix}.local.${resource?._rid}.`;
      return { container, leases: new LeaseStore(leaseContainer, prefix) };
    } catch (error) {
      if (hasStatus(error, 404)) throw new Error(missingContainer(options), { cause: error });
      throw error;
    }
  }

  /** Renews the held leases and takes new ones at the given intervals, until the host stops. */
  async #keepLeases(listener: Listener): Promise<void> {
    const signal = this.#stopping.signal;
    const { leaseAcquireIntervalMs, leaseRenewIntervalMs } = this.#options;
    let [takeAt, renewAt] = [Date.now() + leaseAcquireIntervalMs, Date.now() + leaseRenewIntervalMs];
    while (!signal.aborted) {
      await pause(Math.max(1, Math.min(takeAt, renewAt) - Date.now()), signal);
      if (signal.aborted) return;
      if (Date.now() >= renewAt) {
        renewAt = Date.now() + leaseRenewIntervalMs;
        await Promise.all([...this.#held.values()].map(({ lease }) => lease.renew()));
      }
      if (Date.now() >= takeAt) {
        takeAt = Date.now() + leaseAcquireIntervalMs;
        await this.#takeShare(listener);
      }
    }
  }

  async #takeShare({ container, leases }: Listener): Promise<void> {
    const ranges = await container.getFeedRanges();
    const stored = await cover(leases, await leases.list(), ranges);
    const expiredAt = Date.now() - this.#options.leaseExpirationIntervalMs;
    const isFree = (lease: Lease): boolean =>
      lease.owner === null || Date.parse(lease.renewedAt) < expiredAt || isGone(lease.owner);
    for (const lease of leasesToTake(stored, this.#owner, new Set(this.#held.keys()), isFree)) {
      const taken = await leases.replace({
        ...lease,
        owner: this.#owner,
        renewedAt: new Date().toISOString(),
      });
      if (taken) this.#read(container, new HeldLease(leases, taken), rangeOf(taken, ranges));
    }
  }

  #read(container: Container, lease: HeldLease, feedRange: FeedRange): void {
    const { id } = lease.current;
    const { maxItemCount, feedPollDelayMs } = this.#options;
    const reading = readFeed(
      {
        functionName: this.#fn.name,
        container,
        lease,
        feedRange,
        maxItemCount,
        startFrom: this.#startFrom,
        pollDelayMs: feedPollDelayMs,
        deliver: (documents, signal) => this.#deliver(documents, signal),
        log: this.#log,
      },
      this.#stopping.signal,
    ).then(() => {
      if (lease.lost.aborted) this.#held.delete(id);
    });
    this.#held.set(id, { lease, reading });
  }

  /** Without a retry policy, or once its retries are used up, a failed batch is passed over: the feed goes on behind it. */
  async #deliver(documents: unknown[], signal: AbortSignal): Promise<boolean> {
    const { registered, name } = this.#fn;
    const outcome = await runWithRetry(registered.metadata.retryOptions, {
      signal,
      onFailure: (error) => this.#log.failure(name, error),
      attempt: (retryContext) => this.#invoke(documents, retryContext),
    });
    if (outcome === 'exhausted') {
      this.#log.host(
        'warning',
        `${name}: a batch of ${documents.length} is passed over, as the real host does.`,
      );
    }
    return outcome !== 'stopped';
  }

  async #invoke(
    documents: unknown,
    retryContext: Parameters<typeof invoke>[2]['retryContext'],
  ): Promise<void> {
    const { registered, trigger } = this.#fn;
    const data = { string: JSON.stringify(rewriteDates(documents)) };
    await invoke(this.#app, registered, { inputData: [{ name: trigger.name, data }], retryContext });
  }
}

/** Makes leases for the ranges that no lease covers. After a split or merge the leases that there are still cover all. */
async function cover(leases: LeaseStore, stored: Lease[], ranges: readonly FeedRange[]): Promise<Lease[]> {
  const open = ranges.filter((range) => !stored.some(({ feedRange }) => overlap(feedRange, range)));
  for (const { minInclusive, maxExclusive } of open) await leases.create({ minInclusive, maxExclusive });
  return open.length > 0 ? await leases.list() : stored;
}

function overlap(one: Lease['feedRange'], other: Lease['feedRange']): boolean {
  return one.minInclusive < other.maxExclusive && other.minInclusive < one.maxExclusive;
}

/** The SDK begins only at its own range objects and offers no way to make one, so one of its kind is made here. */
function rangeOf({ feedRange }: Lease, [kind]: readonly FeedRange[]): FeedRange {
  return Object.assign(Object.create(Object.getPrototypeOf(kind)), feedRange);
}

async function createLeaseContainer(client: CosmosClient, options: CosmosTriggerOptions): Promise<void> {
  const { leaseDatabaseName, leaseContainerName, leasesContainerThroughput } = options;
  const { database } = await client.databases.createIfNotExists({ id: leaseDatabaseName });
  await database.containers.createIfNotExists({
    id: leaseContainerName,
    partitionKey: { paths: ['/id'] },
    defaultTtl: -1,
    throughput: leasesContainerThroughput,
  });
}

function missingContainer(options: CosmosTriggerOptions): string {
  const { databaseName, containerName, leaseDatabaseName, leaseContainerName } = options;
  return (
    `Either the source container '${containerName}' (in database '${databaseName}') or the lease container ` +
    `'${leaseContainerName}' (in database '${leaseDatabaseName}') does not exist. Both containers must exist before the ` +
    `listener starts. To automatically create the lease container, set 'CreateLeaseContainerIfNotExists' to 'true'.`
  );
}
