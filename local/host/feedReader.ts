import { setTimeout as sleep } from 'node:timers/promises';
import { ChangeFeedStartFrom, type Container, type FeedRange } from '@azure/cosmos';
import { messageOf } from './errors';
import type { HeldLease } from './leases';
import type { Log } from './log';

/** An account that does not answer is asked again after this, or after the poll delay where that is longer. */
const errorDelayMs = 1000;

export interface FeedReaderOptions {
  functionName: string;
  container: Container;
  lease: HeldLease;
  /** The lease's range as the SDK wants it. */
  feedRange: FeedRange;
  startFrom: 'beginning' | Date;
  maxItemCount: number;
  pollDelayMs: number;
  /** Deals with one batch. False where the host stops or loses the lease meanwhile: then the batch comes again. */
  deliver(documents: unknown[], signal: AbortSignal): Promise<boolean>;
  log: Log;
}

/**
 * Reads one range of the change feed as long as the lease is held: batch by batch without a pause while there is more, and
 * after the poll delay where there is not. The position is stored after each batch, so a batch is delivered at least once.
 */
export async function readFeed(options: FeedReaderOptions, stopping: AbortSignal): Promise<void> {
  const { lease, log } = options;
  const signal = AbortSignal.any([stopping, lease.lost]);
  let lastFault = '';
  while (!signal.aborted) {
    try {
      await readOn(options, signal, () => {
        lastFault = '';
      });
    } catch (error) {
      const fault = messageOf(error);
      if (fault !== lastFault)
        log.host('warning', `${options.functionName}: cannot read the change feed: ${fault}`);
      lastFault = fault;
      await pause(Math.max(errorDelayMs, options.pollDelayMs), signal);
    }
  }
}

async function readOn(options: FeedReaderOptions, signal: AbortSignal, onPage: () => void): Promise<void> {
  const { container, lease, maxItemCount } = options;
  const changeFeedStartFrom = startOf(options);
  const iterator = container.items.getChangeFeedIterator({ maxItemCount, changeFeedStartFrom });
  while (!signal.aborted) {
    const page = await iterator.readNext();
    onPage();
    const documents = page.result ?? [];
    if (documents.length === 0) {
      await pause(options.pollDelayMs, signal);
    } else {
      if (signal.aborted || !(await options.deliver(documents, signal))) return;
      if (!(await lease.checkpoint(page.continuationToken))) return;
    }
  }
}

function startOf({ lease, feedRange, startFrom }: FeedReaderOptions): ChangeFeedStartFrom {
  const { continuationToken } = lease.current;
  if (continuationToken) return ChangeFeedStartFrom.Continuation(continuationToken);
  return startFrom === 'beginning'
    ? ChangeFeedStartFrom.Beginning(feedRange)
    : ChangeFeedStartFrom.Time(startFrom, feedRange);
}

/** Waits, or not, once the signal is aborted. */
export async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  await sleep(delayMs, undefined, { signal }).catch(() => undefined);
}
