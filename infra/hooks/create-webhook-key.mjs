// Makes the master key of the webhook secrets, once, in the vault. It goes from this process to the vault through a file
// that only this user can read: never through a command line, a log, the template or azd's environment.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const vault = process.env.GITOPS_KEY_VAULT_NAME;
const name = process.env.GITOPS_WEBHOOK_KEY_NAME;
if (!vault || !name)
  throw new Error('GITOPS_KEY_VAULT_NAME and GITOPS_WEBHOOK_KEY_NAME come from azd provision.');

const az = (...words) =>
  run('az', ['keyvault', 'secret', ...words, '--vault-name', vault, '--output', 'none']);
/** Roles take minutes to reach a new vault. */
const patienceMs = Number(process.env.GITOPS_PATIENCE_MS ?? 300_000);
const pauseMs = Math.min(10_000, patienceMs / 10);

async function exists() {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      await az('show', '--name', name);
      return true;
    } catch (error) {
      if (/SecretNotFound/.test(error.stderr)) return false;
      if (!/Forbidden|ForbiddenByRbac/.test(error.stderr) || Date.now() > deadline) throw error;
      await delay(pauseMs);
    }
  }
}

if (await exists()) {
  process.stdout.write(`The webhook master key is in ${vault}.\n`);
} else {
  const folder = await mkdtemp(join(tmpdir(), 'gitops-key-'));
  try {
    const file = join(folder, 'key');
    await writeFile(file, randomBytes(48).toString('base64url'), { mode: 0o600 });
    await az('set', '--name', name, '--file', file, '--encoding', 'utf-8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  process.stdout.write(`The webhook master key was made in ${vault}.\n`);
}
