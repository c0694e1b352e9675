import type { CommitFacts, FileFacts } from './commitFacts';
import type { CompiledPolicy } from './compiledPolicy';
import type { CommitHistory } from './history';
import type { MessageFacts } from './messageFacts';
import type { RiskPolicy } from './policy';

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

interface SourceChange {
  paths: string[];
  linesAdded: number;
  linesDeleted: number;
  /** True when some of the lines are what such files tend to have, not what was counted. */
  isEstimate: boolean;
}

/** Logistic regression over a few features of the source that a change touches. */
export function likelihoodOf(
  commit: CommitFacts,
  message: MessageFacts,
  compiled: CompiledPolicy,
  history?: CommitHistory,
): Likelihood {
  const { intercept, weights } = compiled.policy.likelihood;
  const features = featuresOf(commit, message, compiled, history).filter(({ value }) => value !== 0);
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

/** The features as the learning script sees them: every one, zero or not. */
export function featuresOf(
  commit: CommitFacts,
  message: MessageFacts,
  compiled: CompiledPolicy,
  history?: CommitHistory,
): FeatureValue[] {
  const source = sourceChange(commit, compiled);
  const about = source.isEstimate ? 'about ' : '';
  const why = source.isEstimate ? ['line counts are unknown; expected for files of this status'] : [];
  const past = pastOf(source.paths, history);
  return [
    {
      feature: 'sourceLinesAdded',
      value: Math.log1p(source.linesAdded),
      description: `Adds ${about}${count(source.linesAdded, 'line')} of source code.`,
      evidence: why,
    },
    {
      feature: 'sourceLinesDeleted',
      value: Math.log1p(source.linesDeleted),
      description: `Deletes ${about}${count(source.linesDeleted, 'line')} of source code.`,
      evidence: why,
    },
    {
      feature: 'sourceFiles',
      value: Math.log1p(source.paths.length),
      description: `Changes ${count(source.paths.length, 'source file')}.`,
      evidence: source.paths,
    },
    {
      feature: 'isFix',
      value: message.isFix && source.paths.length > 0 ? 1 : 0,
      description: 'Is itself a fix, and fixes tend to need another.',
      evidence: [],
    },
    { feature: 'isBot', value: commit.isBot ? 1 : 0, description: 'Was made by a bot.', evidence: [] },
    {
      feature: 'earlierFixes',
      value: past.fixShare,
      description: 'Touches files that needed fixes before.',
      evidence: past.mostFixed ? [past.mostFixed] : [],
    },
    {
      feature: 'recentChurn',
      value: Math.log1p(past.recentCommits),
      description: 'Touches files that changed often of late.',
      evidence: past.busiest ? [past.busiest] : [],
    },
  ];
}

function pastOf(paths: readonly string[], history?: CommitHistory) {
  const past = { fixShare: 0, mostFixed: '', recentCommits: 0, busiest: '' };
  if (!history) return past;
  for (const path of paths) {
    const file = history.files.get(path);
    if (!file) continue;
    const share = file.fixes / (file.commits + 2);
    if (share > past.fixShare) {
      past.fixShare = share;
      past.mostFixed = `${path}: ${file.fixes} of ${file.commits} earlier commits were fixes`;
    }
    if (file.recentCommits > past.recentCommits) {
      past.recentCommits = file.recentCommits;
      past.busiest = path;
    }
  }
  return past;
}

function sourceChange(commit: CommitFacts, compiled: CompiledPolicy): SourceChange {
  const { expectedLines } = compiled.policy.likelihood;
  const change: SourceChange = { paths: [], linesAdded: 0, linesDeleted: 0, isEstimate: false };
  let counted = true;
  for (const file of commit.files) {
    if (compiled.pathFacts(file.path).kind !== 'source') continue;
    change.paths.push(file.path);
    if (file.linesAdded === undefined) counted = false;
    change.linesAdded += file.linesAdded ?? expectedOf(file, expectedLines);
    change.linesDeleted += file.linesDeleted ?? 0;
  }
  if (counted || change.paths.length === 0) return change;
  if (commit.linesAdded !== undefined) {
    change.linesAdded = commit.linesAdded;
    change.linesDeleted = commit.linesDeleted ?? 0;
  } else {
    change.isEstimate = true;
  }
  return change;
}

function expectedOf(file: FileFacts, expected: RiskPolicy['likelihood']['expectedLines']): number {
  return file.status === 'removed' ? 0 : expected[file.status ?? 'modified'];
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

export function count(n: number, noun: string): string {
  return `${Math.round(n)} ${noun}${Math.round(n) === 1 ? '' : 's'}`;
}
