import { defaultRiskPolicy, likelihoodFeatures, type RiskPolicy } from '../../src/lib/risk';
import { type LabelledHistory, readHistories } from './histories';
import { fitLogistic, logLoss, type Observation } from './logisticRegression';
import { replay, type View, views } from './views';

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
  const policy = withExpectedLines(expectedLines);
  const observations = histories.flatMap((history) => observationsOf(history, policy, learntFrom));
  const { intercept, weights } = fitLogistic(observations, nonNegative);
  return {
    intercept: round(intercept),
    weights: Object.fromEntries(
      features.map((feature, i) => [feature, round(weights[i] ?? 0)]),
    ) as Likelihood['weights'],
    expectedLines,
  };
}

function observationsOf(
  history: LabelledHistory,
  policy: RiskPolicy,
  learntFrom: readonly View[],
): Observation[] {
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

/** What an added and a modified file may count as where lines are unknown; numbers that a person can read. */
const linesTried = { added: [12, 20, 30, 50, 80], modified: [5, 8, 12, 20] };
/** How many times that by the message; not below a half, which is what counted lines say. */
const timesTried = { timesWhereMore: [1, 1.25, 1.5, 2], timesWhereLess: [1, 0.75, 0.5] };
const withoutHistory = learntFrom.filter(({ hasHistory }) => !hasHistory);

/**
 * How many lines a file counts as where its lines are unknown: what lets one set of weights tell best, whether lines are known or
 * not, which changes needed a fix. It is less for a new file than such files have, and more for one that was modified.
 */
function expectedLinesOf(histories: readonly LabelledHistory[]): Likelihood['expectedLines'] {
  const status = { timesWhereMore: 1, timesWhereLess: 1 };
  const byStatus = linesTried.added.flatMap((added) =>
    linesTried.modified.map((modified) => ({ added, modified, ...status })),
  );
  const { added, modified } = bestOf(byStatus, histories);
  const byMessage = timesTried.timesWhereMore.flatMap((timesWhereMore) =>
    timesTried.timesWhereLess.map((timesWhereLess) => ({ added, modified, timesWhereMore, timesWhereLess })),
  );
  return bestOf(byMessage, histories);
}

function bestOf(
  tried: readonly Likelihood['expectedLines'][],
  histories: readonly LabelledHistory[],
): Likelihood['expectedLines'] {
  let best = { loss: Number.POSITIVE_INFINITY, expectedLines: defaultRiskPolicy.likelihood.expectedLines };
  for (const expectedLines of tried) {
    const policy = withExpectedLines(expectedLines);
    const observations = histories.flatMap((history) => observationsOf(history, policy, withoutHistory));
    const loss = logLoss(observations, fitLogistic(observations, nonNegative));
    if (loss < best.loss) best = { loss, expectedLines };
  }
  return best.expectedLines;
}

function withExpectedLines(expectedLines: Likelihood['expectedLines']): RiskPolicy {
  return { ...defaultRiskPolicy, likelihood: { ...defaultRiskPolicy.likelihood, expectedLines } };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
