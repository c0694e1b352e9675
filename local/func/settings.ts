import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openLocalIssuer } from '../issuer';
import { openSecrets } from '../stack/secrets';

interface SettingsFile {
  IsEncrypted: boolean;
  Values: Record<string, string>;
}

/**
 * Writes local.settings.json from the sample, with this stack's own emulator, webhook key and token issuer in it, so that
 * `gitops-healthcare token` gives tokens that the app takes. One that is there already is left alone.
 * @returns whether it was written
 */
export async function makeLocalSettings(
  appDirectory: string,
  dataDirectory: string,
  cosmos: { endpoint: string; key: string },
): Promise<boolean> {
  const sample = await readFile(join(appDirectory, 'local.settings.sample.json'), 'utf8');
  const file: SettingsFile = JSON.parse(sample);
  const { webhookMasterKey } = await openSecrets(dataDirectory);
  const { issuer } = await openLocalIssuer(dataDirectory);
  Object.assign(file.Values, {
    COSMOS_ENDPOINT: cosmos.endpoint,
    COSMOS_KEY: cosmos.key,
    COSMOS_CONNECTION: `AccountEndpoint=${cosmos.endpoint};AccountKey=${cosmos.key};`,
    WEBHOOK_MASTER_KEY: webhookMasterKey,
    AUTH_ISSUERS: JSON.stringify([issuer]),
  });
  try {
    const text = `${JSON.stringify(file, null, 2)}\n`;
    await writeFile(join(appDirectory, 'local.settings.json'), text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
