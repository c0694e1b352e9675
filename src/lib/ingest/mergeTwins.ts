import { type CommitItem, contentOf, type Stored } from '../commit';
import { StoreUnavailable } from '../errors';
import type { Twin } from '../evidence';
import type { RiskPolicy } from '../risk';
import type { Store } from '../store';
import { recordCommit } from './recordCommit';
import { nextRevision } from './revision';

const turnsMax = 20;

/**
 * Makes one item of a commit that two writers first saw at the same moment with two dates: what only the other item knows
 * becomes a change of the one that the audit log knows, and the other is taken away. May run any number of times.
 * @throws StoreUnavailable: run it again
 */
export async function mergeTwins(store: Store, twin: Twin, policy: RiskPolicy, at: string): Promise<void> {
  for (let turn = 0; turn < turnsMax; turn++) {
    const items = await store.commits.itemsOf(twin.tenantId, twin.commitHash);
    const kept = items.find(({ commitDate }) => commitDate === twin.commitDate);
    const other = items.find((item) => item !== kept);
    if (!kept || !other) return;
    const merged = mergedInto(kept, other, policy, at);
    if (merged !== kept) {
      const [outcome] = await store.commits.write([{ commit: merged, etag: kept._etag }]);
      if (outcome?.kind === 'unavailable') throw outcome.error;
      if (outcome?.kind !== 'written') continue;
    }
    await store.commits.removeTwin(other);
  }
  throw new StoreUnavailable(1, new Error('The commit kept changing'));
}

function mergedInto(kept: Stored<CommitItem>, other: CommitItem, policy: RiskPolicy, at: string): CommitItem {
  const { filesChanged, fileChanges, declaredRiskScore, declaredCompliance, tenantId, source, ...seen } =
    other;
  const commit = {
    ...seen,
    files: fileChanges ?? filesChanged.map((path) => ({ path })),
    declared: { riskScore: declaredRiskScore, compliance: declaredCompliance },
  };
  const sighting = { commit, tenantId, source, actor: other.changes[0]?.actor ?? 'system', at };
  const { commit: merged } = recordCommit(kept, sighting, policy);
  if (other.review === null || merged.review !== null) return merged;
  const reviewed = { ...contentOf(merged), review: other.review };
  return nextRevision(merged, reviewed, { action: 'reviewed', actor: other.review.reviewer, at });
}
