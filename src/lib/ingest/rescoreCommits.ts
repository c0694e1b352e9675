import type { CommitItem, CommitRisk, RiskLevel, Stored } from '../commit';
import { Problem } from '../errors';
import type { RiskPolicy } from '../risk';
import type { CommitPosition, Store } from '../store';
import { rescoreCommit } from './recordCommit';

export interface RescoreRequest {
  tenantId: string;
  policy: RiskPolicy;
  /** Only says what would change. */
  dryRun: boolean;
  actor: string;
  /** Our clock. */
  at: string;
  /** So many commits, newest first, after this one. */
  limit: number;
  position?: CommitPosition | undefined;
}

type ScoreShown = Pick<CommitRisk, 'riskScore' | 'riskLevel' | 'riskModel'>;

/** A factor that adds something else than before: `from` and `to` are its contributions, 0 where it is not there. */
export interface FactorChange {
  id: string;
  description: string;
  evidence: string[];
  from: number;
  to: number;
}

/** A commit whose score, factors or tags are others under the policy. */
export interface RescoredCommit
  extends Pick<CommitItem, 'commitHash' | 'commitDate' | 'message' | 'repositories'> {
  before: ScoreShown;
  after: ScoreShown;
  factors: FactorChange[];
  /** Why the change could not be written. */
  problem?: Problem;
}

export interface RescoredPage {
  /** How many commits went from which level to which; those that stayed, too. */
  levels: { from: RiskLevel; to: RiskLevel; commits: number }[];
  changed: RescoredCommit[];
  /** Where the next page begins; undefined after the last one. */
  next: CommitPosition | undefined;
}

/** Two writers that meet on one commit take turns. */
const turnsMax = 8;

/**
 * Scores a page of stored commits anew, from what is stored of them, and writes those that come out differently as amended. May
 * run any number of times, and beside any other writer: what is done is not done again.
 * @throws StoreUnavailable: run it again
 */
export async function rescoreCommits(store: Store, request: RescoreRequest): Promise<RescoredPage> {
  const { tenantId, limit, position } = request;
  const found = await store.commits.walk(tenantId, limit + 1, position);
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  const changed = new Map<string, RescoredCommit>();
  const levels = new Map<string, RescoredPage['levels'][number]>();
  const outcomes = page.map((commit) => ({ commit, result: rescoreCommit(commit, request.policy, request) }));
  for (const { commit, result } of outcomes) {
    const [from, to] = [commit.riskLevel, result.commit.riskLevel];
    const key = `${from} ${to}`;
    levels.set(key, { from, to, commits: (levels.get(key)?.commits ?? 0) + 1 });
    if (result.kind === 'updated') changed.set(commit.commitHash, differenceOf(commit, result.commit));
  }
  if (!request.dryRun) {
    for (const [commitHash, problem] of await writeAll(store, request, page)) {
      const commit = changed.get(commitHash);
      if (commit) commit.problem = problem;
    }
  }
  return {
    levels: [...levels.values()],
    changed: [...changed.values()],
    next: last && { timestamp: last.timestamp, commitHash: last.commitHash },
  };
}

/** Writes what comes out differently, as it is stored by then. @returns what could not be written, by hash */
async function writeAll(
  store: Store,
  { tenantId, policy, actor, at }: RescoreRequest,
  page: readonly Stored<CommitItem>[],
): Promise<Map<string, Problem>> {
  const failed = new Map<string, Problem>();
  let waiting = page;
  for (let turn = 0; waiting.length > 0; turn++) {
    const writes = waiting.flatMap((existing) => {
      const { kind, commit } = rescoreCommit(existing, policy, { actor, at });
      return kind === 'updated' ? [{ commit, etag: existing._etag }] : [];
    });
    const conflicts: string[] = [];
    for (const [index, outcome] of (await store.commits.write(writes)).entries()) {
      const { commitHash } = (writes[index] as (typeof writes)[number]).commit;
      if (outcome.kind === 'unavailable') throw outcome.error;
      if (outcome.kind === 'refused') failed.set(commitHash, new Problem('body-too-large'));
      if (outcome.kind === 'conflict') conflicts.push(commitHash);
    }
    if (turn === turnsMax) {
      for (const commitHash of conflicts) failed.set(commitHash, new Problem('conflict'));
      break;
    }
    waiting = [...(await store.commits.find(tenantId, conflicts)).values()];
  }
  return failed;
}

function differenceOf(before: CommitItem, after: CommitItem): RescoredCommit {
  const { commitHash, commitDate, message, repositories } = before;
  return {
    ...{ commitHash, commitDate, message, repositories },
    before: scoreOf(before),
    after: scoreOf(after),
    factors: factorChanges(before, after),
  };
}

function scoreOf({ riskScore, riskLevel, riskModel }: CommitItem): ScoreShown {
  return { ...(riskScore !== undefined && { riskScore }), riskLevel, riskModel };
}

/** The largest change first. */
function factorChanges(before: CommitItem, after: CommitItem): FactorChange[] {
  const then = new Map(after.riskFactors.map((factor) => [factor.id, factor]));
  const now = new Map(before.riskFactors.map((factor) => [factor.id, factor]));
  return [...new Map([...now, ...then]).values()]
    .map(({ id, description, evidence }) => ({
      ...{ id, description, evidence },
      from: now.get(id)?.contribution ?? 0,
      to: then.get(id)?.contribution ?? 0,
    }))
    .filter(({ from, to }) => from !== to)
    .sort((a, b) => Math.abs(b.to - b.from) - Math.abs(a.to - a.from));
}
