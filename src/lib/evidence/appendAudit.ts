import { setTimeout as sleep } from 'node:timers/promises';
import { type AuditableChange, type AuditHead, chainChanges, entriesPerBatchMax, entryId } from '../audit';
import type { Clock } from '../clock';
import { StoreUnavailable } from '../errors';
import type { Store } from '../store';

/** Other writers of the same chain that may come first before this one gives way and is run again. */
const turnsMax = 20;

/**
 * Brings the changes of one tenant into its audit log, each once: what the log has already is left out, the rest is
 * chained to the latest head and created together with the next one in one transaction. May run any number of times, with the changes in
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
    // The head first: whatever comes into the log after it also takes the place that ours would have.
    const previous = await store.audit.assumedHead(tenantId);
    const logged = await store.audit.existing(tenantId, changes.map(idOf));
    const missing = changes.filter((change) => !logged.has(idOf(change)));
    if (missing.length === 0) return 0;
    if (await chainTo(store, previous, missing, clock())) return missing.length;
    await sleep(Math.random() * 50);
  }
  throw new StoreUnavailable(1, new Error('The head of the audit log kept moving'));
}

/** False where somebody else has gone on from that head. */
async function chainTo(
  store: Store,
  previous: AuditHead | undefined,
  changes: readonly AuditableChange[],
  at: Date,
): Promise<boolean> {
  const { entries, head } = chainChanges(previous, changes, at);
  if (!previous || previous.auditDate === head.auditDate)
    return (await store.audit.append(entries, head)) === 'appended';
  const turnedTo = await store.audit.turn(previous, head.auditDate);
  if (turnedTo === undefined) return false;
  const turned = chainChanges(previous, changes, at, turnedTo);
  return (await store.audit.append(turned.entries, turned.head)) === 'appended';
}
