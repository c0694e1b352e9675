import type { AuditableChange } from '../audit';
import type { Clock } from '../clock';
import type { RecordChange } from '../commit';
import { StoreUnavailable } from '../errors';
import type { Store } from '../store';
import { appendAudit } from './appendAudit';

/** What the change feed tells of a commit that we rely on: who it is. All else is read again. */
export interface CommitReference {
  tenantId: string;
  commitHash: string;
}

/** A commit that has two items, and the date of the one that the audit log knows: the other is to be merged into it. */
export interface Twin extends CommitReference {
  commitDate: string;
}

interface History {
  commitHash: string;
  commitDate: string;
  changes: RecordChange[];
}

const turnsMax = 5;

/**
 * Brings every change of these commits into the audit log. The commits are read again: the trigger rewrites date strings
 * in what it delivers, and the item's own history holds also the changes that the feed has skipped.
 * @throws StoreUnavailable: run the same batch again
 */
export async function auditCommits(
  store: Store,
  references: readonly CommitReference[],
  clock: Clock,
): Promise<{ entries: number; twins: Twin[] }> {
  let entries = 0;
  const twins: Twin[] = [];
  for (const [tenantId, commitHashes] of byTenant(references)) {
    const histories = new Map<string, History[]>();
    for (const commit of await store.commits.changesOf(tenantId, commitHashes))
      histories.set(commit.commitHash, [...(histories.get(commit.commitHash) ?? []), commit]);
    const changes: AuditableChange[] = [];
    for (const [commitHash, items] of histories) {
      const [only] = items;
      if (only && items.length === 1) changes.push(...auditable(tenantId, only));
      else twins.push({ tenantId, commitHash, commitDate: await auditOneOf(store, tenantId, items, clock) });
    }
    changes.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.revision - b.revision));
    entries += await appendAudit(store, tenantId, changes, clock);
  }
  return { entries, twins };
}

/**
 * Two writers that first saw a hash at the same moment with two dates have made two items, each with a first revision. The
 * log takes the first revision of a commit once: whichever item it has, or gets now, is the one that stays. Gives its date.
 */
async function auditOneOf(
  store: Store,
  tenantId: string,
  items: readonly History[],
  clock: Clock,
): Promise<string> {
  for (let turn = 0; turn < turnsMax; turn++) {
    const commitHash = items[0]?.commitHash;
    const [logged] = await store.audit.page(tenantId, { commitHash, after: 0 }, 1);
    const known = items.find(({ changes }) => changes[0]?.contentHash === logged?.contentHash) ?? items[0];
    if (!known) break;
    await appendAudit(store, tenantId, auditable(tenantId, known), clock);
    if (logged) return known.commitDate;
  }
  throw new StoreUnavailable(1, new Error('The log does not say which item it knows'));
}

function auditable(tenantId: string, { commitHash, changes }: History): AuditableChange[] {
  return changes.map(({ revision, action, actor, at, contentHash }) => ({
    tenantId,
    subject: commitHash,
    commitHash,
    revision,
    action,
    actor,
    at,
    contentHash,
  }));
}

function byTenant(references: readonly CommitReference[]): Map<string, string[]> {
  const tenants = new Map<string, Set<string>>();
  for (const { tenantId, commitHash } of references) {
    const hashes = tenants.get(tenantId) ?? new Set();
    tenants.set(tenantId, hashes.add(commitHash));
  }
  return new Map([...tenants].map(([tenantId, hashes]) => [tenantId, [...hashes]]));
}
