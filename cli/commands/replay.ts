import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import { signWebhook } from '../../src/lib/auth';
import { ApiClient } from '../client';
import { parseInput, readInput } from '../input';
import { Output } from '../output';
import { addressOf } from '../settings';
import { webhookSecretOf } from '../webhookSecret';
import { examples, flagsOf } from './globals';

interface Flags {
  event?: string;
  delivery?: string;
}

interface Answer {
  deliveryId?: string;
  commits?: number;
  duplicate?: boolean;
  ignored?: boolean;
  pong?: boolean;
}

const what = 'a saved webhook';

export function replayCommand(): Command {
  const command = new Command('replay')
    .summary('sign and send a saved webhook')
    .description(
      'Sign a saved webhook and send it as GitHub does. FILE holds the payload, or a delivery as GitHub\'s REST API\ngives it (with request.headers and request.payload). "-" reads standard input.',
    )
    .argument('<file>', 'the saved webhook')
    .option('--event <name>', 'X-GitHub-Event (default: what the file says, else push)')
    .option('--delivery <id>', 'X-GitHub-Delivery (default: what the file says, else a new one)')
    .action(run);
  return examples(command, 'replay push.json', 'replay - < delivery.json');
}

async function run(file: string, _: unknown, command: Command): Promise<void> {
  const flags = flagsOf<Flags>(command);
  const output = new Output(flags.json === true);
  const { apiUrl, tenantId, dataDirectory } = await addressOf(flags);
  const saved = parseSaved(await readInput(file, what), file);
  const delivery = flags.delivery ?? saved.delivery ?? randomUUID();
  const event = flags.event ?? saved.event ?? 'push';
  const answer = await new ApiClient({ apiUrl, tenantId }).json<Answer>('/webhooks/github', {
    method: 'POST',
    body: saved.body,
    headers: {
      'x-github-event': event,
      'x-github-delivery': delivery,
      'x-hub-signature-256': signWebhook(saved.body, await webhookSecretOf(tenantId, dataDirectory)),
    },
  });
  if (output.json) return output.document(answer);
  if (answer.duplicate) output.line(`delivery ${delivery} was taken in before`);
  else if (answer.ignored) output.line(`event ${event} is not one that is taken in`);
  else if (answer.pong) output.line('pong');
  else output.line(`delivery ${delivery} taken in: ${answer.commits ?? 0} commits`);
}

/** https://docs.github.com/rest/repos/webhooks#get-a-delivery-for-a-repository-webhook */
interface SavedDelivery {
  guid?: string;
  event?: string;
  request?: { headers?: Record<string, string>; payload?: unknown };
}

/** The very bytes where the file is the payload itself. */
function parseSaved(
  bytes: Buffer,
  file: string,
): { body: Buffer; event: string | undefined; delivery: string | undefined } {
  const saved = parseInput<SavedDelivery | null>(bytes, file, what);
  if (typeof saved?.request?.payload !== 'object')
    return { body: bytes, event: undefined, delivery: undefined };
  const body = Buffer.from(JSON.stringify(saved.request.payload));
  return { body, event: saved.event, delivery: saved.guid };
}
