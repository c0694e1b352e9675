import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  defaultRiskPolicy,
  type RankedCommit,
  type RankingQuality,
  type RiskPolicy,
  rankingQuality,
  scoreCommit,
} from '../../src/lib/risk';
import { type LabelledHistory, readHistories } from './histories';
import { learnLikelihood } from './learn';
import { replay, type View, views } from './views';

interface Scores {
  commitHash: string;
  likelihood: number;
  riskScore: number;
  ranked: Omit<RankedCommit, 'score'>;
  isEligible: boolean;
}

/**
 * `npm run bench -- risk-evaluate DATA_DIR [OUT_DIR]`: measures the score on labelled histories, first with weights
 * learnt on the other histories, then with the shipped weights. Writes each run's scores as CSV into OUT_DIR
 * (a new temporary folder unless told), and has `evaluate.py` of DATA_DIR measure them where there is one.
 */
export async function run([folder = process.env.GITOPS_DATA ?? '', out = '']: string[]): Promise<void> {
  const histories = await readHistories(folder);
  const outFolder = out || mkdtempSync(join(tmpdir(), 'risk-scores-'));
  mkdirSync(outFolder, { recursive: true });
  const evaluator = join(folder, 'evaluate.py');
  for (const [weights, policyFor] of policiesFor(histories)) {
    process.stdout.write(`\n${weights} weights\n${heading}\n`);
    for (const history of histories) {
      const policy = policyFor(history);
      for (const view of views) {
        const scores = scoreHistory(history, view, policy);
        for (const half of ['likelihood', 'riskScore'] as const) {
          process.stdout.write(`${rowOf(history.name, view.name, half, qualityOf(scores, half))}\n`);
          const path = join(outFolder, `${weights}.${history.name}.${view.name}.${half}.csv`);
          writeFileSync(path, csvOf(scores, half));
          if (existsSync(evaluator))
            checkAgainst(evaluator, path, history.labelsPath, qualityOf(scores, half));
        }
        process.stdout.write(`${levelRow(scores, policy)}\n`);
      }
    }
  }
  process.stdout.write(`\nscores: ${outFolder}\n`);
}

function policiesFor(histories: LabelledHistory[]): [string, (history: LabelledHistory) => RiskPolicy][] {
  const learntWithout = new Map(
    histories.map((history) => {
      const others = histories.filter((other) => other !== history);
      const likelihood = others.length > 0 ? learnLikelihood(others) : defaultRiskPolicy.likelihood;
      return [history.name, { ...defaultRiskPolicy, likelihood }];
    }),
  );
  return [
    ['other-history', ({ name }) => learntWithout.get(name) ?? defaultRiskPolicy],
    ['shipped', () => defaultRiskPolicy],
  ];
}

/** Scores every commit of a history from itself and what came before it. */
export function scoreHistory(history: LabelledHistory, view: View, policy: RiskPolicy): Scores[] {
  const scores: Scores[] = [];
  replay(history, view, ({ commitHash, inducesBug, sourceLinesAdded, isEligible }, facts, past) => {
    const assessment = scoreCommit(facts, policy, past);
    if (assessment.status === 'unscored') return;
    const { likelihood, riskScore } = assessment;
    scores.push({
      commitHash,
      likelihood,
      riskScore,
      ranked: { isFaulty: inducesBug, sourceLinesAdded },
      isEligible,
    });
  });
  return scores;
}

/** The quality of one half of the scores, over the commits that may be used to measure. */
export function qualityOf(scores: readonly Scores[], half: 'likelihood' | 'riskScore'): RankingQuality {
  return rankingQuality(
    scores.filter(({ isEligible }) => isEligible).map((each) => ({ score: each[half], ...each.ranked })),
  );
}

const heading = `${'history'.padEnd(16)}${'known'.padEnd(17)}${'half'.padEnd(11)}    ROC ROC|size ROC,src     PR  R@20%`;

function rowOf(name: string, view: string, half: string, quality: RankingQuality): string {
  const figures = [
    quality.roc,
    quality.rocAtLikeSize,
    quality.rocSourceOnly,
    quality.averagePrecision,
    quality.recallAtFifth,
  ].map((figure) => figure.toFixed(3).padStart(7));
  return `${name.padEnd(16)}${view.padEnd(17)}${half.padEnd(11)}${figures.join(' ')}`;
}

function levelRow(scores: readonly Scores[], { levels }: RiskPolicy): string {
  const share = (threshold: number) =>
    ((100 * scores.filter(({ riskScore }) => riskScore >= threshold).length) / scores.length).toFixed(1);
  return `  of ${scores.length} commits: medium or above ${share(levels.medium)} %, high or above ${share(levels.high)} %, critical ${share(levels.critical)} %`;
}

function csvOf(scores: readonly Scores[], half: 'likelihood' | 'riskScore'): string {
  return `commitHash,riskScore\n${scores.map((each) => `${each.commitHash},${each[half]}\n`).join('')}`;
}

/** The figures printed are ours; the evaluator that came with the labels must find the same. */
function checkAgainst(evaluator: string, scores: string, labels: string, quality: RankingQuality): void {
  const args = [evaluator, '--scores', scores, '--labels', labels, '--target', 'induces_bug', '--json'];
  const printed = execFileSync('python3', args, { encoding: 'utf8' }).replaceAll(/\bNaN\b/g, 'null');
  const [theirs] = JSON.parse(printed) as Record<string, number>[];
  const pairs = [
    [quality.roc, theirs?.roc],
    [quality.rocAtLikeSize, theirs?.roc_size],
    [quality.averagePrecision, theirs?.pr],
    [quality.recallAtFifth, theirs?.r20],
  ];
  for (const [ours, other] of pairs) {
    if (Math.abs((ours ?? 0) - (other ?? 1)) > 1e-6)
      throw new Error(`${scores}: we measure ${ours}, evaluate.py ${other}`);
  }
}
