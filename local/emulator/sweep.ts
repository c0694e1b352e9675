import type { Engine } from './engine';
import { dueAt, readWritten } from './items/itemRecord';
import { prefixEnd } from './partition/bytes';
import type { Container } from './resources/container';
import type { Transaction } from './storage/commitQueue';
import { dueKey, garbageKey, kinds, lsnKey, prefixRange } from './storage/keys';

const intervalMs = 1_000;
/** Items taken away in one transaction: few enough that nobody waits long. */
const itemsPerSweep = 500;
/** Items that never expire may stand before those that are due: so far a sweep looks past them. */
const itemsLookedAt = 20_000;

/** Deletes expired items of one container from disk. Nobody sees them any more; this gives the space back. */
function sweepContainer(engine: Engine, transaction: Transaction, container: Container): number {
  const { defaultTtl } = container.definition;
  if (defaultTtl === undefined) return 0;
  const nowSeconds = engine.items.nowSeconds();
  const places: string[] = [];
  const due = { start: dueKey(container.key, 0, ''), end: dueKey(container.key, nowSeconds + 1, '') };
  for (const { key } of transaction.range({ ...due, limit: itemsPerSweep })) places.push(key.slice(17));
  if (defaultTtl > 0) places.push(...dueByDefault(transaction, container, nowSeconds));
  for (const place of places) engine.items.erase(transaction, container, place);
  return places.length;
}

/** In the order of last writes the items due by the container's default come first. */
function dueByDefault(transaction: Transaction, container: Container, nowSeconds: number): string[] {
  const places: string[] = [];
  const range = { start: lsnKey(container.key, 0), end: prefixEnd(kinds.lsns + container.key) };
  for (const { value } of transaction.range({ ...range, limit: itemsLookedAt })) {
    if (places.length >= itemsPerSweep) break;
    const { ts, ttl, place } = readWritten(value);
    const due = dueAt(ts, ttl, container.definition.defaultTtl);
    if (ttl === 0 && (due === undefined || due > nowSeconds)) break;
    if (due !== undefined && due <= nowSeconds) places.push(place);
  }
  return places;
}

/** Takes the remains of deleted containers off the store, a part at a time. */
function sweepGarbage(transaction: Transaction): number {
  for (const { key } of transaction.range(prefixRange('G'))) {
    const container = key.slice(1);
    for (const kind of Object.values(kinds)) {
      const found = [...transaction.range({ ...prefixRange(kind + container), limit: itemsPerSweep })];
      for (const entry of found) transaction.remove(entry.key);
      if (found.length > 0) return found.length;
    }
    transaction.remove(garbageKey(container));
  }
  return 0;
}

/** One sweep over everything; true when there may be more to do at once. */
export async function sweepOnce(engine: Engine): Promise<boolean> {
  const swept = await engine.queue.write((transaction) =>
    engine.catalog
      .containers()
      .reduce(
        (sum, container) => sum + sweepContainer(engine, transaction, container),
        sweepGarbage(transaction),
      ),
  );
  return swept >= itemsPerSweep;
}

/** Sweeps in the background until the returned function is called. */
export function startSweeping(engine: Engine): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const schedule = (delayMs: number) => {
    if (stopped) return;
    timer = setTimeout(() => void sweep(), delayMs);
    timer.unref();
  };
  const sweep = async () => {
    try {
      schedule((await sweepOnce(engine)) ? 10 : intervalMs);
    } catch {
      schedule(intervalMs);
    }
  };
  schedule(intervalMs);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
