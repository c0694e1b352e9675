import { Command, Option } from 'commander';
import type { Digest, DigestCommit } from '../../src/lib/digest';
import { styleOf } from '../commitTable';
import { CliFailure } from '../failure';
import { clientOf } from '../settings';
import { type Column, firstLine, paint } from '../terminal';
import { day, wholeNumber } from './arguments';
import { mediaTypes, streamAnswer } from './formats';
import { examples, prepare } from './globals';

const commitColumns: Column<DigestCommit>[] = [
  { title: 'COMMIT', value: ({ commitHash }) => commitHash.slice(0, 10) },
  {
    title: 'RISK',
    value: ({ riskScore, riskLevel }) => `${riskScore.toFixed(2)} ${riskLevel}`,
    style: ({ riskLevel }) => styleOf(riskLevel),
  },
  { title: 'SUBJECT', value: ({ subject }) => firstLine(subject), flexible: true, widthMin: 24 },
  { title: 'TOUCHES', value: ({ compliance }) => compliance.join(' '), flexible: true, priority: 1 },
  { title: 'WHY', value: ({ reasons }) => reasons[0], flexible: true, widthMin: 20, priority: 2 },
];

const adviceIfMissing = '"gitops-healthcare digest" lists the days that have one.';

const digestColumns: Column<Digest>[] = [
  { title: 'DAY', value: ({ digestDate }) => digestDate },
  { title: 'COMMITS', value: ({ commits }) => commits, align: 'right' },
  { title: 'HIGH', value: ({ highRiskTotal }) => highRiskTotal, align: 'right' },
  { title: 'AUDIT HEAD', value: ({ auditHead }) => auditHead?.hash.slice(0, 16) ?? 'none' },
];

export function digestCommand(): Command {
  const command = new Command('digest')
    .summary('show the digest of a day, or list the digests')
    .description('Show the digest of a day. Without a day: list the latest ones.')
    .argument('[day]', 'a UTC day', day)
    .option('--limit <n>', 'how many to list (default: 30)', wholeNumber(1, 100))
    .addOption(new Option('--format <type>', 'as it is sent').choices(['markdown', 'html']))
    .action(run);
  return examples(command, 'digest', 'digest 2025-01-31', 'digest 2025-01-31 --format html > digest.html');
}

async function run(date: string | undefined, _: unknown, command: Command): Promise<void> {
  const { flags, output, connection } = await prepare<{ limit?: number; format?: 'markdown' | 'html' }>(
    command,
  );
  const client = clientOf(connection);
  if (date === undefined) {
    if (flags.format) throw new CliFailure('usage', '--format is for the digest of a day', 'Name the day.');
    const list = await client.json<{ items: Digest[] }>('/digests', { query: { limit: flags.limit } });
    if (output.json) return output.document(list);
    if (list.items.length === 0) return output.note('No digest yet: one is made every morning.');
    return output.table(digestColumns, list.items);
  }
  const path = `/digests/${date}`;
  if (flags.format) return streamAnswer(output, client, path, mediaTypes[flags.format], { adviceIfMissing });
  const digest = await client.json<Digest>(path, { adviceIfMissing });
  if (output.json) return output.document(digest);
  output.line(paint(`Digest of ${digest.digestDate}`, 'bold', output.screen.colour));
  output.facts([
    ['made', digest.createdAt],
    ['commits', digest.commits],
    [
      'by level',
      Object.entries(digest.commitsByLevel)
        .map(([level, count]) => `${count} ${level}`)
        .join(', ') || undefined,
    ],
    ['high risk', digest.highRiskTotal],
    ['audit head', digest.auditHead ? `${digest.auditHead.sequence}:${digest.auditHead.hash}` : 'none'],
  ]);
  if (digest.highRisk.length === 0) return;
  output.line();
  output.table(commitColumns, digest.highRisk);
}
