import { Command, InvalidArgumentError } from 'commander';
import { TenantId } from '../../src/lib/commit';
import { Output } from '../output';
import { dataDirectoryOf, readStack, tenantOf } from '../settings';
import { webhookSecretOf } from '../webhookSecret';
import { examples, flagsOf } from './globals';

export function webhookSecretCommand(): Command {
  const command = new Command('webhook-secret')
    .summary('print the webhook secret of a tenant')
    .description(
      'Print the secret to enter in the webhook settings of GitHub. It is derived from WEBHOOK_MASTER_KEY and the tenant, so it is the same every time.',
    )
    .argument('[tenant]', 'the tenant', tenantArgument)
    .action(run);
  return examples(command, 'webhook-secret tenant-001');
}

function tenantArgument(text: string): string {
  if (TenantId.safeParse(text).success) return text;
  throw new InvalidArgumentError('A tenant id has 1 to 63 letters, digits, "-" or "_".');
}

async function run(tenant: string | undefined, _: unknown, command: Command): Promise<void> {
  const flags = flagsOf(command);
  const output = new Output(flags.json === true);
  const dataDirectory = dataDirectoryOf(flags);
  const tenantId = tenant ?? tenantOf(flags, await readStack(dataDirectory));
  const secret = await webhookSecretOf(tenantId, dataDirectory);
  if (output.json) return output.document({ tenantId, secret });
  output.line(secret);
}
