import type { Clock } from '../../clock';
import type { IncomingCommit, Stored } from '../../commit';
import type { RiskPolicy } from '../../risk';
import type { EnrichmentItem, Store } from '../../store';
import { storeCommits } from '../storeCommits';
import { type GitHubApi, nextAttempt, QuotaSpent } from './gitHubApi';
import { fetchCommit } from './gitHubCommit';

export interface AskingGitHub {
  store: Store;
  tenantId: string;
  api: GitHubApi;
  policy: RiskPolicy;
  clock: Clock;
}

/** A commit that GitHub does not know after so long is one that was rewritten before it could be asked about. */
const patienceMs = 3 * 86_400_000;
const deliveriesARun = 20;
/** So that an invocation ends in time; the rest waits for the next one. */
const commitsARun = 300;
const commitsAWrite = 50;

/**
 * Asks GitHub for what a push does not tell: lines of each file, parents, signature. Each answer is one more sighting of its
 * commit. What is missing yet is asked for again, later and later; where the quota ends, the rest waits for its reset.
 * @throws StoreUnavailable, GitHubUnavailable
 */
export async function enrichCommits(asking: AskingGitHub): Promise<{ enriched: number; resetAt?: Date }> {
  const { store, tenantId, clock } = asking;
  let enriched = 0;
  for (const item of await store.deliveries.enrichments(tenantId, clock().toISOString(), deliveriesARun)) {
    if (enriched >= commitsARun) break;
    const { found, left, missed, resetAt } = await ask(asking, item, commitsARun - enriched);
    enriched += found;
    await store.deliveries.keepEnrichment(kept(item, { left, missed, resetAt }, clock()));
    if (resetAt) return { enriched, resetAt };
  }
  return { enriched };
}

interface Outcome {
  /** Not asked about yet. */
  left: string[];
  /** Asked about in vain. */
  missed: string[];
  resetAt?: Date | undefined;
}

async function ask(
  asking: AskingGitHub,
  item: EnrichmentItem,
  limit: number,
): Promise<Outcome & { found: number }> {
  const left = [...item.commitHashes];
  const missed: string[] = [];
  let commits: IncomingCommit[] = [];
  let found = 0;
  let resetAt: Date | undefined;
  const write = async () => {
    await record(asking, commits);
    found += commits.length;
    commits = [];
  };
  while (left.length > 0 && found + commits.length < limit && !resetAt) {
    try {
      const fetched = await fetchCommit(asking.api, item, left[0] ?? '');
      const commitHash = left.shift() ?? '';
      if (fetched.kind === 'found') commits.push(fetched.commit);
      else missed.push(commitHash);
    } catch (error) {
      if (!(error instanceof QuotaSpent)) {
        await write();
        throw error;
      }
      resetAt = error.resetAt;
    }
    if (commits.length >= commitsAWrite) await write();
  }
  await write();
  return { found, left, missed, resetAt };
}

async function record(
  { store, tenantId, policy, clock }: AskingGitHub,
  commits: IncomingCommit[],
): Promise<void> {
  if (commits.length === 0) return;
  const outcomes = await storeCommits(store, {
    tenantId,
    source: 'github',
    actor: 'github-api',
    at: clock().toISOString(),
    commits,
    policy,
  });
  for (const outcome of outcomes)
    if (outcome.kind === 'failed' && outcome.problem.status === 503) throw outcome.problem;
}

function kept(
  item: Stored<EnrichmentItem>,
  { left, missed, resetAt }: Outcome,
  now: Date,
): Stored<EnrichmentItem> {
  const isOld = now.getTime() - Date.parse(item.receivedAt) > patienceMs;
  const commitHashes = [...left, ...(isOld ? [] : missed)];
  if (resetAt) return { ...item, commitHashes, error: 'quota', nextAttemptAt: resetAt.toISOString() };
  if (left.length > 0) return { ...item, commitHashes, nextAttemptAt: now.toISOString() };
  return {
    ...item,
    commitHashes,
    error: 'not-found',
    attempts: item.attempts + 1,
    nextAttemptAt: nextAttempt(item.attempts, now),
  };
}
