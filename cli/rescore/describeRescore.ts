import { type Column, clip, firstLine, renderTable, type Screen } from '../terminal';
import type { RescoredCommit } from './rescoredPages';
import type { RescoreSummary } from './summary';

const factorsShown = 3;

/** What changed, or would, in words for a terminal. */
export function describeRescore(summary: RescoreSummary, dryRun: boolean, screen: Screen): string {
  const { commits, changed, failed, otherLevel, highBefore, highAfter, riskModel } = summary.totals;
  if (commits === 0) return 'There is no commit to score.';
  const share = (high: number): string => `${high} (${((100 * high) / commits).toFixed(1)} %)`;
  const text = [
    `${commits} commits scored by ${riskModel}: ${changed} ${dryRun ? 'would change' : 'changed'}, ${otherLevel} of them in level.`,
    `High or critical: ${share(highBefore)} before, ${share(highAfter)} after.`,
    ...(failed > 0 ? [`${failed} could not be written.`] : []),
  ];
  if (otherLevel > 0) text.push('', matrix(summary, screen));
  if (summary.largest.length > 0)
    text.push('', 'Largest changes', ...summary.largest.map((each) => describe(each, screen.width)));
  return text.join('\n');
}

/** A row for each level before, a column for each level after. */
function matrix(summary: RescoreSummary, screen: Screen): string {
  const { levels } = summary;
  const columns: Column<string>[] = [
    { title: 'BEFORE / AFTER', value: (from) => from },
    ...levels.map(
      (to): Column<string> => ({
        title: to.toUpperCase(),
        value: (from) => summary.moved(from, to) || '',
        align: 'right',
      }),
    ),
  ];
  return renderTable(columns, levels, screen);
}

function describe(
  { commitHash, commitDate, subject, before, after, factors, error }: RescoredCommit,
  width: number,
): string {
  const score = ({ riskScore, riskLevel }: RescoredCommit['before']): string =>
    riskScore === undefined ? riskLevel : `${riskScore.toFixed(2)} ${riskLevel}`;
  const lines = [
    `${commitHash.slice(0, 10)}  ${commitDate}  ${score(before)} -> ${score(after)}`,
    `    ${firstLine(subject)}`,
    ...factors.slice(0, factorsShown).map(({ description, evidence, from, to }) => {
      const change = to - from;
      const shown = evidence.length > 0 ? ` (${evidence[0]})` : '';
      return `    ${change > 0 ? '+' : '-'}${Math.abs(change).toFixed(2)} ${firstLine(description + shown)}`;
    }),
    ...(error ? [`    not written: ${error.detail ?? error.title}`] : []),
  ];
  return lines.map((line) => clip(line, width)).join('\n');
}
