import { readFile } from 'node:fs/promises';
import type { StackFile } from '../../local/stack/stack';
import { type Config, InvalidConfig, parseConfig } from '../../src/lib/config';
import { CliFailure } from '../failure';
import { type Finding, ok, skipped, wrong } from './finding';

/** What is known of the settings of the app. */
export interface AppSettings {
  findings: Finding[];
  /** All settings, where they could be read and are right. */
  config?: Config;
  /** Enough to look at the database. */
  cosmos?: Config['cosmos'];
  retentionDays?: number;
  /** Settings of the platform that our schema does not know. */
  environment: Record<string, string | undefined>;
}

/**
 * The app's settings: of a `local.settings.json`, else of the environment where it has any, else what the local stack
 * says of its database.
 * @throws CliFailure where the file cannot be read
 */
export async function readAppSettings(
  file: string | undefined,
  stack: StackFile | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<AppSettings> {
  const values = file === undefined ? environment : await readSettingsFile(file);
  const where = file ?? 'the environment';
  if (file === undefined && !environment.COSMOS_ENDPOINT && !environment.AUTH_ISSUERS) {
    if (!stack)
      return { findings: [skipped('settings', 'none in the environment (--settings FILE)')], environment };
    return {
      findings: [ok('settings', 'those of the local stack')],
      cosmos: {
        endpoint: stack.cosmosEndpoint,
        key: stack.cosmosKey,
        identityClientId: undefined,
        database: 'gitops-healthcare',
        commitsContainer: 'commits',
        preferredRegions: [],
      },
      environment,
    };
  }
  try {
    const config = parseConfig(values);
    return {
      findings: [ok('settings', `${where}: all of them are right`)],
      config,
      cosmos: config.cosmos,
      retentionDays: config.retentionDays,
      environment: values,
    };
  } catch (error) {
    if (!(error instanceof InvalidConfig)) throw error;
    const findings = error.issues.map(({ name, message }) =>
      wrong(
        'settings',
        `${name} ${message}`,
        'The app does not start with a wrong setting.',
        `Set ${name.split('.')[0]} (docs/configuration.md).`,
      ),
    );
    return { findings, environment: values };
  }
}

async function readSettingsFile(file: string): Promise<Record<string, string | undefined>> {
  try {
    const content = JSON.parse(await readFile(file, 'utf8')) as { Values?: Record<string, string> };
    if (typeof content.Values === 'object' && content.Values !== null) return content.Values;
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'it is not JSON' : (error as NodeJS.ErrnoException).code;
    throw new CliFailure('usage', `cannot read ${file}: ${reason}`, 'Give a local.settings.json.');
  }
  throw new CliFailure('usage', `${file} has no "Values"`, 'Give a local.settings.json.');
}
