import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the local stack makes up at its first start and keeps, readable by its owner alone. */
export interface LocalSecrets {
  webhookMasterKey: string;
}

export async function openSecrets(dataDirectory: string): Promise<LocalSecrets> {
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  const file = join(dataDirectory, 'secrets.json');
  try {
    return JSON.parse(await readFile(file, 'utf8')) as LocalSecrets;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const secrets: LocalSecrets = { webhookMasterKey: randomBytes(32).toString('base64url') };
  await writeWhole(file, secrets);
  return secrets;
}

/** Writes a private JSON file so that a reader sees the old one or the new one, never half of it. */
export async function writeWhole(file: string, content: unknown): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, file);
}
