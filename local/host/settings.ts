import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from './errors';
import type { HostOutput } from './output';

export interface LocalSettings {
  /** Setting names to values; null values are left out, empty ones kept. */
  values: Record<string, string>;
  port?: number;
  address?: string;
  cors?: { origins: string[]; credentials: boolean };
}

interface LocalSettingsFile {
  IsEncrypted?: boolean;
  Values?: Record<string, unknown>;
  ConnectionStrings?: Record<string, unknown>;
  Host?: { LocalHttpPort?: number; LocalHttpAddress?: string; CORS?: string; CORSCredentials?: boolean };
}

/**
 * Reads the app's local.settings.json the way Core Tools does: a missing file is an empty one, invalid JSON gives a warning and
 * no settings, and a file that does not say `"IsEncrypted": false` counts as encrypted, which only Core Tools could read.
 */
export async function readLocalSettings(directory: string, output: HostOutput): Promise<LocalSettings> {
  const path = join(directory, 'local.settings.json');
  let file: LocalSettingsFile;
  try {
    file = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      output.line(`${path} is not valid JSON, so its settings are not used: ${messageOf(error)}`);
    }
    return { values: {} };
  }
  if (file.IsEncrypted !== false) {
    output.line(`${path} counts as encrypted and is not used. Write "IsEncrypted": false into it.`);
    return { values: {} };
  }
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(file.Values ?? {})) {
    if (value !== null) values[name] = String(value);
  }
  for (const [name, value] of Object.entries(file.ConnectionStrings ?? {})) {
    if (typeof value === 'string') values[`ConnectionStrings:${name}`] = value;
  }
  const { LocalHttpPort, LocalHttpAddress, CORS, CORSCredentials } = file.Host ?? {};
  return {
    values,
    port: LocalHttpPort,
    address: LocalHttpAddress,
    cors: CORS
      ? { origins: CORS.split(',').map((origin) => origin.trim()), credentials: CORSCredentials === true }
      : undefined,
  };
}

/**
 * Puts the settings into `process.env`, where the app reads them: those given to the host win over the real environment, which
 * wins over local.settings.json. What Core Tools always sets comes last.
 */
export function applySettings(fromFile: Record<string, string>, given: Record<string, string>): void {
  for (const [name, value] of Object.entries(fromFile)) process.env[name] ??= value;
  Object.assign(process.env, given);
  process.env.AZURE_FUNCTIONS_ENVIRONMENT = 'Development';
  process.env.FUNCTIONS_WORKER_RUNTIME ??= 'node';
}

/**
 * Replaces each `%NAME%` by the app setting of that name.
 * @throws Error naming the setting that does not exist, in the host's words.
 */
export function resolvePercent(text: string): string {
  return text.replace(/%([^%]*)%/g, (whole, name: string) => {
    const value = readSetting(name);
    if (value === undefined) throw new Error(`'${whole}' does not resolve to a value.`);
    return value;
  });
}

/** A setting by its name; `A:B` and `A__B` are the same setting, as in .NET configuration. */
export function readSetting(name: string): string | undefined {
  return (
    process.env[name] ?? process.env[name.replaceAll(':', '__')] ?? process.env[name.replaceAll('__', ':')]
  );
}
