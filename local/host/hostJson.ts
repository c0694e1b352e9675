import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogLevel } from './contract';
import { HostError, messageOf } from './errors';

/** The settings of host.json that the host obeys, defaults filled in. */
export interface HostJson {
  /** Comes before every route; `api` unless told otherwise, '' for none. */
  routePrefix: string;
  /** Requests held at once, waiting ones included; above it the answer is 429. Infinity is the default. */
  maxOutstandingRequests: number;
  /** Requests running at once; the others wait. Infinity is the default. */
  maxConcurrentRequests: number;
  /** Infinity where host.json says "-1" or nothing. */
  functionTimeoutMs: number;
  userAgentSuffix: string | undefined;
  /** The lowest level that is written, by category; `default` holds for the others. */
  logLevel: Record<string, LogLevel>;
}

const overridePrefix = 'AzureFunctionsJobHost__';

/**
 * Reads host.json; app settings named `AzureFunctionsJobHost__a__b` win over its values.
 * @throws HostError where the file is no JSON object of version 2.0, or a value is not usable.
 */
export async function readHostJson(directory: string): Promise<HostJson> {
  const path = join(directory, 'host.json');
  let file: Record<string, unknown>;
  try {
    file = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new HostError(`${path} is not valid JSON: ${messageOf(error)}`, { cause: error });
    }
    file = { version: '2.0' };
  }
  if (file.version !== '2.0') throw new HostError(`${path} must say "version": "2.0".`);
  const read = (...keys: string[]): unknown => override(keys) ?? dig(file, keys);
  return {
    routePrefix: String(read('extensions', 'http', 'routePrefix') ?? 'api').replace(/^\/+|\/+$/g, ''),
    maxOutstandingRequests: limit(read('extensions', 'http', 'maxOutstandingRequests')),
    maxConcurrentRequests: limit(read('extensions', 'http', 'maxConcurrentRequests')),
    functionTimeoutMs: timeout(read('functionTimeout')),
    userAgentSuffix: read('extensions', 'cosmosDB', 'userAgentSuffix') as string | undefined,
    logLevel: logLevels(read('logging', 'logLevel')),
  };
}

function override(keys: string[]): string | undefined {
  return process.env[overridePrefix + keys.join('__')];
}

function dig(value: unknown, keys: string[]): unknown {
  let current = value;
  for (const key of keys) current = (current as Record<string, unknown> | undefined)?.[key];
  return current;
}

function limit(value: unknown): number {
  const count = Number(value ?? -1);
  return count > 0 ? count : Number.POSITIVE_INFINITY;
}

/** `[d.]hh:mm:ss`, or "-1" for no limit. */
function timeout(value: unknown): number {
  if (value === undefined || value === '-1' || value === -1) return Number.POSITIVE_INFINITY;
  const [, days = '0', hours, minutes, seconds] =
    /^(?:(\d+)\.)?(\d\d):(\d\d):(\d\d)$/.exec(String(value)) ?? [];
  if (hours === undefined) throw new HostError(`host.json: functionTimeout "${value}" is not [d.]hh:mm:ss.`);
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}

function logLevels(value: unknown): Record<string, LogLevel> {
  const levels: Record<string, LogLevel> = { default: 'information' };
  for (const [category, level] of Object.entries((value ?? {}) as Record<string, string>)) {
    levels[category] = level.toLowerCase() as LogLevel;
  }
  return levels;
}
