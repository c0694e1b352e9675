import { Command } from 'commander';
import { applyHolds } from '../../src/lib/evidence';
import type { LegalHold, TenantSettings } from '../../src/lib/settings';
import { createCosmosClient, createRetentionStore } from '../../src/lib/store';
import { readAppSettings } from '../doctor/settings';
import { CliFailure } from '../failure';
import { Output } from '../output';
import { type Connection, clientOf, dataDirectoryOf, readStack, tenantOf } from '../settings';
import { day } from './arguments';
import { examples, flagsOf, prepare } from './globals';

/** What the API says of a tenant's settings. */
interface SettingsAnswer {
  revision: number;
  settings: TenantSettings;
}

export function holdCommand(): Command {
  const hold = new Command('hold')
    .summary('legal holds: list, place, release, apply')
    .description(
      'Legal holds: what was recorded in some days is kept although its time is over. Who placed or released one, when and why stands in the audit log.',
    );
  for (const command of [listCommand(), placeCommand(), releaseCommand(), applyCommand()])
    hold.addCommand(command);
  return hold;
}

function listCommand(): Command {
  const command = new Command('list')
    .summary('list the holds that stand')
    .description('List the holds that stand.')
    .action(async (_: unknown, self: Command) => {
      const { output, connection } = await prepare(self);
      tell(output, (await read(connection)).settings.holds ?? []);
    });
  return examples(command, 'audit hold list');
}

interface PlaceFlags {
  since: string;
  until: string;
  reason: string;
}

function placeCommand(): Command {
  const command = new Command('place')
    .summary('place a hold on some days')
    .description(
      'Place a hold on the commits, the audit entries and the digests of some days; one of the same name is replaced. Then run "audit hold apply".',
    )
    .argument('<name>', 'a name of its own, such as case-4711')
    .requiredOption('--since <day>', 'the first UTC day', day)
    .requiredOption('--until <day>', 'the last UTC day', day)
    .requiredOption('--reason <text>', 'why; it stands in the audit log')
    .action(async (name: string, _: unknown, self: Command) => {
      const { flags, output, connection } = await prepare<PlaceFlags>(self);
      const hold = { name, startDate: flags.since, endDate: flags.until, reason: flags.reason };
      const holds = await change(connection, (standing) => [
        ...standing.filter((each) => each.name !== name),
        hold,
      ]);
      tell(output, holds);
      output.note('Nothing is kept yet: run "audit hold apply" (docs/recovery.md).');
    });
  return examples(
    command,
    'audit hold place case-4711 --since 2025-01-01 --until 2025-12-31 --reason "letter of counsel, 3 March"',
  );
}

function releaseCommand(): Command {
  const command = new Command('release')
    .summary('release a hold')
    .description(
      'Release a hold. Then run "audit hold apply"; the time to live begins anew for what it kept.',
    )
    .argument('<name>', 'the name of the hold')
    .action(async (name: string, _: unknown, self: Command) => {
      const { output, connection } = await prepare(self);
      const holds = await change(connection, (standing) => {
        const others = standing.filter((each) => each.name !== name);
        if (others.length === standing.length)
          throw new CliFailure('usage', `there is no hold ${name}`, 'List them: audit hold list.');
        return others;
      });
      tell(output, holds);
      output.note('It is still kept: run "audit hold apply" (docs/recovery.md).');
    });
  return examples(command, 'audit hold release case-4711');
}

function applyCommand(): Command {
  const command = new Command('apply')
    .summary('make the stored items what the holds ask for')
    .description(
      'Take the time to live of everything that a hold covers away, and give it back to what none covers any more. Needs the right to replace items in the database, which the app does not have in the audit log. It may be run again at any time, and finds what came since.',
    )
    .option('--settings <file>', 'the settings of the app, as a local.settings.json')
    .action(async (_: unknown, self: Command) => {
      const flags = flagsOf<{ settings?: string }>(self);
      const output = new Output(flags.json === true);
      const stack = await readStack(dataDirectoryOf(flags));
      const { cosmos } = await readAppSettings(flags.settings, stack);
      if (!cosmos)
        throw new CliFailure(
          'usage',
          'the database is not known',
          'Give --settings FILE with the settings of the app.',
        );
      const client = createCosmosClient(cosmos);
      try {
        const applied = await applyHolds(createRetentionStore(client, cosmos), tenantOf(flags, stack));
        if (output.json) return output.document(applied);
        tell(output, applied.holds);
        output.line(`${applied.held} items more are kept, ${applied.released} are not any more.`);
      } finally {
        client.dispose();
      }
    });
  return examples(command, 'audit hold apply', 'audit hold apply --settings local.settings.json');
}

const read = (connection: Connection) => clientOf(connection).json<SettingsAnswer>('/settings');

/** Holds are a part of the settings: a change of somebody else in between is refused, not overwritten. */
async function change(
  connection: Connection,
  edit: (holds: LegalHold[]) => LegalHold[],
): Promise<LegalHold[]> {
  const { revision, settings } = await read(connection);
  const holds = edit(settings.holds ?? []);
  const answer = await clientOf(connection).json<SettingsAnswer>('/settings', {
    method: 'PUT',
    body: { ...settings, holds },
    headers: { 'if-match': `"settings-${revision}"` },
  });
  return answer.settings.holds ?? [];
}

function tell(output: Output, holds: readonly LegalHold[]): void {
  if (output.json) {
    output.document({ holds });
    return;
  }
  if (holds.length === 0) output.line('No hold stands.');
  for (const { name, startDate, endDate, reason } of holds)
    output.line(`${name}: ${startDate} to ${endDate}, ${reason}`);
}
