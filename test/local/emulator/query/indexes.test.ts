import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Container, CosmosClient, type JSONObject } from '@azure/cosmos';
import fc from 'fast-check';
import { type Emulator, startEmulator } from '../../../../local/emulator/index';
import { compareValues } from '../../../../local/emulator/sql/values';

let emulator: Emulator;
let client: CosmosClient;
let container: Container;
let nowMs: number;
let directory: string;

const composites = [
  [
    { path: '/t', order: 'ascending' },
    { path: '/v', order: 'descending' },
    { path: '/w', order: 'ascending' },
  ],
];
const definition = {
  id: 'c',
  partitionKey: { paths: ['/t', '/d'], kind: 'MultiHash', version: 2 },
  indexingPolicy: { includedPaths: [{ path: '/*' }], excludedPaths: [], compositeIndexes: composites },
} as never;

async function start(): Promise<void> {
  emulator = await startEmulator({ port: 0, dataDir: directory, now: () => nowMs });
  client = new CosmosClient({ endpoint: emulator.endpoint, key: emulator.key });
  container = client.database('db').container('c');
}

beforeEach(async () => {
  nowMs = 1_800_000_000_000;
  directory = mkdtempSync(join(tmpdir(), 'emulator-indexes-'));
  await start();
  await client.databases.create({ id: 'db' });
  await client.database('db').containers.create(definition);
});
afterEach(async () => {
  client.dispose();
  await emulator.close();
  rmSync(directory, { recursive: true, force: true });
});

interface Item {
  id: string;
  t: string;
  d: string;
  v?: unknown;
  w?: unknown;
}

/** More than an emulator sorts at once, of one tenant, beside as many of another. */
async function fill(values: readonly unknown[], total = 400): Promise<Item[]> {
  const items = Array.from({ length: total * 2 }, (_, n): Item => {
    const [v, w] = [values[n % values.length], values[(n * 7) % values.length]];
    return {
      id: `i${n}`,
      t: n % 2 === 0 ? 'one' : 'other',
      d: String(n % 5),
      ...(v !== undefined && { v }),
      ...(w !== undefined && { w }),
    };
  });
  for (let from = 0; from < items.length; from += 100)
    await container.items.bulk(
      items.slice(from, from + 100).map((item) => ({
        operationType: 'Create' as const,
        partitionKey: [item.t, item.d],
        resourceBody: item as unknown as JSONObject,
      })),
    );
  return items.filter(({ t }) => t === 'one');
}

const sorted = (items: readonly Item[], direction = 1): string[] =>
  [...items]
    .sort((a, b) => direction * (compareValues(b.v, a.v) || compareValues(a.w, b.w)))
    .map(({ id }) => id);

const inOrder = (where: string, after = '') =>
  `SELECT VALUE c.id FROM c WHERE c.t = 'one' ${where} ORDER BY c.t, c.v DESC, c.w ${after}`;

const backwards = (where: string, after = '') =>
  `SELECT VALUE c.id FROM c WHERE c.t = 'one' ${where} ORDER BY c.t DESC, c.v, c.w DESC ${after}`;

async function ask(query: string, maxItemCount = 1_000) {
  const { resources, requestCharge } = await container.items.query(query, { maxItemCount }).fetchAll();
  return { ids: resources as string[], charge: requestCharge };
}

const scalar = fc.oneof(
  fc.constantFrom(undefined, null, true, false, 0, -0, 1, '', 'a', 'a\u0000', 'ab', '\ud7ff'),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ maxLength: 20 }),
);

describe('a composite index', () => {
  it('gives whatever values in the order that sorting them gives, page by page', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(scalar, { minLength: 1, maxLength: 30 }), async (values) => {
        await container.delete();
        await client.database('db').containers.create(definition);
        const expected = sorted(await fill(values));
        expect((await ask(inOrder(''))).ids).toEqual(expected);
        expect((await ask(inOrder(''), 37)).ids).toEqual(expected);
        expect((await ask(inOrder('', 'OFFSET 7 LIMIT 90'), 37)).ids).toEqual(expected.slice(7, 97));
      }),
      { numRuns: 4 },
    );
  }, 120_000);

  it('gives the opposite order too, equal rows in the order of insertion', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(scalar, { minLength: 1, maxLength: 30 }), async (values) => {
        await container.delete();
        await client.database('db').containers.create(definition);
        const items = await fill(values);
        const expected = sorted(items, -1);
        expect((await ask(backwards(''))).ids).toEqual(expected);
        expect((await ask(backwards(''), 37)).ids).toEqual(expected);
        expect((await ask(backwards('', 'OFFSET 7 LIMIT 90'), 37)).ids).toEqual(expected.slice(7, 97));
      }),
      { numRuns: 4 },
    );
  }, 120_000);

  it('reads no more items than a page holds from its end either', async () => {
    const items = await fill(Array.from({ length: 100 }, (_, n) => n / 100));
    const last = await ask(backwards('', 'OFFSET 0 LIMIT 5'));
    expect(last.ids).toEqual(sorted(items, -1).slice(0, 5));
    expect(last.charge).toBeLessThan(2.3 + 8 * 0.03);
    const low = await ask(backwards('AND c.v < 0.1 AND c.d < "3"'));
    expect(low.ids).toEqual(
      sorted(
        items.filter(({ v, d }) => Number(v) < 0.1 && d < '3'),
        -1,
      ),
    );
    expect(low.charge).toBeLessThan(2.3 + 45 * 0.03);
  });

  it('reads no more items than a page holds, and those within the bounds', async () => {
    const items = await fill(Array.from({ length: 100 }, (_, n) => n / 100));
    const first = await ask(inOrder('', 'OFFSET 0 LIMIT 5'));
    expect(first.ids).toEqual(sorted(items).slice(0, 5));
    expect(first.charge).toBeLessThan(2.3 + 8 * 0.03);
    const high = await ask(inOrder('AND c.v >= 0.9 AND c.d < "3"'));
    expect(high.ids).toEqual(sorted(items.filter(({ v, d }) => Number(v) >= 0.9 && d < '3')));
    expect(high.charge).toBeLessThan(2.3 + 45 * 0.03);
    const range = await ask(inOrder('AND c.v < 0.5 AND c.v >= 0.25'));
    expect(range.ids).toEqual(sorted(items.filter(({ v }) => Number(v) < 0.5 && Number(v) >= 0.25)));
  });

  it('follows what is replaced, deleted and written between two pages', async () => {
    const items = await fill([5, 4, 3, 2, 1]);
    const iterator = container.items.query(inOrder(''), { maxItemCount: 50 });
    const { resources } = await iterator.fetchNext();
    const expected = sorted(items);
    expect(resources).toEqual(expected.slice(0, 50));
    const [given, gone, moved] = [expected[3], expected[60], expected[399]];
    const find = (id?: string) => items.find((item) => item.id === id) as Item;
    const at = (item: Item) => container.item(item.id, [item.t, item.d]);
    await at(find(given)).replace({ ...find(given), v: 9 } as never);
    await at(find(gone)).delete();
    await at(find(moved)).replace({ ...find(moved), v: 4.5 } as never);
    await container.items.create({ id: 'late', t: 'one', d: '1', v: 3.5 });
    const rest: string[] = [];
    while (iterator.hasMoreResults()) rest.push(...((await iterator.fetchNext()).resources ?? []));
    const left = items.map((item) => (item.id === moved ? { ...item, v: 4.5 } : item));
    const late = { id: 'late', t: 'one', d: '1', v: 3.5 };
    const before = new Set(expected.slice(0, 50));
    expect(rest).toEqual(sorted([...left, late]).filter((id) => !before.has(id) && id !== gone));
  });

  it('serves a tenant on one of several physical partitions, and several tenants merged by the client', async () => {
    await container.delete();
    const spread = { ...(definition as object), throughput: 40_000 };
    await client.database('db').containers.create(spread as never);
    const items = await fill([5, 2.5, 3, -1, 1]);
    expect((await ask(inOrder(''), 37)).ids).toEqual(sorted(items));
    const first = await ask(inOrder('', 'OFFSET 0 LIMIT 5'));
    expect(first.ids).toEqual(sorted(items).slice(0, 5));
    const both = await ask(inOrder('').replace("c.t = 'one'", "c.t IN ('one', 'other')"), 100);
    expect(both.ids).toHaveLength(800);
    expect(both.ids.slice(0, 400)).toEqual(sorted(items));
  });

  it('stands aside for a tenant with values that bytes cannot order', async () => {
    const items = await fill(['b'.repeat(100), `${'b'.repeat(99)}a`, '\ud83d\ude00', '\uffee', 'z', 3, [1]]);
    expect((await ask(inOrder(''), 37)).ids).toEqual(sorted(items));
  });

  it('outlives a restart, and is made anew with another policy', async () => {
    const items = await fill([5, 'x', 3, null, 1]);
    client.dispose();
    await emulator.close();
    await start();
    expect((await ask(inOrder(''))).ids).toEqual(sorted(items));
    const byText = [
      { path: '/t', order: 'ascending' },
      { path: '/d', order: 'descending' },
    ];
    const { resource } = await container.read();
    await container.replace({
      ...resource,
      indexingPolicy: { ...resource?.indexingPolicy, compositeIndexes: [byText] },
    } as never);
    const spec = "SELECT VALUE c.id FROM c WHERE c.t = 'one' ORDER BY c.t, c.d DESC OFFSET 0 LIMIT 3";
    const { ids, charge } = await ask(spec);
    expect(ids).toEqual(
      [...items]
        .sort((a, b) => (a.d > b.d ? -1 : 1))
        .map(({ id }) => id)
        .slice(0, 3),
    );
    expect(charge).toBeLessThan(2.5);
  });
});

describe('the time of the last write', () => {
  const since = (seconds: number) =>
    ask(`SELECT VALUE c.id FROM c WHERE c.t = 'one' AND c._ts >= ${seconds}`);

  it('finds what was written since, looking at little else, whichever way the clock went', async () => {
    await fill([1, 2, 3]);
    const filledAt = nowMs / 1000;
    nowMs += 60_000;
    await container.items.create({ id: 'a', t: 'one', d: '1' });
    await container.items.create({ id: 'foreign', t: 'other', d: '1' });
    nowMs -= 30_000;
    await container.items.create({ id: 'b', t: 'one', d: '1' });
    const late = await since(filledAt + 60);
    expect(late.ids).toEqual(['a']);
    expect(late.charge).toBeLessThan(2.4);
    expect((await since(filledAt + 30)).ids.sort()).toEqual(['a', 'b']);
    expect((await since(filledAt)).ids).toHaveLength(402);
    await container.item('a', ['one', '1']).delete();
    client.dispose();
    await emulator.close();
    await start();
    await container.items.create({ id: 'c', t: 'one', d: '1' });
    expect((await since(filledAt + 30)).ids.sort()).toEqual(['b', 'c']);
    expect((await since(filledAt + 60)).ids).toEqual([]);
  });
});
