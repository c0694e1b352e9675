import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLocalIssuer } from '../local/issuer';
import { createContainers, startDatabase } from '../local/stack/database';
import { utcDate } from '../src/lib/commit';
import { createCosmosClient } from '../src/lib/store';
import { seed } from './query';

const names = { database: 'gitops-healthcare', commitsContainer: 'commits' };
const tenantId = 'tenant-0';
const feeds = ['auditCommit', 'auditSettings', 'processDelivery', 'enrichCommits', 'sendMessages'];

/** The app in the local host as a process of its own, without its change feeds: only the export is at work. */
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

/** Memory of a process, now and at its highest, in MB. Linux only. */
function residentMb(pid: number | undefined): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const value = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
  return { now: value('VmRSS'), peak: value('VmHWM') };
}

/** Streams so many commits (100,000) of one tenant as each kind, to a caller that reads at once and to one that dawdles. */
export async function run([count = '100000']: string[]): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-export-'));
  const database = await startDatabase(join(__dirname, '../local/emulatorThread.js'), 0, directory);
  let app: Awaited<ReturnType<typeof startApp>> | undefined;
  try {
    await createContainers(database, { ...names, retentionDays: 2557 });
    const client = createCosmosClient({
      ...database,
      ...names,
      identityClientId: undefined,
      preferredRegions: [],
    });
    const container = client.database(names.database).container(names.commitsContainer);
    await seed(container, [tenantId], Number(count), utcDate(new Date().toISOString()));
    client.dispose();
    const issuer = await openLocalIssuer(directory);
    const token = await issuer.issueToken({ tenants: [tenantId], roles: ['commits.read'] });
    app = await startApp({
      COSMOS_ENDPOINT: database.endpoint,
      COSMOS_KEY: database.key,
      COSMOS_CONNECTION: `AccountEndpoint=${database.endpoint};AccountKey=${database.key};`,
      AUTH_ISSUERS: JSON.stringify([issuer.issuer]),
      WEBHOOK_MASTER_KEY: 'a-master-key-of-at-least-32-characters',
    });
    const at = `${app.url}/api/v1/tenants/${tenantId}`;
    const ask = (path: string, accept: string) =>
      fetch(`${at}/${path}`, { headers: { authorization: `Bearer ${token}`, accept } });
    await (await ask('commits?limit=1', 'application/json')).text();
    process.stdout.write(`before: ${residentMb(app.child.pid).now.toFixed(0)} MB\n`);
    const range = 'commits?startDate=2000-01-01&endDate=2099-01-01&minRisk=0';
    for (const [path, accept, pauseMs] of [
      [range, 'text/csv', 0],
      [range, 'application/x-ndjson', 0],
      ['high-risk-commits?days=366&threshold=0', 'application/sarif+json', 0],
      [range, 'application/x-ndjson', 20],
    ] as const) {
      const startedAt = performance.now();
      const answer = await ask(path, accept);
      let bytes = 0;
      for await (const chunk of answer.body ?? []) {
        bytes += (chunk as Uint8Array).byteLength;
        if (pauseMs > 0) await sleep(pauseMs);
      }
      const { now, peak } = residentMb(app.child.pid);
      process.stdout.write(
        `${accept}${pauseMs > 0 ? ', a slow caller' : ''}: ${(bytes / 1e6).toFixed(0)} MB in ${((performance.now() - startedAt) / 1000).toFixed(1)} s; host ${now.toFixed(0)} MB, at most ${peak.toFixed(0)} MB\n`,
      );
    }
  } finally {
    app?.child.kill('SIGINT');
    await database.close();
    rmSync(directory, { recursive: true, force: true });
  }
}
