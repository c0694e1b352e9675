import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import {
  announcesFix,
  type CommitFacts,
  defaultRiskPolicy,
  HistoryBuilder,
  isSourcePath,
  type RankedCommit,
  type RiskLevel,
  type RiskPolicy,
  rankingQuality,
  scoreCommit,
} from '../../src/lib/risk';
import { CliFailure } from '../failure';
import { findHead, type GitCommit, git, openRepository, readLog } from '../git';
import type { RepositoryEvaluation } from './evaluation';
import { removedLines } from './removedLines';

export interface EvaluateOptions {
  policy?: RiskPolicy;
  /** Only so many fixes are traced, the newest; default 2,000. Each takes a few runs of git. */
  fixesMax?: number;
  /** Called after each fix. */
  onProgress?: (traced: number, fixes: number) => void;
}

/** A fix that touches more, or removes more, repairs no single fault. */
const fixFilesMax = 50;
const fixLinesMax = 1000;
/** What may be measured: newer commits have had too little time for their faults to be found. */
const measured = { filesMax: 100, linesMax: 10_000, ageMinMs: 365 * 86_400_000 };
/** Accounts of bots, as they name themselves in a history. */
const botName = /\[bot\]$|^(?:dependabot|renovate|greenkeeper|snyk-bot)\b/i;

interface Evaluated {
  commit: GitCommit;
  facts: CommitFacts;
  sourceLinesAdded: number;
  score?: { likelihood: number; riskScore: number; level: RiskLevel };
}

/**
 * Finds a repository's fixes, blames the lines that they removed back to the commits that had written them
 * (the SZZ method), and measures how well the score, made of each commit and what came before it, ranks those.
 * Reads the repository at `path` and changes nothing in it. @throws CliFailure where git cannot read it
 */
export async function evaluateRepository(
  path: string,
  options: EvaluateOptions = {},
): Promise<RepositoryEvaluation> {
  const { policy = defaultRiskPolicy, fixesMax = 2000, onProgress } = options;
  const repository = await openRepository(path);
  const head = await findHead(repository);
  if (!head)
    throw new CliFailure('foundWrong', `${repository.directory} has no commit`, 'Check out a branch.');
  const commits = await scoreHistory(repository.directory, head.commitHash, policy);
  const allFixes = commits.filter(({ commit, facts }) => isTraceableFix(commit, facts));
  const fixes = allFixes.slice(-fixesMax);
  const faulty = new Set<string>();
  let traced = 0;
  let done = 0;
  const atOnce = pLimit(availableParallelism());
  await atOnce.map(fixes, async ({ commit }) => {
    const causes = await inducingCommits(repository.directory, commit, policy);
    if (causes.size > 0) traced++;
    for (const cause of causes) faulty.add(cause);
    onProgress?.(++done, fixes.length);
  });
  const fixesLeftOut = allFixes.length - fixes.length;
  // Parents come first: from the first traced fix on, no fix that was left out can lead back to a commit.
  const [firstTraced] = fixes;
  const measurable = fixesLeftOut > 0 && firstTraced ? commits.slice(commits.indexOf(firstTraced)) : commits;
  return {
    commits: commits.length,
    fixes: allFixes.length,
    fixesTraced: traced,
    fixesLeftOut,
    quality: qualityOf(measurable, faulty),
    levels: levelsOf(commits),
    riskModel: policy.riskModel,
  };
}

async function scoreHistory(directory: string, tip: string, policy: RiskPolicy): Promise<Evaluated[]> {
  const history = new HistoryBuilder();
  const commits: Evaluated[] = [];
  for await (const commit of readLog({ directory, range: { tip } })) {
    const facts = factsOf(commit);
    const assessment = scoreCommit(facts, policy, history.of(facts));
    history.add(facts);
    commits.push({
      commit,
      facts,
      sourceLinesAdded: commit.files
        .filter((file) => isSourcePath(file.path, policy))
        .reduce((sum, { linesAdded = 0 }) => sum + linesAdded, 0),
      ...(assessment.status === 'scored' && {
        score: {
          likelihood: assessment.likelihood,
          riskScore: assessment.riskScore,
          level: assessment.riskLevel,
        },
      }),
    });
  }
  return commits;
}

function factsOf({
  author,
  committer,
  message,
  files,
  linesAdded,
  linesDeleted,
  parents,
}: GitCommit): CommitFacts {
  return {
    message,
    files,
    filesComplete: true,
    linesAdded,
    linesDeleted,
    timestamp: committer.timestamp,
    isBackfill: true,
    isMerge: parents.length > 1,
    // A stored history has no sender; the name is all there is.
    isBot: botName.test(author.name),
    author: author.email,
  };
}

function isTraceableFix(
  { parents, files, linesDeleted = 0 }: GitCommit,
  { message, isBot }: CommitFacts,
): boolean {
  return (
    !isBot &&
    parents.length === 1 &&
    files.length <= fixFilesMax &&
    linesDeleted > 0 &&
    linesDeleted <= fixLinesMax &&
    announcesFix(message)
  );
}

/** The commits that had written the source lines which a fix removed. */
async function inducingCommits(
  directory: string,
  { commitHash, parents, files }: GitCommit,
  policy: RiskPolicy,
) {
  const causes = new Set<string>();
  const [parent = ''] = parents;
  const paths = files
    .filter(
      ({ path, status, linesDeleted = 0 }) =>
        status !== 'added' && linesDeleted > 0 && isSourcePath(path, policy),
    )
    .flatMap(({ path, previousPath }) => [path, ...(previousPath === undefined ? [] : [previousPath])]);
  if (paths.length === 0) return causes;
  const quiet = ['--no-ext-diff', '--no-textconv', '--no-color', '--src-prefix=a/', '--dst-prefix=b/'];
  const patch = await git(directory, [
    'diff',
    '-U0',
    '-w',
    '-M',
    ...quiet,
    parent,
    commitHash,
    '--',
    ...paths,
  ]);
  const byPath = new Map<string, string[]>();
  for (const { path, first, last } of removedLines(patch.stdout)) {
    const ranges = byPath.get(path) ?? [];
    ranges.push('-L', `${first},${last}`);
    byPath.set(path, ranges);
  }
  for (const [path, ranges] of byPath) {
    const blame = await git(directory, ['blame', '-w', '--porcelain', ...ranges, parent, '--', path]);
    for (const [, hash = ''] of blame.stdout.matchAll(/^([0-9a-f]{40,64}) \d+ \d+/gm)) causes.add(hash);
  }
  return causes;
}

function qualityOf(
  commits: readonly Evaluated[],
  faulty: ReadonlySet<string>,
): RepositoryEvaluation['quality'] {
  const newest = Math.max(...commits.map(({ commit }) => Date.parse(commit.committer.timestamp)));
  const candidates = commits.filter(({ commit }) => mayBeMeasured(commit, newest));
  const ranked = (scoreOf: (each: Evaluated) => number): RankedCommit[] =>
    candidates.map((each) => ({
      score: scoreOf(each),
      isFaulty: faulty.has(each.commit.commitHash),
      sourceLinesAdded: each.sourceLinesAdded,
    }));
  return {
    likelihood: rankingQuality(ranked(({ score }) => score?.likelihood ?? -1)),
    riskScore: rankingQuality(ranked(({ score }) => score?.riskScore ?? -1)),
    sourceLinesAdded: rankingQuality(ranked(({ sourceLinesAdded }) => sourceLinesAdded)),
  };
}

function mayBeMeasured(
  { parents, files, committer, linesAdded = 0, linesDeleted = 0 }: GitCommit,
  newest: number,
) {
  return (
    parents.length < 2 &&
    files.length >= 1 &&
    files.length <= measured.filesMax &&
    linesAdded + linesDeleted <= measured.linesMax &&
    newest - Date.parse(committer.timestamp) >= measured.ageMinMs
  );
}

function levelsOf(commits: readonly Evaluated[]): RepositoryEvaluation['levels'] {
  const levels = { critical: 0, high: 0, medium: 0, low: 0, unscored: 0 };
  for (const { score } of commits) levels[score?.level ?? 'unscored']++;
  return levels;
}
