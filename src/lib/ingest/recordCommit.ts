import { isDeepStrictEqual } from 'node:util';
import {
  type CommitItem,
  type CommitRisk,
  combined,
  contentOf,
  distinct,
  type FileChange,
  type IncomingCommit,
  schemaVersion,
  sha256OfJson,
} from '../commit';
import { type RiskPolicy, repositorySigns, riskLevelOf, scoreCommit } from '../risk';
import { nextRevision } from './revision';

/** One appearance of a commit: in a push, or in a request to the API. */
export interface Sighting {
  commit: IncomingCommit;
  tenantId: string;
  source: CommitItem['source'];
  /** Who brought it: the token's subject, or the forge's account. */
  actor: string;
  /** Our clock. */
  at: string;
}

export type Recorded =
  | { kind: 'stored' | 'updated'; commit: CommitItem }
  | { kind: 'unchanged'; commit: CommitItem };

type Facts = Omit<CommitItem, keyof CommitRisk | 'contentHash' | 'changes' | 'revision' | 'updatedAt'>;

/**
 * What the record of a commit is after one more sighting of it. A first sighting is scored and recorded. A later one adds
 * its repository, its branch and what was not known before; a caller of the API may also correct what it says
 * itself. The score is made anew only where a fact that it rests on has changed. Nothing new, nothing changed.
 */
export function recordCommit(
  existing: CommitItem | undefined,
  sighting: Sighting,
  policy: RiskPolicy,
): Recorded {
  const facts = existing ? merged(existing, sighting) : firstFacts(sighting);
  const risk = existing && !affectsScore(existing, facts, policy) ? riskOf(existing) : assess(facts, policy);
  const content = combined(withoutUndefined(facts), risk);
  const action = existing ? 'amended' : 'recorded';
  const commit = nextRevision(existing, content, { action, actor: sighting.actor, at: sighting.at });
  if (!existing) return { kind: 'stored', commit };
  return existing.contentHash === commit.contentHash
    ? { kind: 'unchanged', commit: existing }
    : { kind: 'updated', commit };
}

/**
 * What a record is under a policy: the same facts, reviewed as before, scored anew. Where only the name of the policy differs
 * nothing has changed: the name in the record still tells by which its score was made.
 */
export function rescoreCommit(
  existing: CommitItem,
  policy: RiskPolicy,
  change: { actor: string; at: string },
): Recorded {
  const facts = factsOf(existing);
  const risk = assess(facts, policy);
  if (sha256OfJson({ ...riskOf(existing), riskModel: risk.riskModel }) === sha256OfJson(risk))
    return { kind: 'unchanged', commit: existing };
  return {
    kind: 'updated',
    commit: nextRevision(existing, combined(facts, risk), { action: 'amended', ...change }),
  };
}

function firstFacts({ commit, tenantId, source, at }: Sighting): Facts {
  const { files, declared, ...facts } = commit;
  return defined({ id: commit.commitHash, tenantId }, facts, filesOf(files), {
    repositories: named(commit.repositories),
    branches: named(commit.branches),
    declaredRiskScore: declared?.riskScore,
    declaredCompliance: declared?.compliance,
    source,
    createdAt: at,
    review: null,
    schemaVersion,
  }) as Facts;
}

/** At most so many names of each kind, so that the item stays below its limit. */
const namesMax = 500;

/** The first ones in sort order, so that they are the same in whatever order they came. */
function named(names: readonly string[]): string[] {
  return distinct(names).slice(0, namesMax);
}

function filesOf(
  files: readonly FileChange[],
): Pick<CommitItem, 'filesChanged' | 'fileChanges' | 'filesChangedCount'> {
  const detailed = files.some((file) => Object.keys(file).length > 1);
  return {
    filesChanged: files.map(({ path }) => path),
    ...(detailed && { fileChanges: files.map(withoutUndefined) }),
    filesChangedCount: files.length,
  };
}

function merged(existing: CommitItem, { commit, source }: Sighting): Facts {
  const known = factsOf(existing);
  const {
    files,
    declared,
    commitHash: _,
    commitDate: __,
    timestamp: ___,
    message,
    redactions,
    ...seen
  } = commit;
  const corrects = source === 'api';
  const first = <T>(old: T | undefined, now: T | undefined): T | undefined =>
    corrects ? (now ?? old) : (old ?? now);
  const facts: Facts = { ...known };
  for (const name of [
    'author',
    'authorName',
    'committer',
    'parents',
    'isMerge',
    'verified',
    'linesAdded',
    'linesDeleted',
  ] as const) {
    Object.assign(facts, { [name]: first<unknown>(known[name], seen[name]) });
  }
  if (corrects) Object.assign(facts, { message, redactions });
  Object.assign(facts, corrects ? corrected(known, seen) : pushedOnceMore(known, seen));
  const saysMore =
    known.filesChanged.length === 0 || (!hasLineCounts(known.fileChanges) && hasLineCounts(files));
  if (files.length > 0 && (corrects || saysMore)) Object.assign(facts, mergedFiles(known, files));
  return {
    ...facts,
    repositories: named([...known.repositories, ...commit.repositories]),
    branches: named([...known.branches, ...commit.branches]),
    // The same in whatever order the pushes come: rewritten once is rewritten; seen on a side branch is not direct.
    ...((known.forced || commit.forced) && { forced: true }),
    ...(commit.toDefaultBranch !== undefined && {
      toDefaultBranch: (known.toDefaultBranch ?? true) && commit.toDefaultBranch,
    }),
    declaredRiskScore: declared?.riskScore ?? known.declaredRiskScore,
    declaredCompliance: declared?.compliance ?? known.declaredCompliance,
  } as Facts;
}

type PushedBy = Pick<Facts, 'pusher' | 'pushedAt' | 'isBot'>;

function corrected(known: PushedBy, now: Partial<PushedBy>): Partial<PushedBy> {
  return { pusher: now.pusher ?? known.pusher, isBot: now.isBot ?? known.isBot };
}

/** The earliest push by the forge's clock names the pusher; what a person ever pushed is not a bot's. */
function pushedOnceMore(known: PushedBy, now: Partial<PushedBy>): Partial<PushedBy> {
  const order = ({ pushedAt, pusher = '' }: Partial<PushedBy>) => `${pushedAt} ${pusher}`;
  const isEarlier = now.pushedAt !== undefined && known.pushedAt !== undefined && order(now) < order(known);
  return {
    pusher: isEarlier ? now.pusher : (known.pusher ?? now.pusher),
    pushedAt: isEarlier ? now.pushedAt : (known.pushedAt ?? now.pushedAt),
    isBot:
      known.isBot === undefined || now.isBot === undefined
        ? (known.isBot ?? now.isBot)
        : known.isBot && now.isBot,
  };
}

/** A push tells paths alone; who asks for the commit itself gets the lines of each, and renames as renames. */
function hasLineCounts(files: readonly FileChange[] | undefined): boolean {
  return files?.some(({ linesAdded }) => linesAdded !== undefined) ?? false;
}

/** Paths without detail never take away the detail that is known of the same paths. */
function mergedFiles(known: Facts, files: readonly FileChange[]): ReturnType<typeof filesOf> | undefined {
  const incoming = filesOf(files);
  const samePaths =
    incoming.filesChanged.length === known.filesChanged.length &&
    incoming.filesChanged.every((path, index) => path === known.filesChanged[index]);
  return samePaths && !incoming.fileChanges ? undefined : incoming;
}

const riskNames = [
  'riskScore',
  'riskLevel',
  'riskFactors',
  'riskModel',
  'unscoredReason',
  'riskSource',
  'modelRiskScore',
  'likelihood',
  'impact',
  'compliance',
  'complianceReasons',
] as const satisfies readonly (keyof CommitRisk)[];

function riskOf(commit: CommitItem): CommitRisk {
  return Object.fromEntries(
    riskNames.filter((name) => commit[name] !== undefined).map((name) => [name, commit[name]]),
  ) as unknown as CommitRisk;
}

function factsOf(commit: CommitItem): Facts {
  const facts = Object.entries(contentOf(commit)).filter(
    ([name]) => !(riskNames as readonly string[]).includes(name),
  );
  return Object.fromEntries(facts) as unknown as Facts;
}

function affectsScore(existing: CommitItem, facts: Facts, policy: RiskPolicy): boolean {
  const before = factsOf(existing);
  const signs = ({ repositories }: Facts) => repositorySigns(repositories, policy);
  const scored = ({
    repositories: _,
    branches: __,
    authorName: ___,
    committer: ____,
    pusher: _____,
    pushedAt: ______,
    ...rest
  }: Facts) => withoutUndefined(rest);
  return signs(before) !== signs(facts) || !isDeepStrictEqual(scored(before), scored(facts));
}

function assess(facts: Facts, policy: RiskPolicy): CommitRisk {
  const assessment = scoreCommit(
    combined(facts, {
      files: facts.fileChanges ?? facts.filesChanged.map((path) => ({ path })),
      receivedAt: facts.createdAt,
      repositorySigns: repositorySigns(facts.repositories, policy),
      // Callers of the API post history of any age; only a push tells when a commit reached the forge.
      isBackfill: facts.source === 'api',
    }),
    policy,
  );
  const { declaredRiskScore, declaredCompliance = [] } = facts;
  const modelScore = assessment.status === 'scored' ? assessment.riskScore : undefined;
  const riskScore = declaredRiskScore ?? modelScore;
  return {
    ...(riskScore !== undefined && { riskScore }),
    riskLevel: riskScore === undefined ? 'unscored' : riskLevelOf(riskScore, policy),
    riskFactors: assessment.riskFactors,
    riskModel: assessment.riskModel,
    riskSource: declaredRiskScore === undefined ? 'model' : 'client',
    ...(declaredRiskScore !== undefined && modelScore !== undefined && { modelRiskScore: modelScore }),
    ...(assessment.status === 'scored'
      ? { likelihood: assessment.likelihood, impact: assessment.impact }
      : { unscoredReason: assessment.reason }),
    compliance: [...new Set([...declaredCompliance, ...assessment.compliance])],
    ...(assessment.complianceReasons.length > 0 && { complianceReasons: assessment.complianceReasons }),
  };
}

/** As JSON sees it: a member that is undefined is none. */
function withoutUndefined<T extends object>(value: T): T {
  return Object.values(value).includes(undefined) ? (defined(value) as T) : value;
}

/** The members of all parts that are not undefined. */
function defined(...parts: readonly object[]): object {
  const all: Record<string, unknown> = {};
  for (const part of parts)
    for (const [name, member] of Object.entries(part)) if (member !== undefined) all[name] = member;
  return all;
}
