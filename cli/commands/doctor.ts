import { Command } from 'commander';
import { commitColumns } from '../commitTable';
import { examine, examineUrl, type Finding, queryBoth, storeSample } from '../doctor';
import { exitCodes } from '../failure';
import { Output } from '../output';
import { addressOf, clientOf, tenantOf, tokenOf } from '../settings';
import { paint, plain, type Style, wrap } from '../terminal';
import { examples, flagsOf, prepare } from './globals';

interface Flags {
  store?: boolean;
  query?: boolean;
  url?: string;
  settings?: string;
}

export function doctorCommand(): Command {
  const command = new Command('doctor')
    .summary('look for what is wrong, and say how to mend it')
    .description(
      'Look at settings, app, token, database, containers, issuers, storage and clock; say what is wrong, why it matters and how to mend it.',
    )
    .option('--store', 'store a sample commit and print its id, _rid and _etag')
    .option('--query', 'list the newest commits and the riskiest')
    .option('--url <url>', 'look at a deployed app from outside only; needs no token')
    .option('--settings <file>', 'the settings of the app, as a local.settings.json')
    .action(run);
  return examples(command, 'doctor', 'doctor --store --query', 'doctor --url https://app.example.org/api');
}

async function run(_: unknown, command: Command): Promise<void> {
  const flags = flagsOf<Flags>(command);
  if (flags.store || flags.query) return trySample(command);
  const output = new Output(flags.json === true);
  const findings = flags.url
    ? await examineUrl(flags.url, tenantOf(flags, undefined))
    : await examineHere(flags);
  const wrong = findings.filter(({ status }) => status === 'wrong').length;
  if (wrong > 0) process.exitCode = isOutOfReach(findings) ? exitCodes.unreachable : exitCodes.foundWrong;
  if (output.json) return output.document({ healthy: wrong === 0, findings });
  for (const finding of findings) print(output, finding);
  output.line();
  if (findings.every(({ status }) => status === 'skipped')) {
    process.exitCode = exitCodes.unreachable;
    return output.line('There was nothing to look at.');
  }
  output.line(
    wrong === 0 ? 'Nothing wrong was found.' : `${wrong} ${wrong === 1 ? 'thing is' : 'things are'} wrong.`,
  );
}

function isOutOfReach(findings: readonly Finding[]): boolean {
  return findings.some(
    ({ check, status, message }) =>
      check === 'app' && status === 'wrong' && /cannot be reached/.test(message),
  );
}

async function examineHere(flags: ReturnType<typeof flagsOf<Flags>>): Promise<Finding[]> {
  const address = await addressOf(flags).catch(() => undefined);
  const connection = address && { ...address, token: tokenOf(flags, address.stack) };
  return examine(connection, address?.tenantId ?? tenantOf(flags, undefined), flags.settings);
}

const signs: Record<Finding['status'], { sign: string; style: Style }> = {
  ok: { sign: 'ok     ', style: 'green' },
  warning: { sign: 'warning', style: 'yellow' },
  wrong: { sign: 'WRONG  ', style: 'red' },
  skipped: { sign: '-      ', style: 'dim' },
};

function print(output: Output, { check, status, message, why, mend }: Finding): void {
  const { screen } = output;
  const { sign, style } = signs[status];
  const indent = ' '.repeat(9);
  const line = `${check}: ${plain(message)}`;
  const wrapped = wrap(line, screen.width, indent).trimStart();
  output.line(`${paint(sign, style, screen.colour)}  ${wrapped}`);
  if (why) output.line(wrap(why, screen.width, indent));
  if (mend) output.line(wrap(`To mend it: ${mend}`, screen.width, indent));
}

async function trySample(command: Command): Promise<void> {
  const { flags, output, connection } = await prepare<Flags>(command);
  const client = clientOf(connection);
  const stored = flags.store ? await storeSample(client, new Date()) : undefined;
  const queried = flags.query ? await queryBoth(client) : undefined;
  if (output.json) {
    const { id, _rid, _etag } = stored ?? {};
    return output.document({ ...(stored ? { stored: { id, _rid, _etag } } : {}), ...queried });
  }
  if (stored) {
    output.facts([
      ['id', stored.id],
      ['_rid', stored._rid],
      ['_etag', stored._etag],
      ['commitDate', stored.commitDate],
    ]);
  }
  if (!queried) return;
  if (stored) output.line();
  output.line(paint('Newest commits of the last 30 days', 'bold', output.screen.colour));
  output.table(commitColumns, queried.newest);
  output.line();
  output.line(paint('Riskiest commits of the last 7 days', 'bold', output.screen.colour));
  output.table(commitColumns, queried.highRisk);
}
