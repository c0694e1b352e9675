import { type AnnouncedSize, announcedSizeOf } from './announcedSize';
import { subjectAnnouncesFix, subjectOf } from './announcesFix';
import type { CommitFacts, FileFacts } from './commitFacts';
import { type ChangedFile, type CompiledPolicy, compilePolicy } from './compiledPolicy';
import type { CommitHistory, FileHistory } from './history';
import type { MessageFacts } from './messageFacts';
import type { RiskPolicy } from './policy';
import { wordsOf } from './words';

type ExpectedLines = RiskPolicy['likelihood']['expectedLines'];
export type LikelihoodFeature = keyof RiskPolicy['likelihood']['weights'];

/** One feature of a commit: the value that its weight multiplies, and how to say it. */
export interface FeatureValue {
  feature: LikelihoodFeature;
  value: number;
  description: string;
  evidence: string[];
}

/** The chance that a change like this one later needs a fix, and the features that it comes from. */
export interface Likelihood {
  /** 0 to 1, not rounded. */
  probability: number;
  /** The chance for a change that has none of the features. */
  base: number;
  features: FeatureValue[];
  /** Each feature's share of `probability - base`, in the order of `features`. */
  shares: number[];
}

interface SourceFile {
  path: string;
  past?: FileHistory;
}

interface SourceChange {
  /** The source files that gain lines; what only loses lines brings no new fault that blame could find. */
  files: SourceFile[];
  linesAdded: number;
  /** The same, each file's lines counting the less the more people have worked on the file. */
  linesInUnfamiliarFiles: number;
  /** By what files count for so many lines where nobody counted; empty where somebody did. */
  estimatedBy: string[];
}

/** Logistic regression over a few features of the source that a change touches. */
export function likelihoodOf(
  commit: CommitFacts,
  changed: readonly ChangedFile[],
  message: MessageFacts,
  compiled: CompiledPolicy,
  history?: CommitHistory,
): Likelihood {
  const { intercept, weights } = compiled.policy.likelihood;
  const features = featuresOf(commit, changed, message, compiled, history).filter(({ value }) => value !== 0);
  let logit = intercept;
  for (const { feature, value } of features) logit += weights[feature] * value;
  const base = sigmoid(intercept);
  const probability = sigmoid(logit);
  // The mean slope between the base and here, the same for all: a share does not depend on any order.
  const slope = logit === intercept ? 0 : (probability - base) / (logit - intercept);
  return {
    probability,
    base,
    features,
    shares: features.map((each) => weights[each.feature] * each.value * slope),
  };
}

/** Whether a path is source code by the policy: no test, no documentation, neither generated nor vendored. */
export function isSourcePath(path: string, policy: RiskPolicy): boolean {
  return compilePolicy(policy).pathFacts(path).kind === 'source';
}

/** The features of a commit, every one, zero or not: what the weights of a policy are learnt from. */
export function likelihoodFeatures(
  commit: CommitFacts,
  policy: RiskPolicy,
  history?: CommitHistory,
): FeatureValue[] {
  const compiled = compilePolicy(policy);
  const changed = commit.files.map((file) => ({ file, facts: compiled.pathFacts(file.path) }));
  const subjectWords = wordsOf(subjectOf(commit.message));
  const said = {
    isFix: subjectAnnouncesFix(commit.message, subjectWords),
    announcedSize: announcedSizeOf(subjectWords),
  };
  return featuresOf(commit, changed, said, compiled, history);
}

function featuresOf(
  commit: CommitFacts,
  changed: readonly ChangedFile[],
  { isFix, announcedSize }: Pick<MessageFacts, 'isFix' | 'announcedSize'>,
  compiled: CompiledPolicy,
  history?: CommitHistory,
): FeatureValue[] {
  const { files, linesAdded, linesInUnfamiliarFiles, estimatedBy } = sourceChange(
    commit,
    changed,
    announcedSize,
    compiled,
    history,
  );
  const mostFixed = files.reduce<SourceFile | undefined>(
    (most, file) => (fixShare(file.past) > fixShare(most?.past) ? file : most),
    undefined,
  );
  return [
    {
      feature: 'sourceLinesAdded',
      value: Math.log1p(linesInUnfamiliarFiles),
      description:
        estimatedBy.length > 0
          ? `Adds source code that counts as ${count(linesAdded, 'line')}.`
          : `Adds ${count(linesAdded, 'line')} of source code.`,
      evidence: estimatedBy,
    },
    {
      feature: 'sourceFiles',
      value: Math.log1p(files.length),
      description: `Adds to ${count(files.length, 'source file')}.`,
      evidence: files.map(({ path }) => path),
    },
    {
      feature: 'isFix',
      value: isFix && files.length > 0 ? 1 : 0,
      description: 'Is itself a fix; what needed one tends to need another.',
      evidence: [],
    },
    {
      feature: 'earlierFixes',
      value: fixShare(mostFixed?.past),
      description: 'Touches a file that often needed fixes of late.',
      evidence: mostFixed ? [mostFixed.path] : [],
    },
    { feature: 'isBot', value: commit.isBot ? 1 : 0, description: 'Was made by a bot.', evidence: [] },
  ];
}

/** The share of fixes among a file's commits of late, drawn towards 0 where there are few. */
function fixShare(past?: FileHistory): number {
  return past ? past.recentFixes / (past.recentCommits + 2) : 0;
}

function sourceChange(
  commit: CommitFacts,
  changed: readonly ChangedFile[],
  announcedSize: AnnouncedSize,
  compiled: CompiledPolicy,
  history?: CommitHistory,
): SourceChange {
  const { expectedLines } = compiled.policy.likelihood;
  const source = changed.filter(({ facts }) => facts.kind === 'source').map(({ file }) => file);
  const moved = movedNames(source);
  const expectedOfUncounted = (file: FileFacts) =>
    file.linesAdded === undefined ? expectedOf(file, moved, expectedLines) : 0;
  const known = source.reduce((sum, { linesAdded = 0 }) => sum + linesAdded, 0);
  const expected = source.reduce((sum, file) => sum + expectedOfUncounted(file), 0);
  // Where only the total is known, what is left of it goes to the files by what such files tend to have.
  const total = expected > 0 ? commit.linesAdded : undefined;
  const left = total === undefined ? 0 : Math.max(0, total - known);
  const announced = sizeByMessage(announcedSize, expectedLines);
  const scale =
    total === undefined ? announced.times : left / (expected + expectedElsewhere(changed, expectedLines));

  const change: SourceChange = {
    files: [],
    linesAdded: 0,
    linesInUnfamiliarFiles: 0,
    estimatedBy: [],
  };
  if (expected > 0) {
    change.estimatedBy.push('line counts by file are unknown: files count by their status');
    if (total === undefined) change.estimatedBy.push(...announced.evidence);
  }
  let unfamiliarityMost = 0;
  for (const file of source) {
    const isUncountedGain = expectedOfUncounted(file) > 0 && total !== 0;
    const linesAdded = file.linesAdded ?? expectedOfUncounted(file) * scale;
    if (linesAdded <= 0 && !isUncountedGain) continue;
    const past = history?.files.get(file.path);
    const unfamiliarity = 1 / Math.sqrt(1 + (past?.otherAuthors ?? 0));
    change.files.push({ path: file.path, past });
    change.linesAdded += linesAdded;
    change.linesInUnfamiliarFiles += linesAdded * unfamiliarity;
    unfamiliarityMost = Math.max(unfamiliarityMost, unfamiliarity);
  }
  // Which file the lines of a total are in is unknown; they may all be in the one that fewest people know.
  if (total !== undefined) change.linesInUnfamiliarFiles = change.linesAdded * unfamiliarityMost;
  return change;
}

/** How many times as many lines to expect as the files' status tells, by what the message says of the change. */
function sizeByMessage(
  { more, less }: AnnouncedSize,
  { timesWhereMore, timesWhereLess }: ExpectedLines,
): { times: number; evidence: string[] } {
  const said = [
    ...(more === undefined ? [] : [{ phrase: more, times: timesWhereMore }]),
    ...(less === undefined ? [] : [{ phrase: less, times: timesWhereLess }]),
  ];
  return {
    times: said.reduce((product, { times }) => product * times, 1),
    evidence: said.map(({ phrase, times }) => `message: "${phrase}", which counts ${times} times`),
  };
}

/**
 * Lines to expect in tests, documents and generated files. Files of an area take no part, so that a risky path
 * never makes the source look smaller.
 */
function expectedElsewhere(changed: readonly ChangedFile[], expectedLines: ExpectedLines): number {
  return changed.reduce((sum, { file, facts: { kind, areas } }) => {
    const counts =
      file.linesAdded === undefined && kind !== 'source' && kind !== 'other' && areas.length === 0;
    return counts ? sum + expectedOf(file, noMoves, expectedLines) : sum;
  }, 0);
}

const noMoves: ReadonlySet<string> = new Set();

function expectedOf(
  { path, status = 'modified' }: FileFacts,
  moved: ReadonlySet<string>,
  expected: ExpectedLines,
): number {
  if (status === 'removed' || status === 'renamed') return 0;
  return status === 'added' && moved.has(baseName(path)) ? 0 : expected[status];
}

/** Names of files that were removed: a push payload tells a rename as one file removed and one added. */
function movedNames(files: readonly FileFacts[]): Set<string> {
  return new Set(files.filter(({ status }) => status === 'removed').map(({ path }) => baseName(path)));
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

export function count(n: number, noun: string): string {
  return `${Math.round(n)} ${noun}${Math.round(n) === 1 ? '' : 's'}`;
}
