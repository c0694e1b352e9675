import type { Container, CosmosClient } from '@azure/cosmos';
import { type Emulator, startEmulator } from '../../../local/emulator';
import { createContainers } from '../../../local/stack/database';
import { addDays } from '../../../src/lib/commit';
import { createCosmosClient, createStore, metered, type Store } from '../../../src/lib/store';
import { poll } from '../../e2e/runningStack';

const names = { database: 'db', commitsContainer: 'commits' };
const today = '2026-06-30';
const [first, last] = [addDays(today, -40), today];

let nowMs: number;
let emulator: Emulator;
let client: CosmosClient;
let container: Container;
let written: number;

beforeEach(async () => {
  nowMs = Date.parse(`${today}T10:00:00Z`);
  written = 0;
  emulator = await startEmulator({ port: 0, memory: true, now: () => nowMs });
  await createContainers(emulator, { ...names, retentionDays: 2557 });
  client = createCosmosClient({ ...emulator, ...names, identityClientId: undefined, preferredRegions: [] });
  container = client.database(names.database).container(names.commitsContainer);
});
afterEach(async () => {
  client.dispose();
  await emulator.close();
});

/** As another process has it: it has counted nothing yet. */
const newStore = (): Store => createStore(client, names);

const commitOn = (commitDate: string, author = 'kim@example.org') => ({
  id: `commit${String(written++).padStart(6, '0')}`,
  commitHash: `commit${written}`,
  tenantId: 'acme',
  commitDate,
  riskLevel: 'low',
  author,
  repositories: ['example/app'],
  compliance: [],
  review: null,
});

async function fill(days: readonly string[], each: number): Promise<void> {
  for (const day of days)
    for (let from = 0; from < each; from += 100)
      await container.items.batch(
        Array.from({ length: Math.min(100, each - from) }, () => ({
          operationType: 'Create' as const,
          resourceBody: commitOn(day),
        })),
        ['acme', day],
      );
}

const total = async (store: Store, from = first) =>
  (await store.stats.days('acme', from, last, nowMs)).reduce((sum, { commits }) => sum + commits, 0);

const charged = (work: () => Promise<unknown>) =>
  metered(async (usage) => {
    await work();
    return usage.requestCharge;
  });

it('misses nothing that is written while it counts, however long that takes', async () => {
  await fill([first, addDays(first, 1)], 1_100);
  const store = newStore();
  // The second page waits; meanwhile a commit is added to what the first has read, and later another to what is still to come.
  const waiting = emulator.faults.add({
    operation: 'queryItems',
    header: { name: 'x-ms-continuation' },
    delayMs: 1_000,
    count: 1,
  });
  const counting = total(store);
  await poll(async () => waiting.hits > 0);
  nowMs += 1_000;
  await container.items.create(commitOn(first));
  nowMs += 30_000;
  await container.items.create(commitOn(last));
  expect(await counting).toBeGreaterThanOrEqual(2_200);
  nowMs += 1_000;
  expect(await total(store)).toBe(2_202);
});

it('agrees with the store while several processes count and several write', async () => {
  const stores = [newStore(), newStore(), newStore()];
  const writer = async (n: number) => {
    for (let turn = 0; turn < 40; turn++) {
      nowMs += 250;
      const { resource } = await container.items.create(commitOn(addDays(first, (turn * 7 + n) % 40)));
      if (turn % 3 === 0 && resource)
        await container
          .item(resource.id, [resource.tenantId, resource.commitDate])
          .patch([{ op: 'set', path: '/review', value: { status: 'approved' } }]);
    }
  };
  const reader = async (store: Store) => {
    for (let turn = 0; turn < 15; turn++) await total(store, addDays(first, (turn * 11) % 30));
  };
  await Promise.all([...[1, 2, 3, 4].map(writer), ...stores.map(reader)]);
  for (const store of [...stores, newStore()]) {
    const days = await store.stats.days('acme', first, last, nowMs);
    const sum = (name: string) => days.reduce((all, { byReview }) => all + (byReview[name] ?? 0), 0);
    expect([sum('unreviewed'), sum('approved')]).toEqual([104, 56]);
  }
});

it('costs a new process what has changed since another one counted', async () => {
  await fill(
    Array.from({ length: 20 }, (_, n) => addDays(first, n)),
    100,
  );
  await container.items.create(commitOn(first, '__proto__'));
  nowMs += 60_000;
  const counted = await charged(async () => expect(await total(newStore())).toBe(2_001));
  nowMs += 60_000;
  await container.items.create(commitOn(addDays(first, 3)));
  const store = newStore();
  expect(await charged(async () => expect(await total(store)).toBe(2_002))).toBeLessThan(counted / 5);
  const [day] = await store.stats.days('acme', first, first, nowMs);
  expect(Object.entries(day?.byAuthor ?? {})).toEqual([
    ['kim@example.org', 100],
    ['__proto__', 1],
  ]);
  // Further back, only what is missing there is read.
  const [before] = [addDays(first, -10)];
  await container.items.create(commitOn(before));
  expect(await charged(async () => expect(await total(store, before)).toBe(2_003))).toBeLessThan(counted / 5);
});

it('has counted what comes by thousands before anybody asks', async () => {
  const days = Array.from({ length: 30 }, (_, n) => addDays(first, n));
  const store = newStore();
  const counted = await charged(async () => {
    for (const day of days) {
      await fill([day], 100);
      nowMs += 60_000;
      await store.stats.noteChanges('acme', 100, nowMs);
    }
  });
  const unnoted = await charged(async () => expect(await total(newStore(), addDays(first, -10))).toBe(3_000));
  expect(counted).toBeGreaterThan(unnoted / 2);
  nowMs += 60_000;
  expect(await charged(async () => expect(await total(newStore())).toBe(3_000))).toBeLessThan(unnoted / 3);
});

it('takes over what another process has counted since', async () => {
  const [early, late] = [newStore(), newStore()];
  expect(await total(early)).toBe(0);
  await fill([first, addDays(first, 1)], 1_000);
  nowMs += 3_600_000;
  const counted = await charged(async () => expect(await total(late)).toBe(2_000));
  nowMs += 60_000;
  await container.items.create(commitOn(last));
  expect(await charged(async () => expect(await total(early)).toBe(2_001))).toBeLessThan(counted / 3);
});

it('keeps its counts before those that were kept expire', async () => {
  await fill([first], 600);
  const store = newStore();
  expect(await total(store)).toBe(600);
  for (let turn = 0; turn < 4; turn++) {
    nowMs += 10 * 24 * 3_600_000;
    await store.stats.countAhead('acme', nowMs);
  }
  const { resource } = await container.item('stats', ['acme', 'stats']).read();
  expect(resource).toBeDefined();
});

it('notices within a few questions what leaves no trace, a day later', async () => {
  await fill([first, addDays(first, 1)], 600);
  const store = newStore();
  expect(await total(store)).toBe(1_200);
  await container.item('commit000000', ['acme', first]).delete();
  nowMs += 25 * 60 * 60_000;
  await total(store);
  await total(store);
  expect(await total(store)).toBe(1_199);
});

it('counts anew where what was kept cannot be read', async () => {
  await fill([first], 600);
  expect(await total(newStore())).toBe(600);
  const kept = container.item('stats', ['acme', 'stats']);
  for (const counts of ['!', Buffer.from('{}').toString('base64')]) {
    await kept.patch([{ op: 'set', path: '/counts', value: counts }]);
    expect(await total(newStore())).toBe(600);
  }
  await kept.patch([{ op: 'set', path: '/version', value: 0 }]);
  expect(await total(newStore())).toBe(600);
});

it('counts where nothing can be kept', async () => {
  await fill([first], 600);
  emulator.faults.add({ operation: 'upsertItem', status: 403 });
  const store = newStore();
  expect(await total(store)).toBe(600);
  await container.items.create(commitOn(first));
  expect(await total(store)).toBe(601);
});
