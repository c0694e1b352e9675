import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { StackFile } from '../local/stack/stack';
import { ApiClient } from './client';
import { CliFailure } from './failure';

/** Flags that every command takes. */
export interface ConnectionFlags {
  apiUrl?: string;
  tenant?: string;
  token?: string;
  /** Where the local stack keeps its data. */
  data?: string;
}

export interface Connection {
  apiUrl: string;
  tenantId: string;
  token: string;
  /** The running local stack, where the address is its own. */
  stack: StackFile | undefined;
  /** Folder of the local stack's data. */
  dataDirectory: string;
}

const tenantDefault = 'tenant-001';

export function dataDirectoryOf(flags: ConnectionFlags): string {
  return resolve(flags.data ?? '.local');
}

/** The stack's own account of itself; undefined where none has run here. */
export async function readStack(dataDirectory: string): Promise<StackFile | undefined> {
  try {
    return JSON.parse(await readFile(join(dataDirectory, 'stack.json'), 'utf8')) as StackFile;
  } catch {
    return undefined;
  }
}

/** Which tenant: the flag, COSMOS_TENANT_ID, the local stack's, or the default one. */
export function tenantOf(
  flags: ConnectionFlags,
  stack: StackFile | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): string {
  return flags.tenant ?? (environment.COSMOS_TENANT_ID || stack?.tenantId || tenantDefault);
}

/**
 * Where to go: flags, then the environment (GITOPS_API_URL, COSMOS_TENANT_ID), then the local stack.
 * @throws CliFailure where there is no address
 */
export async function addressOf(
  flags: ConnectionFlags,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Omit<Connection, 'token'>> {
  const dataDirectory = dataDirectoryOf(flags);
  const written = await readStack(dataDirectory);
  const apiUrl = (flags.apiUrl ?? (environment.GITOPS_API_URL || written?.apiUrl))?.replace(/\/+$/, '');
  if (apiUrl === undefined) {
    throw new CliFailure(
      'unreachable',
      `no local stack runs here (there is no ${join(dataDirectory, 'stack.json')})`,
      'Start it with "npm start", or give --api-url URL (GITOPS_API_URL) and --token TOKEN (GITOPS_TOKEN).',
    );
  }
  if (!/^https?:\/\/[^/]/.test(apiUrl) || !URL.canParse(apiUrl)) {
    throw new CliFailure(
      'usage',
      `"${apiUrl}" is not an address`,
      'Give one such as https://example.org/api.',
    );
  }
  const stack = written && written.apiUrl.replace(/\/+$/, '') === apiUrl ? written : undefined;
  return { apiUrl, tenantId: tenantOf(flags, stack, environment), stack, dataDirectory };
}

/** --token, GITOPS_TOKEN, or the local stack's own. */
export function tokenOf(
  flags: ConnectionFlags,
  stack: StackFile | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): string | undefined {
  return flags.token ?? (environment.GITOPS_TOKEN || stack?.token);
}

/**
 * Where to go and as whom: `addressOf`, and the token of --token, GITOPS_TOKEN or the local stack. The stack's token
 * is never sent to another address than the stack's.
 * @throws CliFailure where the address or the token is missing
 */
export async function connect(
  flags: ConnectionFlags,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Connection> {
  const address = await addressOf(flags, environment);
  const token = tokenOf(flags, address.stack, environment);
  if (token !== undefined) return { ...address, token };
  throw new CliFailure('usage', `no token for ${address.apiUrl}`, 'Give --token TOKEN, or set GITOPS_TOKEN.');
}

/** A client for the connection. */
export function clientOf(connection: Connection): ApiClient {
  return new ApiClient(connection);
}
