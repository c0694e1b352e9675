import type { RankingQuality, RiskLevel } from '../../src/lib/risk';

/** How well the score would have ranked the commits of a repository that later needed a fix. */
export interface RepositoryEvaluation {
  commits: number;
  /** Commits that announce the repair of a fault, and how many of them led back to another commit. */
  fixes: number;
  fixesTraced: number;
  /** Fixes left out to keep within the limit asked for; the faults that they repaired look like none. */
  fixesLeftOut: number;
  /** How well each ranks the commits that may be measured; the last is the simplest rival. */
  quality: { likelihood: RankingQuality; riskScore: RankingQuality; sourceLinesAdded: RankingQuality };
  /** Commits of each level, of all commits. */
  levels: Record<RiskLevel | 'unscored', number>;
  riskModel: string;
}

const positivesForAFigure = 20;

/** The evaluation for people: a table, and what the method cannot see. */
export function describeEvaluation(evaluation: RepositoryEvaluation): string {
  const { commits, fixes, fixesTraced, fixesLeftOut, quality, levels, riskModel } = evaluation;
  const { commits: measured, positives } = quality.riskScore;
  const rows = Object.entries(quality).map(([name, figures]) =>
    [
      name.padEnd(18),
      ...[
        figures.roc,
        figures.rocAtLikeSize,
        figures.rocSourceOnly,
        figures.averagePrecision,
        figures.recallAtFifth,
      ].map((figure) => (Number.isNaN(figure) ? '-' : figure.toFixed(3)).padStart(14)),
    ].join(''),
  );
  const share = (count: number) => `${((100 * count) / Math.max(1, commits)).toFixed(1)} %`;
  return [
    `${commits} commits, ${fixes} fixes, ${fixesTraced} of them traced back; policy ${riskModel}`,
    `${measured} commits measured, ${positives} of them faulty (${((100 * positives) / Math.max(1, measured)).toFixed(1)} %)`,
    '',
    `${''.padEnd(18)}${['ROC', 'at like size', 'source only', 'precision', 'recall at 20%'].map((head) => head.padStart(14)).join('')}`,
    ...rows,
    '',
    `levels of all commits: ${Object.entries(levels)
      .map(([level, count]) => `${level} ${share(count)}`)
      .join(', ')}`,
    '',
    ...(positives < positivesForAFigure
      ? [`Only ${positives} faulty commits were found: these figures say little.`]
      : []),
    ...(fixesLeftOut > 0
      ? [`The ${fixesLeftOut} oldest fixes were left out; what they repaired counts as sound.`]
      : []),
    'A commit counts as faulty when a later fix changed a source line that it had written. That is a signal, not',
    'the truth: fixes that do not say so, or only add lines, leave no trace; some blamed lines were merely moved;',
    'large commits are blamed more often. Only source can be blamed: impact (workflows, infrastructure, access to',
    'patient data) is policy, and these figures neither confirm nor refute it. ROC 0.5 is chance.',
    '',
  ].join('\n');
}
