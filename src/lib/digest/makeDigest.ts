import type { Clock } from '../clock';
import type { RiskLevel } from '../commit';
import type { DigestEnvelope, DigestedCommit, Store } from '../store';

/** A commit as a digest shows it. */
export interface DigestCommit {
  commitHash: string;
  commitDate: string;
  /** First line of the message, redacted like all of it. */
  subject: string;
  author: string;
  repositories: string[];
  riskScore: number;
  riskLevel: RiskLevel;
  /** The strongest reasons, as sentences. */
  reasons: string[];
  compliance: string[];
}

/**
 * One item a tenant and day. It covers the entries of the audit log after `fromSequence`, where the digest before it ended,
 * up to its head: the log has one order and no gap, so each commit is in exactly one digest, however clocks and writers race.
 */
export interface Digest extends DigestEnvelope {
  fromSequence: number;
  createdAt: string;
  commits: number;
  commitsByLevel: Partial<Record<RiskLevel, number>>;
  /** High and critical ones, riskiest first; at most 100 of `highRiskTotal`. */
  highRisk: DigestCommit[];
  highRiskTotal: number;
  /** Where the audit log stood: whoever has the digest can witness it. Null where the log has no entry yet. */
  auditHead: { auditDate: string; sequence: number; hash: string } | null;
}

const highRiskMax = 100;
const reasonsMax = 3;

/**
 * Makes today's digest of one tenant over what was recorded since its last one, unless it is there already. Running it
 * twice, or in two places at once, gives the same item. What the log does not have yet is in the next one.
 */
export async function makeDigest(
  store: Store,
  tenantId: string,
  clock: Clock,
): Promise<{ kind: 'created' | 'existing'; digest: Digest }> {
  const now = clock();
  const digestDate = now.toISOString().slice(0, 10);
  const there = (await store.digests.get(tenantId, digestDate)) as Digest | undefined;
  if (there) return { kind: 'existing', digest: there };
  const [last] = (await store.digests.latest(tenantId, 1)) as unknown as Digest[];
  const fromSequence = last?.auditHead?.sequence ?? 0;
  const head = await store.audit.latestHead(tenantId);
  const recorded = store.audit.recordedBetween(tenantId, fromSequence, head?.sequence ?? 0);
  const digest: Digest = {
    id: digestDate,
    tenantId,
    digestDate,
    fromSequence,
    createdAt: now.toISOString(),
    ...(await summarise(commitsOf(store, tenantId, recorded))),
    auditHead: head ? { auditDate: head.auditDate, sequence: head.sequence, hash: head.hash } : null,
  };
  const made = await store.digests.create(digest);
  return { kind: made.kind, digest: made.digest as unknown as Digest };
}

async function* commitsOf(
  store: Store,
  tenantId: string,
  pagesOfHashes: AsyncIterable<string[]>,
): AsyncGenerator<DigestedCommit[]> {
  for await (const hashes of pagesOfHashes) yield await store.commits.digested(tenantId, hashes);
}

async function summarise(
  pages: AsyncIterable<DigestedCommit[]>,
): Promise<Pick<Digest, 'commits' | 'commitsByLevel' | 'highRisk' | 'highRiskTotal'>> {
  let commits = 0;
  let highRiskTotal = 0;
  const commitsByLevel: Partial<Record<RiskLevel, number>> = {};
  let highRisk: DigestCommit[] = [];
  for await (const page of pages) {
    commits += page.length;
    for (const commit of page) {
      commitsByLevel[commit.riskLevel] = (commitsByLevel[commit.riskLevel] ?? 0) + 1;
      if (commit.riskLevel !== 'high' && commit.riskLevel !== 'critical') continue;
      highRiskTotal++;
      highRisk.push(digestCommit(commit));
    }
    highRisk = highRisk
      .sort((a, b) => b.riskScore - a.riskScore || (a.commitHash < b.commitHash ? -1 : 1))
      .slice(0, highRiskMax);
  }
  return { commits, commitsByLevel, highRisk, highRiskTotal };
}

function digestCommit(commit: DigestedCommit): DigestCommit {
  const strongest = [...commit.riskFactors]
    .sort((a, b) => b.contribution - a.contribution)
    .slice(0, reasonsMax);
  return {
    commitHash: commit.commitHash,
    commitDate: commit.commitDate,
    subject: commit.message.split('\n', 1)[0]?.slice(0, 200) ?? '',
    author: commit.author,
    repositories: commit.repositories,
    riskScore: commit.riskScore ?? 0,
    riskLevel: commit.riskLevel,
    reasons: strongest.map(({ description }) => description),
    compliance: commit.compliance,
  };
}
