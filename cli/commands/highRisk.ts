import { Command, Option } from 'commander';
import { commitColumns, type ListedCommit } from '../commitTable';
import { clientOf } from '../settings';
import { share, wholeNumber } from './arguments';
import { mediaTypes, streamAnswer } from './formats';
import { examples, prepare } from './globals';

interface Flags {
  threshold?: number;
  days?: number;
  limit?: number;
  format?: (typeof formats)[number];
}

const formats = ['csv', 'ndjson', 'sarif'] as const;

export function highRiskCommand(): Command {
  const command = new Command('high-risk')
    .summary('list the riskiest commits')
    .description('List the riskiest commits first: made, or first seen, within the last days.')
    .option('--threshold <score>', 'with at least this score (default: 0.7)', share)
    .option('--days <n>', 'within so many days (default: 7)', wholeNumber(1, 366))
    .option('--limit <n>', 'at most so many', wholeNumber(1, 500))
    .addOption(new Option('--format <type>', 'for other programs').choices(formats))
    .action(run);
  return examples(
    command,
    'high-risk',
    'high-risk --days 90 --threshold 0.9',
    'high-risk --format sarif > risk.sarif',
  );
}

async function run(_: unknown, command: Command): Promise<void> {
  const { flags, output, connection } = await prepare<Flags>(command);
  const { threshold, days, limit, format } = flags;
  const client = clientOf(connection);
  const query = { threshold, days, limit };
  if (format) return streamAnswer(output, client, '/high-risk-commits', mediaTypes[format], { query });
  const answer = await client.json<{ items: ListedCommit[]; threshold: number; days: number }>(
    '/high-risk-commits',
    { query },
  );
  if (output.json) return output.document(answer);
  if (answer.items.length === 0) {
    return output.note(`No commit of the last ${answer.days} days reaches ${answer.threshold}.`);
  }
  output.table(commitColumns, answer.items);
}
