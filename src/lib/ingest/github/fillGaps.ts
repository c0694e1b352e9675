import * as z from 'zod';
import type { IncomingCommit, Stored } from '../../commit';
import type { RefGap, RefItem } from '../../store';
import { withPush, zeroHash } from '../refChain';
import { storeCommits } from '../storeCommits';
import type { AskingGitHub } from './enrichCommits';
import { nextAttempt, QuotaSpent, repositoryParameters } from './gitHubApi';
import { GitHubCommit, incomingOf } from './gitHubCommit';

/** https://docs.github.com/rest/commits/commits#compare-two-commits */
const Comparison = z.object({ commits: z.array(GitHubCommit) });

const refsAPage = 100;
const branchPrefix = 'refs/heads/';

/**
 * Asks GitHub what lies between the two ends of each open gap, records those commits, and joins the chain. The audit entry is
 * made when the change feed shows the ref. A gap whose ends GitHub does not know stays open and is tried again.
 * @throws StoreUnavailable, GitHubUnavailable
 */
export async function fillGaps(asking: AskingGitHub): Promise<{ filled: number; resetAt?: Date }> {
  const { store, tenantId, clock } = asking;
  let filled = 0;
  let after: string | undefined;
  for (;;) {
    const refs = await store.refs.page(tenantId, { after }, refsAPage);
    for (const ref of refs) {
      const now = clock().toISOString();
      const gap = ref.gaps.find(
        (each) =>
          each.filledAt === undefined && each.error !== 'no-ends' && (each.nextAttemptAt ?? '') <= now,
      );
      if (!gap) continue;
      try {
        if (await fill(asking, ref, gap)) filled++;
      } catch (error) {
        if (error instanceof QuotaSpent) return { filled, resetAt: error.resetAt };
        throw error;
      }
    }
    after = refs.at(-1)?.deliveryId;
    if (refs.length < refsAPage) return { filled };
  }
}

async function fill(asking: AskingGitHub, ref: Stored<RefItem>, gap: RefGap): Promise<boolean> {
  const { store, clock } = asking;
  const { lastKnown, before } = gap;
  const failed = (error: string) => {
    const attempts = (gap.attempts ?? 0) + 1;
    const tried = { ...gap, attempts, error, nextAttemptAt: nextAttempt(attempts + 5, clock()) };
    return store.refs.write({ ...ref, gaps: ref.gaps.map((each) => (each === gap ? tried : each)) }, ref);
  };
  if (lastKnown === undefined || zeroHash.test(lastKnown) || zeroHash.test(before)) {
    await failed('no-ends');
    return false;
  }
  const commits = await between(asking, ref, lastKnown, before);
  if (typeof commits === 'string') {
    await failed(commits);
    return false;
  }
  await record(asking, ref, before, commits);
  // Where somebody else has changed the ref the gap is looked at again with the next run.
  return store.refs.write({ ...ref, chain: withPush(ref.chain, lastKnown, before) }, ref);
}

async function between(
  { api }: AskingGitHub,
  { repository, ref }: RefItem,
  lastKnown: string,
  before: string,
): Promise<IncomingCommit[] | 'not-found' | 'forbidden'> {
  const branch = ref.startsWith(branchPrefix) ? ref.slice(branchPrefix.length) : ref;
  const commits: IncomingCommit[] = [];
  for (let page = 1; ; page++) {
    const asked = await api.ask<unknown>('GET /repos/{owner}/{repo}/compare/{basehead}', {
      ...repositoryParameters(repository),
      basehead: `${lastKnown}...${before}`,
      per_page: 100,
      page,
    });
    if (asked.kind !== 'found') return asked.kind === 'forbidden' ? 'forbidden' : 'not-found';
    const comparison = Comparison.safeParse(asked.data);
    if (!comparison.success) return 'not-found';
    commits.push(...comparison.data.commits.map((commit) => incomingOf(commit, { repository, branch })));
    if (!asked.hasMore) return commits;
  }
}

/** The comparison names no files; they are asked for commit by commit, like those of a push. */
async function record(
  { store, tenantId, policy, clock }: AskingGitHub,
  ref: RefItem,
  before: string,
  commits: readonly IncomingCommit[],
): Promise<void> {
  const at = clock().toISOString();
  for (let from = 0; from < commits.length; from += 500) {
    const outcomes = await storeCommits(store, {
      tenantId,
      source: 'github',
      actor: 'github-api',
      at,
      commits: commits.slice(from, from + 500),
      policy,
    });
    for (const outcome of outcomes) if (outcome.kind === 'failed') throw outcome.problem;
  }
  if (commits.length === 0) return;
  await store.deliveries.addEnrichment({
    id: 'enrichment',
    tenantId,
    deliveryId: `gap:${before}`,
    status: 'enriching',
    receivedAt: at,
    repository: ref.repository,
    branch: commits[0]?.branches[0] ?? ref.ref,
    commitHashes: commits.map(({ commitHash }) => commitHash),
    attempts: 0,
    nextAttemptAt: at,
  });
}
