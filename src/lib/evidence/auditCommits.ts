import type { AuditableChange } from '../audit';
import type { Clock } from '../clock';
import type { Store } from '../store';
import { appendAudit } from './appendAudit';

/** What the change feed tells of a commit that we rely on: who it is. All else is read again. */
export interface CommitReference {
  tenantId: string;
  commitHash: string;
}

/**
 * Brings every change of these commits into the audit log. The commits are read again: the trigger rewrites date strings
 * in what it delivers, and the item's own history holds also the changes that the feed has skipped.
 * @throws StoreUnavailable: run the same batch again
 */
export async function auditCommits(
  store: Store,
  references: readonly CommitReference[],
  clock: Clock,
): Promise<number> {
  let appended = 0;
  for (const [tenantId, commitHashes] of byTenant(references)) {
    const commits = await store.commits.changesOf(tenantId, commitHashes);
    const changes = commits.flatMap(({ commitHash, changes }) =>
      changes.map(
        ({ revision, action, actor, at, contentHash }): AuditableChange => ({
          tenantId,
          subject: commitHash,
          commitHash,
          revision,
          action,
          actor,
          at,
          contentHash,
        }),
      ),
    );
    changes.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.revision - b.revision));
    appended += await appendAudit(store, tenantId, changes, clock);
  }
  return appended;
}

function byTenant(references: readonly CommitReference[]): Map<string, string[]> {
  const tenants = new Map<string, Set<string>>();
  for (const { tenantId, commitHash } of references) {
    const hashes = tenants.get(tenantId) ?? new Set();
    tenants.set(tenantId, hashes.add(commitHash));
  }
  return new Map([...tenants].map(([tenantId, hashes]) => [tenantId, [...hashes]]));
}
