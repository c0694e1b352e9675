import { relative } from 'node:path';
import type { BackfillSummary } from '../../cli/backfill';
import { type Column, firstLine, paint, renderTable, type Screen, type Style } from '../../cli/terminal';
import type { StackFile } from './stack';

/** A commit as the API lists it, as far as the report shows it. */
export interface ListedCommit {
  commitHash: string;
  commitDate: string;
  message: string;
  riskScore?: number;
  riskLevel: string;
  riskFactors: { description: string; contribution: number }[];
  compliance: string[];
}

const levelStyle: Record<string, Style> = {
  critical: 'magenta',
  high: 'red',
  medium: 'yellow',
  low: 'green',
};

const columns: Column<ListedCommit>[] = [
  {
    title: 'Risk',
    value: ({ riskScore }) => riskScore?.toFixed(2),
    align: 'right',
    style: ({ riskLevel }) => levelStyle[riskLevel],
  },
  { title: 'Commit', value: ({ commitHash }) => commitHash.slice(0, 10) },
  { title: 'Date', value: ({ commitDate }) => commitDate, priority: 2 },
  { title: 'Subject', value: ({ message }) => firstLine(message), flexible: true, widthMin: 20 },
  { title: 'Touches', value: ({ compliance }) => compliance.join(' '), priority: 1 },
];

/** The riskiest commits as a table, or a line that says there are none. */
export function riskTable(commits: readonly ListedCommit[], screen: Screen): string {
  if (commits.length === 0) return 'No commits yet.';
  return renderTable(columns, commits, { width: screen.width, colour: screen.colour });
}

export function backfillLine(summary: BackfillSummary): string {
  const { stored, updated, unchanged, failed, total, durationMs } = summary;
  const seconds = durationMs / 1_000;
  const what = [
    `${stored} new`,
    ...(updated > 0 ? [`${updated} updated`] : []),
    ...(unchanged > 0 ? [`${unchanged} known`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
  const rate =
    stored + updated > 0 && seconds > 0
      ? `, ${Math.round((stored + updated + unchanged) / seconds)} commits/s`
      : '';
  return `${summary.repository}: ${total} commits to take in, ${what.join(', ')} (${seconds.toFixed(1)} s${rate})`;
}

export function addresses(file: StackFile, dataDirectory: string, screen: Screen): string {
  const row = (label: string, value: string) => `  ${label.padEnd(11)}${paint(value, 'cyan', screen.colour)}`;
  return [
    // The fragment never reaches a server; the page takes the token out of the address.
    row('Dashboard', `${file.dashboardUrl}#token=${file.token}`),
    row('API', file.apiUrl),
    row('Webhook', file.webhookUrl),
    row('Cosmos', file.cosmosEndpoint),
    row('Data', `${shortest(dataDirectory)} (stack.json has the token and the webhook secret)`),
  ].join('\n');
}

/** A folder as somebody here would write it. */
function shortest(directory: string): string {
  const fromHere = relative(process.cwd(), directory);
  return fromHere === '' || fromHere.startsWith('..') ? directory : fromHere;
}
