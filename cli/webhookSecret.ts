import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deriveWebhookSecret } from '../src/lib/auth';
import { CliFailure } from './failure';
import { readStack } from './settings';

/**
 * The webhook secret of a tenant: from WEBHOOK_MASTER_KEY (the newest of its keys), else from the local stack.
 * @throws CliFailure where neither is at hand
 */
export async function webhookSecretOf(
  tenantId: string,
  dataDirectory: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const [newest] = (environment.WEBHOOK_MASTER_KEY ?? '')
    .split(',')
    .map((key) => key.trim())
    .filter(Boolean);
  if (newest !== undefined) return deriveWebhookSecret(newest, tenantId);
  const stack = await readStack(dataDirectory);
  if (stack?.tenantId === tenantId) return stack.webhookSecret;
  const masterKey = await localMasterKey(dataDirectory);
  if (masterKey !== undefined) return deriveWebhookSecret(masterKey, tenantId);
  throw new CliFailure(
    'foundWrong',
    'no master key to derive the secret from',
    "Set WEBHOOK_MASTER_KEY as in the app's settings, or start the local stack (npm start).",
  );
}

/** What the local stack keeps beside its data. */
async function localMasterKey(dataDirectory: string): Promise<string | undefined> {
  try {
    const secrets = JSON.parse(await readFile(join(dataDirectory, 'secrets.json'), 'utf8')) as {
      webhookMasterKey?: unknown;
    };
    return typeof secrets.webhookMasterKey === 'string' ? secrets.webhookMasterKey : undefined;
  } catch {
    return undefined;
  }
}
