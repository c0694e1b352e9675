import type { Fault } from '../../../local/emulator/http/faults';
import { rescoreCommits, reviewCommit } from '../../../src/lib/ingest';
import { defaultRiskPolicy, mergeRiskPolicy } from '../../../src/lib/risk';
import type { CommitPosition, Store } from '../../../src/lib/store';
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
  tenantId,
  untilItPasses,
  verified,
} from './testRoad';

let road: Road;

beforeEach(async () => {
  road = await openRoad();
});

afterEach(() => road.close());

const strict = mergeRiskPolicy(defaultRiskPolicy, { areas: { auth: { weight: 0.9 } } });
const posted = Array.from({ length: 12 }, (_, n) =>
  postedOf(`part ${n}`, {
    timestamp: `2025-01-${10 + Math.floor(n / 3)}T10:00:00Z`,
    filesChanged: [n % 2 === 0 ? `src/auth/login${n}.ts` : `docs/page${n}.md`],
  }),
);
const everyHash = [...posted, largePosted].map(({ commitHash }) => commitHash);
const fill = (store: Store) => post(store, [...posted, largePosted], '2025-02-01T00:00:00.000Z');

async function walk(store: Store, { dryRun = false, policy = strict, limit = 5 } = {}) {
  const changed: Awaited<ReturnType<typeof rescoreCommits>>['changed'] = [];
  let commits = 0;
  let position: CommitPosition | undefined;
  do {
    const at = '2026-01-01T00:00:00.000Z';
    const request = { tenantId, policy, dryRun, actor: 'admin', at, limit, position };
    const page = await untilItPasses(() => rescoreCommits(store, request));
    changed.push(...page.changed);
    commits += page.levels.reduce((sum, level) => sum + level.commits, 0);
    position = page.next;
  } while (position);
  return { changed, commits };
}

it('a dry run says what would change, page by page, and writes nothing', async () => {
  await fill(road.store);
  const before = await everyItem(road.store);
  const { changed, commits } = await walk(road.store, { dryRun: true });
  expect(commits).toBe(posted.length + 1);
  expect(changed.map(({ commitHash }) => commitHash).toSorted()).toEqual(
    posted
      .filter((_, n) => n % 2 === 0)
      .map(({ commitHash }) => commitHash)
      .toSorted(),
  );
  expect(changed[0]).toMatchObject({
    before: { riskModel: defaultRiskPolicy.riskModel },
    after: { riskLevel: 'critical', riskModel: strict.riskModel },
    factors: expect.arrayContaining([expect.objectContaining({ id: 'area.auth' })]),
  });
  expect(await everyItem(road.store)).toEqual(before);
});

it('amends what comes out differently, once, and the audit log knows of it', async () => {
  await fill(road.store);
  await auditAll(road.store, everyHash);
  const { changed } = await walk(road.store);
  expect(changed).toHaveLength(6);
  await auditAll(road.store, everyHash);
  const items = await everyItem(road.store);
  const amended = items.filter(({ changes }) => changes.at(-1)?.action === 'amended');
  expect(amended.map(({ riskLevel, revision }) => [riskLevel, revision])).toEqual(
    Array.from({ length: 6 }, () => ['critical', 2]),
  );
  expect(await verified(road.store)).toMatchObject({ valid: true, problems: [] });
  expect((await walk(road.store)).changed).toEqual([]);
  expect(await everyItem(road.store)).toEqual(items);
});

it('keeps what only a push told, and every file of a commit that is larger than an item', async () => {
  await fill(road.store);
  await receive(road.store, 'd-1', { ...pushOf({ commits: ['a', 'b'] }), forced: true });
  await processOne(road.store, 'd-1');
  const facts = async () =>
    (await everyItem(road.store)).map(({ commitHash, forced, pusher, source, filesChanged, createdAt }) => ({
      ...{ commitHash, forced, pusher, source, filesChanged, createdAt },
    }));
  const before = await facts();
  const broad = mergeRiskPolicy(strict, { areas: { phi: { addGlobs: ['**/Service*.java'] } } });
  const { changed } = await walk(road.store, { policy: broad });
  expect(changed.map(({ commitHash }) => commitHash)).toEqual(
    expect.arrayContaining([hashOf('a'), hashOf('b'), largePosted.commitHash]),
  );
  expect(before.some(({ forced }) => forced)).toBe(true);
  expect(await facts()).toEqual(before);
});

it('loses no review that is given at the same moment', async () => {
  await fill(road.store);
  const reviewed = posted.filter((_, n) => n % 2 === 0).map(({ commitHash }) => commitHash);
  const instance = road.instance();
  await Promise.all([
    walk(road.store, { limit: 500 }),
    ...reviewed.map((commitHash) =>
      reviewCommit(instance, {
        ...{ tenantId, commitHash, status: 'approved', reviewer: 'bob', names: [] },
        at: '2026-01-01T00:00:00.000Z',
      }),
    ),
  ]);
  for (const item of await everyItem(road.store)) {
    if (!reviewed.includes(item.commitHash)) continue;
    expect(item).toMatchObject({ riskLevel: 'critical', review: { status: 'approved' }, revision: 3 });
  }
});

const writes = ['batch', 'replaceItem'];
const ways = [
  ['throttling', { status: 429, retryAfterMs: 400, count: 4 }],
  ['being unavailable', { status: 503, count: 2 }],
  ['a connection lost after it happened', { drop: 'after', count: 2 }],
] as const satisfies [string, Fault][];

it.each(writes.flatMap((operation) => ways.map(([how, fault]) => ({ operation, how, fault }))))(
  'ends the same where $operation meets $how',
  async ({ operation, fault }) => {
    await fill(road.store);
    // A batch that fails is written one by one.
    if (operation === 'replaceItem') road.emulator.faults.add({ operation: 'batch', status: 500 });
    const active = road.emulator.faults.add({ container: 'commits', operation, ...fault });
    await walk(road.store);
    road.emulator.faults.clear();
    expect(active.hits).toBeGreaterThan(0);
    const revisions = (await everyItem(road.store)).map(({ revision, changes, riskModel }) => [
      revision,
      changes.length,
      riskModel,
    ]);
    expect(revisions.filter(([revision]) => revision === 2)).toEqual(
      Array.from({ length: 6 }, () => [2, 2, strict.riskModel]),
    );
    expect(revisions.filter(([revision]) => revision === 1)).toHaveLength(7);
  },
);
