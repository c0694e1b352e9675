import { Command } from 'commander';
import { exitCodes } from '../failure';
import { clientOf } from '../settings';
import type { Column } from '../terminal';
import { examples, prepare } from './globals';

interface RefCoverage {
  repository: string;
  ref: string;
  pushesSeen: number;
  gapsFound: number;
  gapsFilled: number;
  gapsOpen: number;
  lastPush: { at: string; after: string; pusher?: string };
}

interface CoveragePage {
  items: RefCoverage[];
  nextCursor: string | null;
  deliveries: { pending: number; failed: number };
  enrichment: { pending: number };
}

const pageMax = 500;

const columns: Column<RefCoverage>[] = [
  { title: 'REPOSITORY', value: ({ repository }) => repository, flexible: true, keep: 'end', widthMin: 16 },
  { title: 'REF', value: ({ ref }) => ref.replace(/^refs\/heads\//, ''), flexible: true, widthMin: 10 },
  { title: 'PUSHES', value: ({ pushesSeen }) => pushesSeen, align: 'right' },
  {
    title: 'GAPS',
    value: ({ gapsFound, gapsOpen }) =>
      gapsOpen > 0 ? `${gapsOpen} open` : gapsFound > 0 ? 'filled' : 'none',
    style: ({ gapsOpen }) => (gapsOpen > 0 ? 'red' : undefined),
  },
  { title: 'LAST PUSH', value: ({ lastPush }) => lastPush.at.slice(0, 16).replace('T', ' '), priority: 1 },
];

export function coverageCommand(): Command {
  const command = new Command('coverage')
    .summary('was every push seen?')
    .description(
      'For each repository and branch: pushes seen, and gaps where a push did not begin where the one before it ended. Ends with 1 where a gap is open or a delivery failed.',
    )
    .option('--repository <name>', 'of one repository')
    .action(run);
  return examples(command, 'coverage', 'coverage --repository clinic/records --json');
}

async function run(_: unknown, command: Command): Promise<void> {
  const { flags, output, connection } = await prepare<{ repository?: string }>(command);
  const client = clientOf(connection);
  const items: RefCoverage[] = [];
  let page: CoveragePage | undefined;
  do {
    page = await client.json<CoveragePage>('/coverage', {
      query: { repository: flags.repository, limit: pageMax, cursor: page?.nextCursor ?? undefined },
    });
    items.push(...page.items);
  } while (page.nextCursor !== null);
  const { deliveries, enrichment } = page;
  if (deliveries.failed > 0 || items.some(({ gapsOpen }) => gapsOpen > 0))
    process.exitCode = exitCodes.foundWrong;
  if (output.json) return output.document({ items, deliveries, enrichment });
  if (items.length > 0) output.table(columns, items);
  else output.note('No push has come in by webhook yet.');
  if (deliveries.pending > 0) output.note(`${deliveries.pending} deliveries wait to be processed.`);
  if (deliveries.failed > 0) {
    output.note(
      `${deliveries.failed} deliveries failed: "gitops-healthcare deliveries list --status failed".`,
    );
  }
}
