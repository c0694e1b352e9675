import { Command } from 'commander';
import type { TenantSettings } from '../../src/lib/settings';
import { parseInput, readInput } from '../input';
import type { Output } from '../output';
import { clientOf } from '../settings';
import { wholeNumber } from './arguments';
import { examples, prepare } from './globals';

/** What the API says of a tenant's settings. */
interface SettingsAnswer {
  tenantId: string;
  revision: number;
  updatedAt: string | null;
  updatedBy: string | null;
  settings: TenantSettings;
}

export function tenantCommand(): Command {
  const tenant = new Command('tenant')
    .summary('what a tenant has set: show, set')
    .description('What a tenant decides for itself: risk policy, thresholds, digest channels.');
  for (const command of [showCommand(), setCommand()]) tenant.addCommand(command);
  return tenant;
}

function showCommand(): Command {
  const command = new Command('show')
    .summary('show the settings')
    .description('Show the settings. With --json in the form that "tenant set" takes.')
    .option('--revision <n>', 'an earlier revision', wholeNumber(1, 999_999_999))
    .action(async (_: unknown, self: Command) => {
      const { flags, output, connection } = await prepare<{ revision?: number }>(self);
      const answer = await clientOf(connection).json<SettingsAnswer>('/settings', {
        query: { revision: flags.revision },
      });
      if (output.json) return output.document(answer);
      print(output, answer);
    });
  return examples(command, 'tenant show', 'tenant show --json > settings.json');
}

function setCommand(): Command {
  const command = new Command('set')
    .summary('replace the settings')
    .description(
      'Replace all settings by those of a file, as "tenant show --json" gives them. Refused where somebody changed them since.',
    )
    .argument('<file>', 'the settings in JSON; "-" reads standard input')
    .action(async (file: string, _: unknown, self: Command) => {
      const { output, connection } = await prepare(self);
      const { settings, revision } = await readSettings(file);
      const answer = await clientOf(connection).json<SettingsAnswer>('/settings', {
        method: 'PUT',
        body: settings,
        headers: revision === undefined ? {} : { 'if-match': `"settings-${revision}"` },
      });
      if (output.json) return output.document(answer);
      print(output, answer);
    });
  return examples(command, 'tenant set settings.json');
}

/** The settings alone, or with the revision that they were read at. */
async function readSettings(file: string): Promise<{ settings: unknown; revision?: number }> {
  const what = 'settings, as "tenant show --json" gives them';
  const content = parseInput<Partial<SettingsAnswer> | null>(await readInput(file, what), file, what);
  if (typeof content?.settings !== 'object') return { settings: content };
  const { settings, revision } = content;
  return { settings, ...(revision === undefined ? {} : { revision }) };
}

function print(output: Output, { tenantId, revision, updatedAt, updatedBy, settings }: SettingsAnswer): void {
  const areas = Object.keys(settings.risk);
  output.facts([
    ['tenant', tenantId],
    ['revision', revision === 0 ? 'none yet: these are the defaults' : revision],
    ['set', updatedAt === null ? undefined : `${updatedAt} by ${updatedBy}`],
    ['high risk', `from ${settings.thresholds.highRisk}`],
    ['risk policy', areas.length === 0 ? 'the default' : `the default, but for ${areas.join(', ')}`],
    [
      'digests go to',
      settings.digest.channels.map(({ name, type }) => `${name} (${type})`).join(', ') || 'nobody',
    ],
    ['own commits', settings.allowSelfReview ? 'may be reviewed by their author' : 'are reviewed by others'],
  ]);
}
