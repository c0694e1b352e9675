import type { CommitItem, IncomingCommit, Stored } from '../commit';
import { Problem } from '../errors';
import type { RiskPolicy } from '../risk';
import type { Store } from '../store';
import { commitsIngested } from '../telemetry';
import { type Recorded, recordCommit, type Sighting } from './recordCommit';

export type StoreOutcome =
  | { kind: 'stored' | 'updated' | 'unchanged'; commit: CommitItem & Partial<Stored<object>> }
  | { kind: 'failed'; problem: Problem };

export interface StoreRequest extends Omit<Sighting, 'commit'> {
  commits: readonly IncomingCommit[];
  policy: RiskPolicy;
}

/** Two writers that meet on one commit take turns; this many turns are more than two instances ever need. */
const turnsMax = 8;

/**
 * Records a batch of commits of one tenant: one query finds those that exist, and each is created, amended or left as it
 * is. The commit date that a hash came in with first wins. One that fails never stops another. May run any
 * number of times, and in several processes at once, with the same result. Outcomes come in the order of the commits.
 */
export async function storeCommits(store: Store, request: StoreRequest): Promise<StoreOutcome[]> {
  const { tenantId, policy, commits } = request;
  await store.tenants.register(tenantId, new Date(request.at));
  const outcomes = new Map<number, StoreOutcome>();
  const attempts = new Map<number, Recorded>();
  let waiting = commits.map((commit, index) => ({ commit, index }));
  for (let turn = 0; waiting.length > 0; turn++) {
    const [now, later] = firstOfEachHash(waiting);
    const known = await store.commits.find(
      tenantId,
      now.map(({ commit }) => commit.commitHash),
    );
    const recorded = now.map(({ commit, index }) => {
      const existing = known.get(commit.commitHash);
      return { commit, index, existing, result: recordCommit(existing, { ...request, commit }, policy) };
    });
    for (const { index, existing, result } of recorded) {
      if (result.kind !== 'unchanged') continue;
      // A write that failed here may have happened there (a time-out): then what is stored now is what we sent.
      const ours = existing && attempts.get(index);
      const kind = ours && isSameWrite(existing, ours.commit) ? ours.kind : result.kind;
      outcomes.set(index, { ...result, kind });
    }
    const writes = recorded.filter(({ result }) => result.kind !== 'unchanged');
    for (const { index, result } of writes) attempts.set(index, result);
    const written = await store.commits.write(
      writes.map(({ existing, result }) => ({ commit: result.commit, etag: existing?._etag })),
    );
    const conflicted: typeof waiting = [];
    for (const [position, outcome] of written.entries()) {
      const { commit, index, result } = writes[position] as (typeof writes)[number];
      if (outcome.kind === 'written')
        outcomes.set(index, { kind: result.kind, commit: outcome.item } as Recorded);
      else if (outcome.kind === 'unavailable')
        outcomes.set(index, { kind: 'failed', problem: outcome.error });
      else if (outcome.kind === 'refused')
        outcomes.set(index, { kind: 'failed', problem: refusal(outcome.status) });
      else if (turn < turnsMax) conflicted.push({ commit, index });
      else
        outcomes.set(index, {
          kind: 'failed',
          problem: new Problem('conflict', { detail: 'Too many writers at once. Send the commit again.' }),
        });
    }
    waiting = [...conflicted, ...later].sort((a, b) => a.index - b.index);
  }
  for (const outcome of outcomes.values())
    if (outcome.kind === 'stored') commitsIngested(1, { 'gitops.risk.level': outcome.commit.riskLevel });
  return commits.map((_, index) => outcomes.get(index) as StoreOutcome);
}

function isSameWrite(stored: CommitItem, sent: CommitItem): boolean {
  return (
    stored.revision === sent.revision &&
    stored.contentHash === sent.contentHash &&
    stored.updatedAt === sent.updatedAt
  );
}

function refusal(status: number): Problem {
  return status === 413
    ? new Problem('body-too-large', {
        detail: 'The commit is larger than the store takes, even without its files.',
      })
    : new Problem('invalid-input', { detail: 'The store does not take the commit as it is.' });
}

/** The same hash twice in one batch: the second is a sighting of what the first has made. */
function firstOfEachHash<T extends { commit: IncomingCommit }>(commits: readonly T[]): [T[], T[]] {
  const seen = new Set<string>();
  const first: T[] = [];
  const later: T[] = [];
  for (const entry of commits) {
    (seen.has(entry.commit.commitHash) ? later : first).push(entry);
    seen.add(entry.commit.commitHash);
  }
  return [first, later];
}
