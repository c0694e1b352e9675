import type { Container, FeedOptions } from '@azure/cosmos';
import { Account, failure } from './account';

let account: Account;
let container: Container;
let levels: Container;
const count = 40;

beforeAll(async () => {
  account = await Account.open();
  container = await account.container({ throughput: 30_000 });
  levels = await account.container({
    throughput: 20_000,
    partitionKey: { paths: ['/t', '/d'], kind: 'MultiHash', version: 2 } as never,
  });
  for (let n = 0; n < count; n += 1) {
    await container.items.create({
      id: `i${String(n).padStart(2, '0')}`,
      pk: `p${n % 10}`,
      n,
      g: n % 4,
      h: (n % 4) + 1,
      s: `s${n}`,
    });
    await levels.items.create({
      id: `i${n}`,
      t: `t${n % 8}`,
      d: `2025-01-${String((n % 5) + 1).padStart(2, '0')}`,
      n,
    });
  }
});
afterAll(() => account.close());

const rows = async (query: string, options: FeedOptions = {}, from = container) =>
  (await from.items.query(query, options).fetchAll()).resources;

const raw = (query: string, headers: Record<string, string> = {}) =>
  account.raw('POST', `/dbs/${account.database.id}/colls/${container.id}/docs`, {
    body: { query },
    headers: {
      'content-type': 'application/query+json',
      'x-ms-documentdb-isquery': 'true',
      'x-ms-documentdb-query-enablecrosspartition': 'true',
      ...headers,
    },
  });

describe('a query over several physical partitions', () => {
  it('of plain filters is answered directly', async () => {
    const answer = await raw('SELECT VALUE c.id FROM c WHERE c.n >= 30');
    expect([answer.status, answer.body._count]).toEqual([200, 10]);
  });

  it.each([
    'SELECT * FROM c ORDER BY c.n',
    'SELECT VALUE COUNT(1) FROM c',
    'SELECT DISTINCT c.g FROM c',
    'SELECT c.g, COUNT(1) AS k FROM c GROUP BY c.g',
    'SELECT TOP 3 * FROM c',
    'SELECT * FROM c OFFSET 1 LIMIT 2',
  ])('is refused by the gateway with its plan: %s', async (query) => {
    const answer = await raw(query);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-ms-substatus')).toBe('1004');
    expect(JSON.parse(String(answer.body.additionalErrorInfo))).toMatchObject({
      partitionedQueryExecutionInfoVersion: 2,
      queryInfo: { rewrittenQuery: expect.stringMatching(/^SELECT /) },
      queryRanges: [expect.objectContaining({ isMinInclusive: true })],
    });
  });

  it.each([
    ['ORDER BY c.n', Array.from({ length: count }, (_, n) => n)],
    ['ORDER BY c.n DESC', Array.from({ length: count }, (_, n) => count - 1 - n)],
  ])('is merged in order by the client: %s', async (orderBy, expected) => {
    expect(await rows(`SELECT VALUE c.n FROM c ${orderBy}`)).toEqual(expected);
  });

  it.each<[string, unknown[]]>([
    ['SELECT VALUE SUM(c.n) FROM c WHERE c.n = 5', [5]],
    ['SELECT VALUE AVG(c.n) FROM c WHERE c.n = 5', [5]],
    ['SELECT VALUE MIN(c.n) FROM c WHERE c.n = 5', [5]],
    ['SELECT VALUE MAX(c.n) FROM c WHERE c.n = 5', [5]],
    ['SELECT VALUE COUNT(1) FROM c WHERE c.n = 5', [1]],
    ['SELECT VALUE COUNT(1) FROM c', [count]],
    ['SELECT VALUE SUM(c.n) FROM c', [780]],
    ['SELECT VALUE AVG(c.n) FROM c', [19.5]],
    ['SELECT VALUE MIN(c.n) FROM c', [0]],
    ['SELECT VALUE MAX(c.n) FROM c WHERE c.n < 20', [19]],
    ['SELECT COUNT(1) AS k, MAX(c.n) AS m FROM c', [{ k: count, m: 39 }]],
    ['SELECT VALUE COUNTIF(c.n < 7) FROM c', [7]],
    ['SELECT VALUE MAKELIST(c.n) FROM c WHERE c.n IN (3)', [[3]]],
    ['SELECT MAKESET(c.pk) AS p FROM c WHERE c.pk = "p1" OR c.n = 1', [{ p: ['p1'] }]],
    ['SELECT TOP 3 VALUE c.n FROM c ORDER BY c.n DESC', [39, 38, 37]],
    ['SELECT VALUE c.n FROM c ORDER BY c.n OFFSET 5 LIMIT 3', [5, 6, 7]],
    // The client drops what is falsy from distinct rows, so the values begin at 1.
    ['SELECT DISTINCT VALUE c.h FROM c ORDER BY c.h', [1, 2, 3, 4]],
    ['SELECT VALUE c.n FROM c WHERE c.g = 1 ORDER BY c.n DESC OFFSET 0 LIMIT 2', [37, 33]],
    [
      'SELECT c.id AS name, c.n FROM c WHERE c.n < 2 ORDER BY c.n',
      [
        { name: 'i00', n: 0 },
        { name: 'i01', n: 1 },
      ],
    ],
  ])('is merged by the client: %s', async (query, expected) => {
    expect(await rows(query)).toEqual(expected);
  });

  it.each<[string, unknown[]]>([
    [
      'SELECT c.g, COUNT(1) AS k FROM c GROUP BY c.g',
      [
        { g: 0, k: 10 },
        { g: 1, k: 10 },
        { g: 2, k: 10 },
        { g: 3, k: 10 },
      ],
    ],
    [
      'SELECT c.g, AVG(c.n) AS a FROM c GROUP BY c.g',
      [
        { g: 0, a: 18 },
        { g: 1, a: 19 },
        { g: 2, a: 20 },
        { g: 3, a: 21 },
      ],
    ],
    ['SELECT VALUE COUNT(1) FROM c GROUP BY c.g', [10, 10, 10, 10]],
    ['SELECT DISTINCT VALUE c.h FROM c', [1, 2, 3, 4]],
  ])('is merged by the client, in any order: %s', async (query, expected) => {
    const sorted = (values: unknown[]) => values.map((value) => JSON.stringify(value)).sort();
    expect(sorted(await rows(query))).toEqual(sorted(expected));
  });

  it.each([
    ['TOP', 'SELECT TOP 3 * FROM c', 3],
    ['OFFSET LIMIT', 'SELECT * FROM c OFFSET 2 LIMIT 5', 5],
  ])('keeps to %s', async (_what, query, length) => {
    expect(await rows(query)).toHaveLength(length);
  });

  it('is answered directly under a partition key', async () => {
    expect(await rows('SELECT VALUE c.n FROM c ORDER BY c.n DESC', { partitionKey: 'p3' })).toEqual([
      33, 23, 13, 3,
    ]);
    expect(await rows('SELECT VALUE COUNT(1) FROM c', { partitionKey: 'p3' })).toEqual([4]);
  });

  it('is answered directly where WHERE names one partition', async () => {
    const answer = await raw("SELECT VALUE c.n FROM c WHERE c.pk = 'p3' ORDER BY c.n");
    expect([answer.status, answer.body.Documents]).toEqual([200, [3, 13, 23, 33]]);
  });

  it('counts distinct values within one partition, and refuses to over several', async () => {
    const text = 'SELECT VALUE COUNT(1) FROM (SELECT DISTINCT VALUE c.g FROM c WHERE c.pk = "p1") AS d';
    const distinct = await rows('SELECT DISTINCT VALUE c.g FROM c WHERE c.pk = "p1"');
    expect(await rows(text)).toEqual([distinct.length]);
    expect((await raw('SELECT VALUE COUNT(1) FROM (SELECT DISTINCT VALUE c.g FROM c)')).status).toBe(400);
  });

  it('of a composition of aggregates is refused', async () => {
    expect((await failure(rows('SELECT VALUE SUM(c.n) / COUNT(1) FROM c'))).code).toBe(400);
  });

  it('runs by its plan where the client forces it', async () => {
    expect(await rows('SELECT VALUE c.n FROM c ORDER BY c.n', { forceQueryPlan: true })).toHaveLength(count);
    expect(await rows('SELECT * FROM c WHERE c.n < 5', { forceQueryPlan: true })).toHaveLength(5);
  });

  it('reads one range where the client names it', async () => {
    const { resources: ranges } = await container.readPartitionKeyRanges().fetchAll();
    const counts = await Promise.all(
      ranges.map(
        async ({ id }) =>
          (await raw('SELECT * FROM c', { 'x-ms-documentdb-partitionkeyrangeid': id })).body._count,
      ),
    );
    expect((counts as number[]).reduce((sum, value) => sum + value, 0)).toBe(count);
    expect(counts.filter((value) => value !== 0).length).toBeGreaterThan(1);
  });

  it('costs more than one over a single partition', async () => {
    const wide = await container.items.query('SELECT * FROM c WHERE c.n = 1').fetchAll();
    const narrow = await container.items.query("SELECT * FROM c WHERE c.n = 1 AND c.pk = 'p1'").fetchAll();
    expect(wide.requestCharge).toBeGreaterThan(narrow.requestCharge);
  });

  it.each([
    'SELECT VALUE c.n FROM c',
    'SELECT VALUE c.n FROM c ORDER BY c.n',
    'SELECT VALUE c.n FROM c ORDER BY c.s DESC',
  ])('gives a continuation where the client takes control of it: %s', async (query) => {
    const whole = await rows(query, { forceQueryPlan: true });
    const found: unknown[] = [];
    let continuationToken: string | undefined;
    do {
      const options = { enableQueryControl: true, forceQueryPlan: true, maxItemCount: 7, continuationToken };
      const page = await container.items.query(query, options).fetchNext();
      found.push(...(page.resources ?? []));
      continuationToken = page.continuationToken;
    } while (continuationToken);
    // Without ORDER BY the client may ask the partitions in any order.
    const comparable = (values: unknown[]) => (query.includes('ORDER BY') ? values : [...values].sort());
    expect(comparable(found)).toEqual(comparable(whole));
  });

  it('is refused where the client switched it off', async () => {
    const off = { 'x-ms-documentdb-query-enablecrosspartition': 'false' };
    expect((await raw('SELECT * FROM c', off)).status).toBe(400);
    expect((await raw("SELECT * FROM c WHERE c.pk = 'p1'", off)).status).toBe(200);
  });

  it('answers 410/1002 for a range that does not exist, so that clients read the ranges anew', async () => {
    const answer = await raw('SELECT * FROM c', { 'x-ms-documentdb-partitionkeyrangeid': '77' });
    expect([answer.status, answer.headers.get('x-ms-substatus')]).toEqual([410, '1002']);
  });

  it('refuses what is no range with 400', async () => {
    expect((await raw('SELECT * FROM c', { 'x-ms-documentdb-partitionkeyrangeid': 'x' })).status).toBe(400);
  });
});

describe('a hierarchical partition key', () => {
  it('serves a prefix in WHERE from one physical partition, sorted', async () => {
    expect(await rows("SELECT VALUE c.n FROM c WHERE c.t = 't3' ORDER BY c.n DESC", {}, levels)).toEqual([
      35, 27, 19, 11, 3,
    ]);
  });

  it('serves a prefix and a range on the next level', async () => {
    const query = "SELECT VALUE c.n FROM c WHERE c.t = 't3' AND c.d >= '2025-01-02' AND c.d < '2025-01-04'";
    expect((await rows(query, {}, levels)).sort((a, b) => a - b)).toEqual([11, 27]);
  });

  it.each([
    ["c.t = 't3' AND c.d > '2025-01-02'", [3, 19, 27]],
    ["c.t = 't3' AND c.d BETWEEN '2025-01-02' AND '2025-01-03'", [11, 27]],
    ["c.t = 't3' AND STARTSWITH(c.d, '2025-01-0')", [3, 11, 19, 27, 35]],
    ["c.t IN ('t3', 't4') AND c.d = '2025-01-05'", [4, 19]],
    ["c.t = 't3' AND c.d = '2025-01-05'", [19]],
    ["c.t = 't3' OR c.t = 't4'", [3, 4, 11, 12, 19, 20, 27, 28, 35, 36]],
    ["'t3' = c.t AND '2025-01-04' <= c.d", [3, 19]],
    ["c.t = 't3' AND c.d > 5", []],
    ["c.t = 't3' AND NOT (c.d = '2025-01-05')", [3, 11, 27, 35]],
  ])('finds by %s', async (where, expected) => {
    const found = await rows(`SELECT VALUE c.n FROM c WHERE ${where}`, {}, levels);
    expect(found.sort((a, b) => a - b)).toEqual(expected);
  });

  it('refuses a partial key as the partitionKey option', async () => {
    const { code } = await failure(rows('SELECT * FROM c', { partitionKey: ['t3'] }, levels));
    expect(code).toBe(400);
  });

  it('refuses it with substatus 1001', async () => {
    const answer = await account.raw('POST', `/dbs/${account.database.id}/colls/${levels.id}/docs`, {
      body: { query: 'SELECT * FROM c' },
      headers: {
        'content-type': 'application/query+json',
        'x-ms-documentdb-isquery': 'true',
        'x-ms-documentdb-partitionkey': '["t3"]',
      },
    });
    expect([answer.status, answer.headers.get('x-ms-substatus')]).toEqual([400, '1001']);
  });

  it('does not charge a tenant for what others hold', async () => {
    const own = await account.container({
      partitionKey: { paths: ['/t', '/d'], kind: 'MultiHash', version: 2 } as never,
    });
    await own.items.create({ id: '1', t: 'mine', d: '1' });
    const charge = async () =>
      (await own.items.query("SELECT * FROM c WHERE c.t = 'mine'").fetchAll()).requestCharge;
    const before = await charge();
    await Promise.all(
      Array.from({ length: 50 }, (_, n) => own.items.create({ id: `o${n}`, t: 'other', d: String(n) })),
    );
    expect(await charge()).toBe(before);
  });
});

describe('throughput that grows', () => {
  it('splits physical partitions; the old range is gone with 410/1002 and nothing is lost', async () => {
    const growing = await account.container();
    for (let n = 0; n < 10; n += 1) await growing.items.create({ id: `i${n}`, pk: `p${n}` });
    const { offer, resource } = await growing.readOffer();
    await offer?.replace({
      ...resource,
      content: { ...resource?.content, offerThroughput: 20_000 },
    } as never);
    const { resources: ranges } = await growing.readPartitionKeyRanges().fetchAll();
    expect(ranges).toHaveLength(2);
    expect(ranges.map(({ parents }) => parents)).toEqual([['0'], ['0']]);
    expect(await rows('SELECT VALUE COUNT(1) FROM c', {}, growing)).toEqual([10]);
    const gone = await account.raw('GET', `/dbs/${account.database.id}/colls/${growing.id}/docs`, {
      headers: { 'x-ms-documentdb-partitionkeyrangeid': '0' },
    });
    expect([gone.status, gone.headers.get('x-ms-substatus')]).toEqual([410, '1002']);
  });
});
