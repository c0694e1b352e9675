import { Argument, Command, Option } from 'commander';
import { clientOf } from '../settings';
import type { Column } from '../terminal';
import { wholeNumber } from './arguments';
import { examples, prepare } from './globals';

interface ListedDelivery {
  deliveryId: string;
  status: string;
  receivedAt: string;
  error?: string;
  repository: string;
  ref: string;
}

interface DeliveryPage {
  items: ListedDelivery[];
  counts: { pending: number; failed: number };
}

const columns: Column<ListedDelivery>[] = [
  { title: 'DELIVERY', value: ({ deliveryId }) => deliveryId },
  { title: 'RECEIVED', value: ({ receivedAt }) => receivedAt.slice(0, 16).replace('T', ' '), priority: 1 },
  { title: 'REPOSITORY', value: ({ repository }) => repository, flexible: true, keep: 'end', priority: 2 },
  { title: 'ERROR', value: ({ error }) => error, flexible: true, priority: 1, style: () => 'red' },
];

export function deliveriesCommand(): Command {
  const deliveries = new Command('deliveries')
    .summary('webhook deliveries: list, replay')
    .description('What came in by webhook in the last 30 days.');
  for (const command of [listCommand(), replayCommand()]) deliveries.addCommand(command);
  return deliveries;
}

function listCommand(): Command {
  const command = new Command('list')
    .summary('list deliveries in one state')
    .description('List the deliveries in one state, the oldest first.')
    .addOption(
      new Option('--status <state>', 'which').choices(['pending', 'processed', 'failed']).default('failed'),
    )
    .option('--limit <n>', 'at most so many', wholeNumber(1, 500))
    .action(async (_: unknown, self: Command) => {
      const { flags, output, connection } = await prepare<{ status: string; limit?: number }>(self);
      const { status, limit } = flags;
      const page = await clientOf(connection).json<DeliveryPage>('/deliveries', { query: { status, limit } });
      if (output.json) return output.document(page);
      if (page.items.length > 0) output.table(columns, page.items);
      const { pending, failed } = page.counts;
      output.note(`${pending} pending, ${failed} failed`);
    });
  return examples(command, 'deliveries list', 'deliveries list --status pending');
}

function replayCommand(): Command {
  const command = new Command('replay')
    .summary('process a failed delivery once more')
    .description('Put a delivery that failed back into the inbox, to be processed once more.')
    .addArgument(new Argument('<delivery>', 'its id, as "deliveries list" shows it'))
    .action(async (deliveryId: string, _: unknown, self: Command) => {
      const { output, connection } = await prepare(self);
      const answer = await clientOf(connection).json<{ deliveryId: string; status: string }>(
        `/deliveries/${encodeURIComponent(deliveryId)}/replay`,
        { method: 'POST', adviceIfMissing: '"gitops-healthcare deliveries list" has those that came in.' },
      );
      if (output.json) return output.document(answer);
      output.line(`delivery ${answer.deliveryId} is in the inbox again`);
    });
  return examples(command, 'deliveries replay 72d3162e-cc78-11e3-81ab-4c9367dc0958');
}
