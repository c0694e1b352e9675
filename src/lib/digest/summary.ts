import { displayText, type RiskLevel } from '../commit';
import type { DigestedCommit, Store } from '../store';
import { type Digest, type DigestCommit, isAtLeast, type Unreviewed } from './digest';
import { forgeUrl } from './wording';

const highRiskMax = 100;
const othersMax = 50;
const unreviewedMax = 25;
const reasonsMax = 3;

type Summary = Pick<Digest, 'commits' | 'commitsByLevel' | 'highRisk' | 'highRiskTotal' | 'others'>;

/** Counts every commit and keeps the riskiest; `listedFrom` is the least level that somebody wants listed. */
export async function summarise(
  pages: AsyncIterable<DigestCommit[]>,
  listedFrom: RiskLevel = 'high',
): Promise<Summary> {
  let commits = 0;
  let highRiskTotal = 0;
  const commitsByLevel: Partial<Record<RiskLevel, number>> = {};
  let highRisk: DigestCommit[] = [];
  let others: DigestCommit[] = [];
  for await (const page of pages) {
    commits += page.length;
    for (const commit of page) {
      commitsByLevel[commit.riskLevel] = (commitsByLevel[commit.riskLevel] ?? 0) + 1;
      if (isAtLeast(commit.riskLevel, 'high')) {
        highRiskTotal++;
        highRisk.push(commit);
      } else if (isAtLeast(commit.riskLevel, listedFrom)) others.push(commit);
    }
    highRisk = riskiest(highRisk, highRiskMax);
    others = riskiest(others, othersMax);
  }
  return { commits, commitsByLevel, highRisk, highRiskTotal, ...(others.length > 0 && { others }) };
}

/** Riskiest first; equals in the order of their hashes, so that two hosts make the same list. */
export function riskiest(commits: DigestCommit[], limit: number): DigestCommit[] {
  return commits
    .sort((a, b) => b.riskScore - a.riskScore || (a.commitHash < b.commitHash ? -1 : 1))
    .slice(0, limit);
}

/** What nobody has looked at yet, however long ago it came in. */
export async function unreviewedOf(store: Store, tenantId: string): Promise<Unreviewed> {
  const { total, oldestAt, commits } = await store.commits.unreviewed(tenantId, unreviewedMax);
  return { total, oldestAt, commits: commits.map(digestCommit) };
}

export function digestCommit(commit: DigestedCommit): DigestCommit {
  const strongest = [...commit.riskFactors]
    .sort((a, b) => b.contribution - a.contribution)
    .slice(0, reasonsMax);
  // Only GitHub itself tells us what stands at GitHub; a name that a tool posted may be anything.
  const url = commit.source === 'github' ? forgeUrl(commit.repositories[0], commit.commitHash) : undefined;
  return {
    commitHash: commit.commitHash,
    commitDate: commit.commitDate,
    subject: displayText(commit.message.split('\n', 1)[0] ?? ''),
    author: displayText(commit.author, 200),
    repositories: commit.repositories.slice(0, 10),
    riskScore: commit.riskScore ?? 0,
    riskLevel: commit.riskLevel,
    reasons: strongest.map(({ description }) => displayText(description, 300)),
    compliance: commit.compliance.slice(0, 20),
    createdAt: commit.createdAt,
    review: commit.review?.status ?? null,
    ...(url !== undefined && { url }),
  };
}
