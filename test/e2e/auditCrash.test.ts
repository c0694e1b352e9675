import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { VerificationReport } from '../../src/lib/audit';
import { poll, type RunningStack, startStackProcess, temporaryFolder } from './runningStack';

const kills = Number(process.env.AUDIT_KILLS ?? 3);
const writers = 4;
const batchSize = 20;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let stack: RunningStack | undefined;

beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(async () => {
  await stack?.kill();
  await folder?.remove();
});

const acknowledged = new Set<string>();
let sent = 0;

/** Sends batches of new commits until the stack is gone, and keeps what it acknowledged. */
async function write({ send }: RunningStack): Promise<void> {
  for (;;) {
    const commits = Array.from({ length: batchSize }, () => ({
      commitHash: createHash('sha1').update(`load ${sent++}`).digest('hex'),
      message: 'fix: load',
      timestamp: new Date().toISOString(),
      author: 'ann@example.org',
      filesChanged: ['src/load.ts'],
    }));
    try {
      const answer = await send('POST', '/commits', { commits });
      const { results = [] } = (await answer.json()) as {
        results?: { commitHash?: string; status: string }[];
      };
      if (!answer.ok) continue;
      for (const [index, { status }] of results.entries())
        if (status === 'stored') acknowledged.add(commits[index]?.commitHash ?? '');
    } catch {
      return;
    }
  }
}

it(`has every acknowledged change in its chain after ${kills} kills at random under load`, async () => {
  for (let kill = 0; kill < kills; kill++) {
    stack = await startStackProcess(folder.path);
    const running = stack;
    const load = Array.from({ length: writers }, () => write(running));
    const before = acknowledged.size;
    await poll(async () => (acknowledged.size > before ? true : undefined), 60_000);
    // No state to wait for: the kill is to come at any moment.
    await sleep(Math.random() * 1_500);
    await stack.kill();
    await Promise.all(load);
  }
  stack = await startStackProcess(folder.path);
  const { call } = stack;
  const report = await poll(async () => {
    const found = (await (await call('/audit/verify')).json()) as VerificationReport;
    return found.notes.length === 0 ? found : undefined;
  }, 120_000);
  expect(report).toMatchObject({ valid: true, problems: [] });
  const text = await (await call('/audit/export')).text();
  const recorded = new Set([...text.matchAll(/"commitHash":"([0-9a-f]{40})"/g)].map(([, hash]) => hash));
  expect(acknowledged.size).toBeGreaterThanOrEqual(kills * batchSize);
  expect([...acknowledged].filter((hash) => !recorded.has(hash))).toEqual([]);
  expect(await stack.stop()).toBe(0);
  stack = undefined;
  if (process.env.AUDIT_KILLS !== undefined)
    process.stdout.write(`${kills} kills, ${acknowledged.size} changes acknowledged of ${sent} sent\n`);
}, 900_000);
