import { createHash } from 'node:crypto';
import type { Container } from '@azure/cosmos';
import { startEmulator } from '../../local/emulator';
import { createContainers } from '../../local/stack/database';
import { type AuditEntry, type AuditHead, exportLines } from '../../src/lib/audit';
import { type CommitItem, parseCommitInput } from '../../src/lib/commit';
import { auditCommits, readChain, verifyAudit } from '../../src/lib/evidence';
import { reviewCommit, storeCommits } from '../../src/lib/ingest';
import { defaultRiskPolicy } from '../../src/lib/risk';
import { createCosmosClient, createRetentionStore, createStore, type Store } from '../../src/lib/store';

const dayMs = 86_400_000;
const noonOf = (daysAgo: number) =>
  new Date(Math.floor(Date.now() / dayMs) * dayMs - daysAgo * dayMs + dayMs / 2);

/** The days that `fill` writes on, the oldest first; one day between has no entry. */
export const days = [4, 3, 1].map((daysAgo) => noonOf(daysAgo));
export const dateOf = (day: Date) => day.toISOString().slice(0, 10);
export const hashOf = (name: string) => createHash('sha1').update(name).digest('hex');

/** A database with the containers of production, the app's own store on it, and the bare containers to tamper with. */
export async function openAuditedStore(now: () => number = Date.now) {
  const emulator = await startEmulator({ port: 0, memory: true, now });
  await createContainers(emulator, { database: 'd', commitsContainer: 'commits', retentionDays: 2557 });
  const client = createCosmosClient({
    endpoint: emulator.endpoint,
    key: emulator.key,
    identityClientId: undefined,
    database: 'd',
    commitsContainer: 'commits',
    preferredRegions: [],
  });
  const container = (id: string): Container => client.database('d').container(id);
  const anotherStore = () => createStore(client, { database: 'd', commitsContainer: 'commits' });
  return {
    store: anotherStore(),
    /** The same database as another process sees it. */
    anotherStore,
    retention: createRetentionStore(client, { database: 'd', commitsContainer: 'commits' }),
    audit: container('audit'),
    digests: container('digests'),
    commits: container('commits'),
    close: async () => {
      client.dispose();
      await emulator.close();
    },
  };
}

/** Stores commits of these names on a day and brings them into the log, as the functions do. */
export async function record(
  store: Store,
  tenantId: string,
  day: Date,
  names: readonly string[],
): Promise<void> {
  const commits = names.map((name) =>
    parseCommitInput(
      {
        commitHash: hashOf(name),
        message: `fix: ${name}`,
        timestamp: day.toISOString(),
        author: 'ann@example.org',
        filesChanged: [`src/${name}.ts`],
      },
      tenantId,
    ),
  );
  await storeCommits(store, {
    tenantId,
    source: 'api',
    actor: 'test:ann',
    at: day.toISOString(),
    policy: defaultRiskPolicy,
    commits,
  });
  await audit(store, tenantId, day, names);
}

export async function audit(
  store: Store,
  tenantId: string,
  day: Date,
  names: readonly string[],
): Promise<void> {
  const references = names.map((name) => ({ tenantId, commitHash: hashOf(name) }));
  await auditCommits(store, references, () => day);
}

/** Five entries a day: 1 to 5, 6 to 10, and 11 to 15 of which the last two are reviews. */
export async function fill(store: Store, tenantId: string): Promise<void> {
  const [first, second, third] = days as [Date, Date, Date];
  const named = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => `${from + index}`);
  for (const name of named(1, 5)) await record(store, tenantId, first, [name]);
  for (const name of named(6, 10)) await record(store, tenantId, second, [name]);
  for (const name of named(11, 13)) await record(store, tenantId, third, [name]);
  for (const name of ['2', '3']) {
    await reviewCommit(store, {
      tenantId,
      commitHash: hashOf(name),
      status: 'approved',
      reviewer: 'test:bob',
      names: [],
      at: third.toISOString(),
    });
    await audit(store, tenantId, third, [name]);
  }
}

/** What `GET /audit/verify` answers. */
export const verifyOnline = (store: Store, tenantId: string) =>
  verifyAudit(store, tenantId, {}, { retentionDays: 2557, clock: () => new Date() });

/** The lines of an export of what is stored now. */
export async function exported(store: Store, tenantId: string): Promise<string> {
  let text = '';
  for await (const line of exportLines(readChain(store, tenantId, {}), { exportedAt: new Date() }))
    text += line;
  return text;
}

/** Everything of a tenant in the container `audit`, to be put back or looked at. */
export async function itemsIn<T extends AuditEntry | AuditHead | CommitItem>(
  container: Container,
  tenantId: string,
): Promise<T[]> {
  const query = {
    query: 'SELECT * FROM c WHERE c.tenantId = @t',
    parameters: [{ name: '@t', value: tenantId }],
  };
  return (await container.items.query<T>(query).fetchAll()).resources;
}
