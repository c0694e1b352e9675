import { Command, Option } from 'commander';
import { styleOf } from '../commitTable';
import type { Output } from '../output';
import { clientOf } from '../settings';
import { type Column, paint } from '../terminal';
import { wholeNumber } from './arguments';
import { mediaTypes, streamAnswer } from './formats';
import { examples, prepare } from './globals';

type Counts = Record<string, number>;

interface Stats {
  startDate: string;
  endDate: string;
  commits: number;
  byDay: { date: string; commits: number; byLevel: Counts }[];
  byLevel: Counts;
  byReview: Counts;
  byFramework: Counts;
  byRepository: Counts;
  byAuthor: Counts;
}

interface Flags {
  days?: number;
  top: number;
  format?: 'csv';
}

const levels = ['critical', 'high', 'medium', 'low', 'unscored'] as const;

const dayColumns: Column<Stats['byDay'][number]>[] = [
  { title: 'DAY', value: ({ date }) => date },
  { title: 'COMMITS', value: ({ commits }) => commits, align: 'right' },
  ...levels.map(
    (level): Column<Stats['byDay'][number]> => ({
      title: level.toUpperCase(),
      value: ({ byLevel }) => byLevel[level] ?? '',
      align: 'right',
      priority: 1,
      style: () => styleOf(level),
    }),
  ),
];

export function statsCommand(): Command {
  const command = new Command('stats')
    .summary('count commits by day, level, repository, author, framework')
    .description('Count commits by day, level, review, framework, repository and author.')
    .option('--days <n>', 'so many days before today (default: 30)', wholeNumber(1, 366))
    .option('--top <n>', 'so many names of each kind', wholeNumber(1, 100), 5)
    .addOption(new Option('--format <type>', 'a row a day and value, for a spreadsheet').choices(['csv']))
    .action(run);
  return examples(command, 'stats --days 90', 'stats --format csv > stats.csv');
}

async function run(_: unknown, command: Command): Promise<void> {
  const { flags, output, connection } = await prepare<Flags>(command);
  const client = clientOf(connection);
  const query = { days: flags.days };
  if (flags.format) return streamAnswer(output, client, '/stats', mediaTypes[flags.format], { query });
  const stats = await client.json<Stats>('/stats', { query });
  if (output.json) return output.document(stats);
  output.line(`${stats.commits} commits from ${stats.startDate} to ${stats.endDate}`);
  const days = stats.byDay.filter(({ commits }) => commits > 0);
  if (days.length > 0) {
    output.line();
    output.table(dayColumns, days);
  }
  const groups = [
    ['Frameworks', stats.byFramework],
    ['Reviews', stats.byReview],
    ['Repositories', stats.byRepository],
    ['Authors', stats.byAuthor],
  ] as const;
  for (const [title, counts] of groups) printLargest(output, title, counts, flags.top);
}

/** The API gives the largest first. */
function printLargest(output: Output, title: string, counts: Counts, top: number): void {
  const all = Object.entries(counts);
  if (all.length === 0) return;
  output.line(`\n${paint(title, 'bold', output.screen.colour)}`);
  for (const [name, count] of all.slice(0, top))
    output.line(`${String(count).padStart(7)}  ${output.cut(name, 9)}`);
  if (all.length > top) output.line(`         and ${all.length - top} more (--top)`);
}
