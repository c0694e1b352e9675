import type { Clock } from '../clock';
import type { RiskLevel } from '../commit';
import type { DigestEnvelope, RecordedCommit, Store } from '../store';

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

/** One item a tenant and day. `from` (exclusive) to `to` (inclusive) is when the commits were first seen. */
export interface Digest extends DigestEnvelope {
  from: string;
  to: string;
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
/** A commit gets its time before it is written; what is being written now belongs to the next digest. */
const settleMs = 5_000;

/**
 * Makes today's digest of one tenant over what was recorded since its last one, unless it is there already. Running it
 * twice, or in two places at once, gives the same item.
 */
export async function makeDigest(
  store: Store,
  tenantId: string,
  clock: Clock,
): Promise<{ kind: 'created' | 'existing'; digest: Digest }> {
  const now = clock();
  const digestDate = now.toISOString().slice(0, 10);
  const digests = store.digests;
  const there = await digests.get(tenantId, digestDate);
  if (there) return { kind: 'existing', digest: there as unknown as Digest };
  const [last] = await digests.latest(tenantId, 1);
  const from = (last as unknown as Digest | undefined)?.to ?? '1970-01-01T00:00:00.000Z';
  const to = new Date(now.getTime() - settleMs).toISOString();
  const summary = await summarise(store.commits.recordedBetween(tenantId, from, to));
  const head = await store.audit.latestHead(tenantId);
  const digest: Digest = {
    id: digestDate,
    tenantId,
    digestDate,
    from,
    to,
    createdAt: now.toISOString(),
    ...summary,
    auditHead: head ? { auditDate: head.auditDate, sequence: head.sequence, hash: head.hash } : null,
  };
  const made = await digests.create(digest);
  return { kind: made.kind, digest: made.digest as unknown as Digest };
}

async function summarise(
  pages: AsyncIterable<RecordedCommit[]>,
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

function digestCommit(commit: RecordedCommit): DigestCommit {
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
