import type { CommitItem } from '../src/lib/commit';
import { type Column, firstLine, type Style } from './terminal';

/** What the lists of the API say of a commit, as far as a table shows it. */
export type ListedCommit = Pick<
  CommitItem,
  'commitHash' | 'commitDate' | 'message' | 'author' | 'riskLevel' | 'compliance' | 'repositories' | 'review'
> & { riskScore?: number };

const styles: Record<string, Style> = { critical: 'magenta', high: 'red', medium: 'yellow', low: 'green' };

/** The colour of a risk level. */
export function styleOf(level: string): Style | undefined {
  return styles[level];
}

/** `0.87 high`, or that nothing was known to score. */
export function riskText({ riskScore, riskLevel }: Pick<ListedCommit, 'riskScore' | 'riskLevel'>): string {
  return riskScore === undefined ? riskLevel : `${riskScore.toFixed(2)} ${riskLevel}`;
}

export const commitColumns: Column<ListedCommit>[] = [
  { title: 'COMMIT', value: ({ commitHash }) => commitHash.slice(0, 10) },
  { title: 'DATE', value: ({ commitDate }) => commitDate, priority: 1 },
  { title: 'RISK', value: riskText, style: ({ riskLevel }) => styleOf(riskLevel) },
  { title: 'SUBJECT', value: ({ message }) => firstLine(message), flexible: true, widthMin: 24 },
  { title: 'TOUCHES', value: ({ compliance }) => compliance.join(' '), flexible: true, priority: 2 },
  { title: 'REVIEW', value: ({ review }) => review?.status ?? '', priority: 3 },
  { title: 'AUTHOR', value: ({ author }) => author, flexible: true, widthMin: 20, priority: 4 },
];
