import type { Fault } from '../../../local/emulator/http/faults';
import type { Store } from '../../../src/lib/store';
import {
  auditAll,
  everyItem,
  hashOf,
  largePosted,
  openRoad,
  post,
  postedOf,
  processOne,
  pushOf,
  type Road,
  receive,
  reconcileAll,
  tenantId,
  untilItPasses,
  verified,
  zeros,
} from './testRoad';

// Each write of the road is broken in turn, in each way that a write can break; then the verifier is asked, and not the
// program, whether every acknowledged commit is there exactly once and the log is sound.

let road: Road;

beforeEach(async () => {
  road = await openRoad();
});

afterEach(() => road.close());

const posted = Array.from({ length: 6 }, (_, number) =>
  // Three share a day, and with it a transaction.
  postedOf(`posted ${number}`, { timestamp: `2025-01-1${Math.min(number, 3)}T10:00:00Z` }),
);

/** As a client of the API does that sends again what failed. */
async function postUntilStored(store: Store, inputs: readonly object[]): Promise<void> {
  let waiting = inputs;
  for (let attempt = 0; waiting.length > 0; attempt++) {
    if (attempt === 30) throw new Error('The store never took them');
    const sent = waiting;
    const outcomes = await untilItPasses(() => post(store, sent));
    waiting = sent.filter((_, index) => outcomes[index]?.kind === 'failed');
  }
}

const first = pushOf({ commits: ['a', 'b'], files: 2 });
const second = pushOf({ before: first.after, commits: ['c'] });
const everyHash = [
  ...posted.map(({ commitHash }) => commitHash),
  largePosted.commitHash,
  ...['a', 'b', 'c'].map(hashOf),
];

/** Everything that writes, in the order of a day's work. */
async function travel(store: Store): Promise<void> {
  await postUntilStored(store, posted);
  await postUntilStored(store, [largePosted]);
  await postUntilStored(store, [{ ...posted[0], message: 'feat: export, corrected' }]);
  await untilItPasses(() => receive(store, 'd-1', first));
  await untilItPasses(() => receive(store, 'd-1', first));
  await untilItPasses(() => receive(store, 'd-2', second));
  for (const deliveryId of ['d-2', 'd-1']) await untilItPasses(() => processOne(store, deliveryId));
  await untilItPasses(() => auditAll(store, everyHash));
  await untilItPasses(() => reconcileAll(store));
}

async function expectSound(store: Store): Promise<void> {
  const items = await everyItem(store);
  expect(items.map(({ commitHash }) => commitHash).sort()).toEqual([...everyHash].sort());
  for (const { commitHash, revision, changes, filesChanged } of items) {
    const actions = commitHash === posted[0]?.commitHash ? ['recorded', 'amended'] : ['recorded'];
    expect(changes.map(({ action }) => action)).toEqual(actions);
    expect(changes.map((change) => change.revision)).toEqual(actions.map((_, index) => index + 1));
    expect(revision).toBe(actions.length);
    if (commitHash === largePosted.commitHash)
      expect(filesChanged).toHaveLength(largePosted.filesChanged.length);
  }
  expect(await verified(store)).toMatchObject({
    valid: true,
    problems: [],
    notes: [],
    entries: everyHash.length + 1,
  });
  const [ref] = await store.refs.page(tenantId, {}, 10);
  expect(ref).toMatchObject({ pushes: 2, gapsFound: 0, gaps: [] });
  expect(await store.deliveries.withStatus(tenantId, 'pending', 10)).toEqual([]);
  expect(await store.deliveries.withStatus(tenantId, 'failed', 10)).toEqual([]);
}

const writes = [
  ['the registry of tenants', { container: 'tenants', operation: 'createItem' }],
  ['a part of a delivery', { container: 'deliveries', operation: 'createItem' }],
  ['the chain of a ref', { container: 'deliveries', operation: 'batch' }],
  ['how a delivery ended', { container: 'deliveries', operation: 'replaceItem' }],
  ['commits of one day', { container: 'commits', operation: 'batch' }],
  ['a commit alone', { container: 'commits', operation: 'createItem' }],
  ['a correction', { container: 'commits', operation: 'replaceItem' }],
  ['files that found no room', { container: 'commits', operation: 'upsertItem' }],
  ['entries of the audit log', { container: 'audit', operation: 'batch' }],
] as const satisfies [string, Fault][];

const reads = [
  ['finding known commits', { container: 'commits', operation: 'queryItems' }],
  ['reading a delivery', { container: 'deliveries', operation: 'queryItems' }],
  ['reading a ref', { container: 'deliveries', operation: 'readItem' }],
  ['reading the log', { container: 'audit', operation: 'queryItems' }],
] as const satisfies [string, Fault][];

const ways = [
  ['an error', { status: 500, count: 2 }],
  ['being unavailable', { status: 503, count: 2 }],
  ['throttling for a moment', { status: 429, retryAfterMs: 5, count: 3 }],
  ['throttling beyond the patience of a client', { status: 429, retryAfterMs: 400, count: 4 }],
  ['a conflict inside the service', { status: 449, count: 2 }],
  ['a time-out of the service', { status: 408, count: 2 }],
  ['a key that is refused', { status: 401, count: 1 }],
  ['a connection lost before', { drop: 'before', count: 2 }],
  ['a connection lost after it happened', { drop: 'after', count: 2 }],
  ['an answer too late', { delayMs: 600, count: 1 }],
] as const satisfies [string, Fault][];

// The whole table takes minutes; always on is what differs in kind: did it happen or not, and is an answer known.
const telling = ['being unavailable', 'a connection lost before', 'a connection lost after it happened'];
const isWhole = process.env.GITOPS_ALL_FAULTS !== undefined;

const table = [...writes, ...reads].flatMap(([what, where]) =>
  ways
    .filter(
      ([how]) =>
        isWhole || telling.includes(how) || what === 'entries of the audit log' || what === 'a commit alone',
    )
    .map(([how, fault]) => ({ what, how, fault: { ...where, ...fault } as Fault })),
);

it.each(table)('nothing is lost or doubled when $what meets $how', async ({ fault }) => {
  const { hits } = await met(fault, () => travel(road.store));
  expect(hits).toBeGreaterThan(0);
  await expectSound(road.store);
});

async function met(fault: Fault, work: () => Promise<void>): Promise<{ hits: number }> {
  const active = road.emulator.faults.add(fault);
  await work();
  road.emulator.faults.clear();
  return active;
}

it('two instances at once, each doing all of it, end in the same store', async () => {
  const other = road.instance();
  await Promise.all([travel(road.store), travel(other)]);
  const items = await everyItem(road.store);
  expect(items.map(({ commitHash }) => commitHash).sort()).toEqual([...everyHash].sort());
  await untilItPasses(() => auditAll(road.store, everyHash));
  expect(await verified(road.store)).toMatchObject({ valid: true, problems: [], notes: [] });
  const [ref] = await road.store.refs.page(tenantId, {}, 10);
  expect(ref).toMatchObject({ pushes: 2, gaps: [] });
});

it('one hash first seen at the same moment with two dates is one commit in the end, in all repositories', async () => {
  const hash = hashOf('twin');
  const seen = (timestamp: string, repository: string) => ({
    ...posted[0],
    commitHash: hash,
    timestamp,
    repository,
  });
  const other = road.instance();
  const inputs = [seen('2025-03-01T23:59:00Z', 'clinic/a'), seen('2025-03-02T00:01:00Z', 'clinic/b')];
  const at = new Date().toISOString();
  // Both have looked before either writes.
  const slow = road.emulator.faults.add({ container: 'commits', operation: 'createItem', delayMs: 200 });
  await Promise.all([other, road.store].map((store, index) => post(store, [inputs[index]], at)));
  road.emulator.faults.remove(slow.id);
  expect(await everyItem(road.store)).toHaveLength(2);
  await Promise.all([auditAll(road.store, [hash]), auditAll(other, [hash])]);
  await auditAll(road.store, [hash]);
  const items = await everyItem(road.store);
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({ repositories: ['clinic/a', 'clinic/b'], revision: 2 });
  expect(await verified(road.store)).toMatchObject({ valid: true, problems: [], notes: [], entries: 2 });
});

it('a large commit that two writers change at once keeps the files of the one that was stored', async () => {
  const store = road.instance(10_000);
  await postUntilStored(store, [largePosted]);
  const stored = await store.commits.get(tenantId, largePosted.commitHash);
  if (!stored) throw new Error('not stored');
  const rewritten = (suffix: string) => ({
    ...stored,
    filesChanged: stored.filesChanged.map((path) => path + suffix),
  });
  const outcomes = await Promise.all(
    ['.one', '.two'].map((suffix) =>
      store.commits.write([{ commit: rewritten(suffix), etag: stored._etag }]),
    ),
  );
  expect(outcomes.map(([outcome]) => outcome?.kind).sort()).toEqual(['conflict', 'written']);
  const winner = outcomes[0]?.[0]?.kind === 'written' ? '.one' : '.two';
  const now = await store.commits.get(tenantId, largePosted.commitHash);
  expect(now?.filesChanged).toEqual(stored.filesChanged.map((path) => path + winner));
});

it('a delivery of which one commit is never taken stores the others, is set aside, and runs again when asked', async () => {
  const { store } = road;
  const payload = pushOf({ before: zeros, commits: ['x', 'y', 'z'] });
  await receive(store, 'd-poison', payload);
  road.emulator.faults.add({ container: 'commits', operation: 'batch', status: 500 });
  road.emulator.faults.add({ container: 'commits', operation: 'createItem', status: 413, count: 1 });
  expect(await processOne(store, 'd-poison')).toEqual({ kind: 'failed', error: 'body-too-large' });
  road.emulator.faults.clear();
  expect(await everyItem(store)).toHaveLength(2);
  const [failed] = await store.deliveries.withStatus(tenantId, 'failed', 10);
  expect(failed).toMatchObject({ deliveryId: 'd-poison', error: 'body-too-large' });
  expect(await store.deliveries.replay(tenantId, 'd-poison')).toBe('pending');
  expect(await processOne(store, 'd-poison')).toEqual({ kind: 'processed', commits: 3 });
  expect(await everyItem(store)).toHaveLength(3);
  expect((await store.refs.page(tenantId, {}, 10))[0]?.pushes).toBe(1);
});
