import { defaultRiskPolicy, isSourcePath, likelihoodFeatures, type RiskPolicy } from '../../src/lib/risk';
import { type LabelledHistory, readHistories } from './histories';
import { fitLogistic, type Observation } from './logisticRegression';
import { replay, views } from './views';

type Likelihood = RiskPolicy['likelihood'];
const features = Object.keys(defaultRiskPolicy.likelihood.weights) as (keyof Likelihood['weights'])[];
/** A bot's changes may well need fewer fixes; nothing else that is added to a change may lower its score. */
const nonNegative = new Set(features.flatMap((feature, i) => (feature === 'isBot' ? [] : [i])));
/** Learnt from views that are told files one by one; one that knows only totals is scored with the same weights. */
const learntFrom = views.filter(({ name }) => name !== 'totals');

/** `npm run bench -- risk-learn DATA_DIR`: prints the likelihood part of a policy, learnt on all histories there. */
export async function run([folder = process.env.GITOPS_DATA ?? '']: string[]): Promise<void> {
  const histories = await readHistories(folder);
  process.stdout.write(`${JSON.stringify(learnLikelihood(histories), null, 2)}\n`);
}

/**
 * Learns one set of weights for all views together, each history counting alike, and rounds it to numbers that a
 * person can read.
 */
export function learnLikelihood(histories: readonly LabelledHistory[]): Likelihood {
  const expectedLines = expectedLinesOf(histories);
  const policy = { ...defaultRiskPolicy, likelihood: { ...defaultRiskPolicy.likelihood, expectedLines } };
  const observations = histories.flatMap((history) => observationsOf(history, policy));
  const { intercept, weights } = fitLogistic(observations, nonNegative);
  return {
    intercept: round(intercept),
    weights: Object.fromEntries(
      features.map((feature, i) => [feature, round(weights[i] ?? 0)]),
    ) as Likelihood['weights'],
    expectedLines,
  };
}

function observationsOf(history: LabelledHistory, policy: RiskPolicy): Observation[] {
  const eligible = history.commits.filter(({ isEligible }) => isEligible).length;
  const weight = 10_000 / eligible / learntFrom.length;
  const observations: Observation[] = [];
  for (const view of learntFrom) {
    replay(history, view, (commit, facts, past) => {
      if (!commit.isEligible) return;
      const known = new Map(
        likelihoodFeatures(facts, policy, past).map(({ feature, value }) => [feature, value]),
      );
      const values = features.map((feature) => known.get(feature) ?? 0);
      observations.push({ values, outcome: commit.inducesBug, weight });
    });
  }
  return observations;
}

/** The geometric mean of the lines added to a source file, by its status. */
function expectedLinesOf(histories: readonly LabelledHistory[]): Likelihood['expectedLines'] {
  const logs = { added: [] as number[], modified: [] as number[] };
  for (const { facts, isEligible } of histories.flatMap(({ commits }) => commits)) {
    if (!isEligible) continue;
    for (const { path, status = 'modified', linesAdded } of facts.files) {
      if (
        status === 'removed' ||
        status === 'renamed' ||
        linesAdded === undefined ||
        !isSourcePath(path, defaultRiskPolicy)
      )
        continue;
      logs[status].push(Math.log1p(linesAdded));
    }
  }
  const typical = (values: number[]) =>
    Math.round(Math.expm1(values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)));
  return { added: typical(logs.added), modified: typical(logs.modified) };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
