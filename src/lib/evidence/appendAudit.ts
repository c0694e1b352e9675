import { setTimeout as sleep } from 'node:timers/promises';
import { type AuditableChange, chainChanges, entriesPerBatchMax, entryId } from '../audit';
import type { Clock } from '../clock';
import { StoreUnavailable } from '../errors';
import type { Store } from '../store';

/** Other writers of the same chain that may come first before this one gives way and is run again. */
const turnsMax = 20;

/**
 * Brings the changes of one tenant into its audit log, each once: what the log has already is left out, the rest is
 * chained to the latest head and written with it in one transaction. May run any number of times, with the changes in
 * any order and in several processes at once; whoever loses the race for the head reads it again.
 * @throws StoreUnavailable
 */
export async function appendAudit(
  store: Store,
  tenantId: string,
  changes: readonly AuditableChange[],
  clock: Clock,
): Promise<number> {
  let appended = 0;
  for (let from = 0; from < changes.length; from += entriesPerBatchMax) {
    appended += await appendTogether(store, tenantId, changes.slice(from, from + entriesPerBatchMax), clock);
  }
  return appended;
}

async function appendTogether(
  store: Store,
  tenantId: string,
  changes: readonly AuditableChange[],
  clock: Clock,
): Promise<number> {
  const idOf = ({ subject, revision }: AuditableChange) => entryId(subject, revision);
  for (let turn = 0; turn < turnsMax; turn++) {
    const logged = await store.audit.existing(tenantId, changes.map(idOf));
    const missing = changes.filter((change) => !logged.has(idOf(change)));
    if (missing.length === 0) return 0;
    const previous = await store.audit.latestHead(tenantId);
    const { entries, head } = chainChanges(previous, missing, clock());
    if (await store.audit.append(entries, head, previous)) return entries.length;
    await sleep(Math.random() * 50);
  }
  throw new StoreUnavailable(1, new Error('The head of the audit log kept moving'));
}
