import type { RankingQuality, RiskLevel } from '../../src/lib/risk';
import { type Column, renderTable, wrap } from '../terminal';

/** How well the score would have ranked the commits of a repository that later needed a fix. */
export interface RepositoryEvaluation {
  commits: number;
  /** Commits that announce the repair of a fault, and how many of them led back to another commit. */
  fixes: number;
  fixesTraced: number;
  /** Fixes left out to keep within the limit asked for; commits older than the first traced one are not measured. */
  fixesLeftOut: number;
  /** How well each ranks the commits that may be measured; the last is the simplest rival. */
  quality: { likelihood: RankingQuality; riskScore: RankingQuality; sourceLinesAdded: RankingQuality };
  /** Commits of each level, of all commits. */
  levels: Record<RiskLevel | 'unscored', number>;
  riskModel: string;
}

const positivesForAFigure = 20;

type Ranked = [name: string, figures: RankingQuality];

function figureColumn(
  title: string,
  figure: Exclude<keyof RankingQuality, 'commits' | 'positives'>,
): Column<Ranked> {
  const value = ([, figures]: Ranked): string =>
    Number.isNaN(figures[figure]) ? '-' : figures[figure].toFixed(3);
  return { title, align: 'right', value };
}

const columns: Column<Ranked>[] = [
  { title: '', value: ([name]) => name },
  figureColumn('ROC', 'roc'),
  figureColumn('at like size', 'rocAtLikeSize'),
  figureColumn('source only', 'rocSourceOnly'),
  figureColumn('precision', 'averagePrecision'),
  figureColumn('recall at 20%', 'recallAtFifth'),
];

const limits =
  'A commit counts as faulty when a later fix changed a source line that it had written. That is a signal, not the truth: ' +
  'fixes that do not say so, or only add lines, leave no trace; some blamed lines were merely moved; large commits are ' +
  'blamed more often. Only source can be blamed: impact (workflows, infrastructure, access to patient data) is policy, and ' +
  'these figures neither confirm nor refute it. ROC 0.5 is chance.';

/** The evaluation for people: a table, and what the method cannot see, in lines of `width` columns. */
export function describeEvaluation(evaluation: RepositoryEvaluation, width = 80): string {
  const { commits, fixes, fixesTraced, fixesLeftOut, quality, levels, riskModel } = evaluation;
  const { commits: measured, positives } = quality.riskScore;
  const share = (count: number, of: number): string => `${((100 * count) / Math.max(1, of)).toFixed(1)} %`;
  const levelShares = Object.entries(levels).map(([level, count]) => `${level} ${share(count, commits)}`);
  return [
    wrap(
      `${commits} commits, ${fixes} fixes, ${fixesTraced} of them traced back; policy ${riskModel}`,
      width,
    ),
    `${measured} commits measured, ${positives} of them faulty (${share(positives, measured)})`,
    '',
    renderTable(columns, Object.entries(quality), { width }),
    '',
    wrap(`levels of all commits: ${levelShares.join(', ')}`, width),
    '',
    ...(positives < positivesForAFigure
      ? [`Only ${positives} faulty commits were found: these figures say little.`]
      : []),
    ...(fixesLeftOut > 0
      ? [
          wrap(
            `The ${fixesLeftOut} oldest fixes were left out; commits from before the others are not measured.`,
            width,
          ),
        ]
      : []),
    wrap(limits, width),
  ].join('\n');
}
