import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { deriveWebhookSecret, type Role } from '../../src/lib/auth';
import { startHost } from '../host';
import { openLocalIssuer } from '../issuer';
import { createContainers, startDatabase } from './database';
import type { StackOptions } from './options';
import { openSecrets, writeWhole } from './secrets';

/** The contract with the CLI and with tests: how to reach the running stack. Instants in it there are none. */
export interface StackFile {
  /** Ends in `/api`. */
  apiUrl: string;
  cosmosEndpoint: string;
  cosmosKey: string;
  tenantId: string;
  /** Has every role for the tenant. */
  token: string;
  webhookUrl: string;
  webhookSecret: string;
  dashboardUrl: string;
  pid: number;
}

export interface Stack {
  file: StackFile;
  /** Runs a timer function now, as the platform's admin endpoint does. */
  runTimer(name: string): Promise<void>;
  close(): Promise<void>;
}

const everyRole: Role[] = ['commits.write', 'commits.read', 'reviews.write', 'audit.read', 'admin'];
const database = 'gitops-healthcare';
const retentionDays = 2557;

/**
 * Starts the emulator, makes the containers, starts the Functions host with the built app, and writes `stack.json`
 * once everything answers.
 */
export async function startStack(
  options: StackOptions,
  paths: { appDirectory: string; emulatorThread: string },
): Promise<Stack> {
  const { dataDirectory, tenantId } = options;
  if (options.fresh) await forget(dataDirectory);
  const secrets = await openSecrets(dataDirectory);
  const issuer = await openLocalIssuer(dataDirectory);
  const cosmos = await startDatabase(paths.emulatorThread, options.cosmosPort, join(dataDirectory, 'cosmos'));
  const hostLog = createWriteStream(join(dataDirectory, 'host.log'), { mode: 0o600 });
  const stopping: (() => Promise<unknown>)[] = [cosmos.close];
  const close = async () => {
    for (const stop of stopping.splice(0).reverse()) await stop();
    await rm(join(dataDirectory, 'stack.json'), { force: true });
    hostLog.end();
  };
  try {
    await createContainers(cosmos, { database, commitsContainer: 'commits', retentionDays });
    const host = await startHost({
      appDirectory: paths.appDirectory,
      port: options.port,
      dataDirectory: join(dataDirectory, 'host'),
      output: options.watch ? undefined : { line: (text) => hostLog.write(`${text}\n`), colours: false },
      watch: options.watch,
      settings: {
        FUNCTIONS_WORKER_RUNTIME: 'node',
        COSMOS_ENDPOINT: cosmos.endpoint,
        COSMOS_KEY: cosmos.key,
        COSMOS_DATABASE: database,
        COSMOS_CONTAINER: 'commits',
        COSMOS_CONNECTION: `AccountEndpoint=${cosmos.endpoint};AccountKey=${cosmos.key};`,
        RETENTION_DAYS: String(retentionDays),
        AUTH_ISSUERS: JSON.stringify([issuer.issuer]),
        WEBHOOK_MASTER_KEY: secrets.webhookMasterKey,
      },
    });
    stopping.push(() => host.close());
    const apiUrl = `${host.url}/api`;
    const file: StackFile = {
      apiUrl,
      cosmosEndpoint: cosmos.endpoint,
      cosmosKey: cosmos.key,
      tenantId,
      token: await issuer.issueToken({
        tenants: [tenantId],
        roles: everyRole,
        subject: 'local',
        expiresIn: '30d',
      }),
      webhookUrl: `${apiUrl}/v1/tenants/${tenantId}/webhooks/github`,
      webhookSecret: deriveWebhookSecret(secrets.webhookMasterKey, tenantId),
      dashboardUrl: `${apiUrl}/dashboard`,
      pid: process.pid,
    };
    await isReady(apiUrl);
    await writeWhole(join(dataDirectory, 'stack.json'), file);
    return { file, close, runTimer: (name) => runTimer(host, name) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The store, the progress of backfills and the timers; keys and secrets stay, so that tokens and webhooks still work. */
async function forget(dataDirectory: string): Promise<void> {
  for (const name of ['cosmos', 'host', 'backfill.json', 'stack.json']) {
    await rm(join(dataDirectory, name), { recursive: true, force: true });
  }
}

async function isReady(apiUrl: string): Promise<void> {
  const answer = await fetch(`${apiUrl}/health/ready`);
  if (!answer.ok) throw new Error(`The app does not answer: ${apiUrl}/health/ready says ${answer.status}.`);
}

async function runTimer(host: { url: string; masterKey: string }, name: string): Promise<void> {
  const answer = await fetch(`${host.url}/admin/functions/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-functions-key': host.masterKey },
    body: JSON.stringify({ input: '' }),
  });
  if (answer.status !== 202) throw new Error(`${name} could not be started: ${answer.status}.`);
}
