import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { openLocalIssuer } from '../../local/issuer';
import { TenantId } from '../../src/lib/commit';
import { Role } from '../../src/lib/issuers';
import { CliFailure } from '../failure';
import { Output } from '../output';
import { dataDirectoryOf, readStack, tenantOf } from '../settings';
import { examples, type GlobalFlags } from './globals';

interface Flags {
  roles?: Role[];
  subject: string;
  expires: string;
}

export function tokenCommand(): Command {
  const command = new Command('token')
    .summary('print a token of the local stack')
    .description(
      "Print a bearer token of the local stack's own issuer. A deployed app takes tokens of its own issuers only (AUTH_ISSUERS).",
    )
    .option('--roles <a,b>', `of ${Role.options.join(', ')} (default: all)`, rolesOf)
    .option('--subject <name>', 'whom the token is for', 'developer')
    .option('--expires <span>', 'how long it is good: 15m, 24h, 30d', span, '24h')
    .action(run);
  return examples(
    command,
    'token --tenant tenant-002 --roles commits.read',
    'token --expires 15m --subject ci',
  );
}

function rolesOf(text: string): Role[] {
  return text.split(',').map((name) => {
    const role = Role.safeParse(name.trim());
    if (!role.success) throw new InvalidArgumentError(`The roles are ${Role.options.join(', ')}.`);
    return role.data;
  });
}

function span(text: string): string {
  if (/^[1-9]\d{0,4}[mhd]$/.test(text)) return text;
  throw new InvalidArgumentError('Give a span such as 15m, 24h or 30d.');
}

async function run(_: unknown, command: Command): Promise<void> {
  const flags = command.optsWithGlobals<Flags & GlobalFlags>();
  const output = new Output(flags.json === true);
  const dataDirectory = dataDirectoryOf(flags);
  if (!existsSync(join(dataDirectory, 'issuer-key.json'))) {
    throw new CliFailure(
      'foundWrong',
      `no local stack has been started here (there is no ${join(dataDirectory, 'issuer-key.json')})`,
      'Start it with "npm start", or say where its data is: --data DIR.',
    );
  }
  const tenantId = tenantOf(flags, await readStack(dataDirectory));
  if (!TenantId.safeParse(tenantId).success) {
    throw new CliFailure(
      'usage',
      `"${tenantId}" is not a tenant id`,
      'It has 1 to 63 letters, digits, "-" or "_".',
    );
  }
  const roles = flags.roles ?? [...Role.options];
  const issuer = await openLocalIssuer(dataDirectory);
  const token = await issuer.issueToken({
    tenants: [tenantId],
    roles,
    subject: flags.subject,
    expiresIn: flags.expires,
  });
  if (output.json) return output.document({ token, tenantId, roles, expiresIn: flags.expires });
  output.line(token);
}
