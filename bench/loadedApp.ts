import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLocalIssuer } from '../local/issuer';
import { createContainers, startDatabase } from '../local/stack/database';
import { utcDate } from '../src/lib/commit';
import { loadCommits } from './loadCommits';

const names = { database: 'gitops-healthcare', commitsContainer: 'commits' };
const feeds = ['auditCommit', 'auditSettings', 'processDelivery', 'enrichCommits', 'sendMessages'];

export interface LoadedApp {
  /** Ends in `/api`. */
  apiUrl: string;
  tenantId: string;
  token: string;
  /** Process of the host. */
  pid: number;
}

/** The app in the local host as a process of its own, without its change feeds: only what is measured is at work. */
async function startApp(settings: Record<string, string>): Promise<{ url: string; child: ChildProcess }> {
  const off = Object.fromEntries(feeds.map((name) => [`AzureWebJobs.${name}.Disabled`, 'true']));
  const root = join(__dirname, '../..');
  const child = spawn(process.execPath, [join(root, 'dist/local/host.js'), '--port', '0', root], {
    env: { PATH: process.env.PATH, ...off, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const [, found] = /Listening on (\S+)\. /.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`The host ended with ${code}: ${text}`)));
  });
  return { url, child };
}

/** Loads so many commits of one tenant into a store, then does each piece of work beside an app that was just started on it. */
export async function withLoadedApp(
  commits: number,
  ...works: ((app: LoadedApp) => Promise<void>)[]
): Promise<void> {
  const tenantId = 'tenant-0';
  const directory = mkdtempSync(join(tmpdir(), 'bench-app-'));
  const open = () => startDatabase(join(__dirname, '../local/emulatorThread.js'), 0, directory);
  try {
    const empty = await open();
    await createContainers(empty, { ...names, retentionDays: 2557 });
    await empty.close();
    await loadCommits(directory, names, [tenantId], commits, utcDate(new Date().toISOString()));
    const issuer = await openLocalIssuer(directory);
    const roles = ['commits.read', 'audit.read', 'reviews.write'] as const;
    const token = await issuer.issueToken({ tenants: [tenantId], roles: [...roles] });
    const database = await open();
    try {
      for (const work of works) {
        const { url, child } = await startApp({
          COSMOS_ENDPOINT: database.endpoint,
          COSMOS_KEY: database.key,
          COSMOS_CONNECTION: `AccountEndpoint=${database.endpoint};AccountKey=${database.key};`,
          AUTH_ISSUERS: JSON.stringify([issuer.issuer]),
          WEBHOOK_MASTER_KEY: 'a-master-key-of-at-least-32-characters',
        });
        try {
          await work({ apiUrl: `${url}/api`, tenantId, token, pid: child.pid ?? 0 });
        } finally {
          child.kill('SIGINT');
        }
      }
    } finally {
      await database.close();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
