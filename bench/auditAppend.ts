import { createHash } from 'node:crypto';
import { startEmulator } from '../local/emulator';
import { createContainers } from '../local/stack/database';
import { parseCommitInput } from '../src/lib/commit';
import { auditCommits } from '../src/lib/evidence';
import { storeCommits } from '../src/lib/ingest';
import { defaultRiskPolicy } from '../src/lib/risk';
import { createCosmosClient, createStore } from '../src/lib/store';

const tenantId = 'tenant-001';
/** As many changes as the trigger hands on at once. */
const batchSize = 100;

/** Stores so many commits (default 5,000), then brings them into the log: whether the log keeps up with what comes in. */
export async function run([count = '5000']: string[]): Promise<void> {
  const total = Number(count);
  const emulator = await startEmulator({ port: 0, memory: true });
  await createContainers(emulator, { database: 'd', commitsContainer: 'commits', retentionDays: 2557 });
  const client = createCosmosClient({
    endpoint: emulator.endpoint,
    key: emulator.key,
    identityClientId: undefined,
    database: 'd',
    commitsContainer: 'commits',
    preferredRegions: [],
  });
  try {
    const store = createStore(client, { database: 'd', commitsContainer: 'commits' });
    let storedMs = 0;
    let appendedMs = 0;
    for (let from = 0; from < total; from += batchSize) {
      const at = new Date().toISOString();
      const commits = Array.from({ length: Math.min(batchSize, total - from) }, (_, index) => ({
        commitHash: createHash('sha1')
          .update(`commit ${from + index}`)
          .digest('hex'),
        message: `fix: ${from + index}`,
        timestamp: at,
        author: 'ann@example.org',
        filesChanged: ['src/file.ts'],
      })).map((commit) => parseCommitInput(commit, tenantId));
      const startedAt = performance.now();
      await storeCommits(store, {
        tenantId,
        source: 'api',
        actor: 'bench',
        at,
        policy: defaultRiskPolicy,
        commits,
      });
      const storedAt = performance.now();
      const references = commits.map(({ commitHash }) => ({ tenantId, commitHash }));
      await auditCommits(store, references, () => new Date());
      storedMs += storedAt - startedAt;
      appendedMs += performance.now() - storedAt;
    }
    const rate = (ms: number) => `${((total / ms) * 1000).toFixed(0)} a second`;
    process.stdout.write(
      [
        `store ${total} commits        ${rate(storedMs)}`,
        `append their entries      ${rate(appendedMs)}: ${(storedMs / appendedMs).toFixed(2)} times as fast as storing`,
        '',
      ].join('\n'),
    );
  } finally {
    client.dispose();
    await emulator.close();
  }
}
