import { type ChangeFeedIteratorOptions, ChangeFeedStartFrom, type Container } from '@azure/cosmos';
import { Account, onEmulator } from './account';

let nowMs = Date.UTC(2026, 0, 1);
let account: Account;
beforeAll(async () => {
  account = await Account.open({ now: () => nowMs });
});
afterAll(() => account.close());

async function drain(
  container: Container,
  options: ChangeFeedIteratorOptions,
): Promise<{ ids: string[]; token: string }> {
  const iterator = container.items.getChangeFeedIterator(options);
  const ids: string[] = [];
  for (;;) {
    const page = await iterator.readNext();
    if (page.statusCode === 304) return { ids, token: page.continuationToken };
    ids.push(...page.result.map((item: { id: string }) => item.id));
  }
}

const beginning = { changeFeedStartFrom: ChangeFeedStartFrom.Beginning() };
const path = (container: Container) => `/dbs/${account.database.id}/colls/${container.id}/docs`;
const feedHeaders = { 'a-im': 'Incremental Feed' };

describe('the change feed', () => {
  it('gives every item once, in its last version, in the order of writes', async () => {
    const container = await account.container();
    for (const id of ['a', 'b', 'c']) await container.items.create({ id, pk: id, n: 1 });
    await container.items.upsert({ id: 'a', pk: 'a', n: 2 });
    const iterator = container.items.getChangeFeedIterator<{ id: string; n: number; _lsn: number }>(
      beginning,
    );
    const page = await iterator.readNext();
    expect(page.result.map(({ id, n }) => [id, n])).toEqual([
      ['b', 1],
      ['c', 1],
      ['a', 2],
    ]);
    const lsns = page.result.map(({ _lsn }) => _lsn);
    expect(lsns).toEqual([...lsns].sort((x, y) => x - y));
    expect(page.result[0]).toMatchObject({
      _rid: expect.any(String),
      _etag: expect.any(String),
      _ts: expect.any(Number),
    });
  });

  it('does not show deleted items', async () => {
    const container = await account.container();
    await container.items.create({ id: 'a', pk: 'a' });
    await container.items.create({ id: 'b', pk: 'b' });
    await container.item('a', 'a').delete();
    expect((await drain(container, beginning)).ids).toEqual(['b']);
  });

  it('comes in pages of the size asked for', async () => {
    const container = await account.container();
    for (let n = 0; n < 5; n += 1) await container.items.create({ id: String(n), pk: 'p' });
    const iterator = container.items.getChangeFeedIterator({ ...beginning, maxItemCount: 2 });
    const sizes = [];
    for (let page = await iterator.readNext(); page.statusCode !== 304; page = await iterator.readNext())
      sizes.push(page.count);
    expect(sizes).toEqual([2, 2, 1]);
  });

  it('goes on from a continuation', async () => {
    const container = await account.container();
    await container.items.create({ id: 'a', pk: 'a' });
    const { token } = await drain(container, beginning);
    await container.items.create({ id: 'b', pk: 'b' });
    const next = await drain(container, { changeFeedStartFrom: ChangeFeedStartFrom.Continuation(token) });
    expect(next.ids).toEqual(['b']);
  });

  it('from now shows only what comes later, and nothing of it is lost', async () => {
    const container = await account.container();
    await container.items.create({ id: 'before', pk: 'a' });
    const iterator = container.items.getChangeFeedIterator({
      changeFeedStartFrom: ChangeFeedStartFrom.Now(),
    });
    expect((await iterator.readNext()).statusCode).toBe(304);
    await container.items.create({ id: 'after', pk: 'a' });
    expect((await iterator.readNext()).result.map(({ id }: { id: string }) => id)).toEqual(['after']);
  });

  onEmulator(
    'from a time shows what was written in later seconds (on an emulator: its clock is set)',
    async () => {
      const container = await account.container();
      const start = new Date(nowMs);
      await container.items.create({ id: 'same second', pk: 'a' });
      nowMs += 2_000;
      await container.items.create({ id: 'later', pk: 'a' });
      const iterator = container.items.getChangeFeedIterator({
        changeFeedStartFrom: ChangeFeedStartFrom.Time(start),
        maxItemCount: 1,
      });
      expect((await iterator.readNext()).result.map(({ id }: { id: string }) => id)).toEqual(['later']);
      nowMs += 2_000;
      await container.items.create({ id: 'last', pk: 'a' });
      expect((await iterator.readNext()).result.map(({ id }: { id: string }) => id)).toEqual(['last']);
    },
  );

  it('of a partition key shows that key alone', async () => {
    const container = await account.container({ throughput: 20_000 });
    for (const id of ['a', 'b', 'c', 'd']) await container.items.create({ id, pk: id });
    expect((await drain(container, { changeFeedStartFrom: ChangeFeedStartFrom.Beginning('c') })).ids).toEqual(
      ['c'],
    );
  });

  it('of a prefix of a hierarchical key shows every item below it', async () => {
    const container = await account.container({
      partitionKey: { paths: ['/t', '/d', '/h'], kind: 'MultiHash', version: 2 } as never,
    });
    for (const [id, t, d] of [
      ['1', 'a', 'x'],
      ['2', 'b', 'x'],
      ['3', 'a', 'y'],
      ['4', 'a', 'x'],
    ])
      await container.items.create({ id, t, d, h: id });
    expect(
      (await drain(container, { changeFeedStartFrom: ChangeFeedStartFrom.Beginning(['a']) })).ids,
    ).toEqual(['1', '3', '4']);
    expect(
      (await drain(container, { changeFeedStartFrom: ChangeFeedStartFrom.Beginning(['a', 'x']) })).ids,
    ).toEqual(['1', '4']);
    expect(
      (await drain(container, { changeFeedStartFrom: ChangeFeedStartFrom.Beginning(['a', 'y', '3']) })).ids,
    ).toEqual(['3']);
  });

  it('of feed ranges shows all of the container, each item once', async () => {
    const container = await account.container({ throughput: 30_000 });
    for (let n = 0; n < 20; n += 1) await container.items.create({ id: String(n), pk: `p${n}` });
    const ranges = await container.getFeedRanges();
    expect(ranges.length).toBe(3);
    const parts = await Promise.all(
      ranges.map((range) => drain(container, { changeFeedStartFrom: ChangeFeedStartFrom.Beginning(range) })),
    );
    const ids = parts.flatMap((part) => part.ids);
    expect(new Set(ids).size).toBe(20);
    expect(ids).toHaveLength(20);
    expect(parts.filter((part) => part.ids.length > 0).length).toBeGreaterThan(1);
  });

  it('over several physical partitions shows everything', async () => {
    const container = await account.container({ throughput: 20_000 });
    for (let n = 0; n < 20; n += 1) await container.items.create({ id: String(n), pk: `p${n}` });
    const iterator = container.items.getChangeFeedIterator(beginning);
    const ids = new Set<string>();
    for (let quiet = 0; quiet < 2; ) {
      const page = await iterator.readNext();
      if (page.statusCode === 304) quiet += 1;
      else for (const { id } of page.result) ids.add(id);
    }
    expect(ids.size).toBe(20);
  });

  it('of the older iterator begins now or at the beginning', async () => {
    const container = await account.container();
    await container.items.create({ id: 'a', pk: 'p' });
    const all = container.items.changeFeed('p', { startFromBeginning: true });
    expect((await all.fetchNext()).result.map(({ id }: { id: string }) => id)).toEqual(['a']);
    const now = container.items.changeFeed('p', {});
    expect((await now.fetchNext()).statusCode).toBe(304);
    await container.items.create({ id: 'b', pk: 'p' });
    expect((await now.fetchNext()).result.map(({ id }: { id: string }) => id)).toEqual(['b']);
  });

  it('answers 304 with an etag and no body when there is nothing new', async () => {
    const container = await account.container();
    const answer = await account.raw('GET', path(container), { headers: feedHeaders });
    expect([answer.status, answer.text]).toEqual([304, '']);
    expect(answer.headers.get('etag')).toBe('"0"');
  });

  it('moves its etag on with deletes too', async () => {
    const container = await account.container();
    await container.items.create({ id: 'a', pk: 'p' });
    const before = (
      await account.raw('GET', path(container), { headers: { ...feedHeaders, 'if-none-match': '*' } })
    ).headers.get('etag');
    await container.item('a', 'p').delete();
    const after = (
      await account.raw('GET', path(container), { headers: { ...feedHeaders, 'if-none-match': '*' } })
    ).headers.get('etag');
    expect(Number(after?.replaceAll('"', ''))).toBeGreaterThan(Number(before?.replaceAll('"', '')));
  });

  it('lets the etag win over the time', async () => {
    const container = await account.container();
    await container.items.create({ id: 'a', pk: 'p' });
    const first = await account.raw('GET', path(container), { headers: feedHeaders });
    const headers = {
      ...feedHeaders,
      'if-none-match': first.headers.get('etag') ?? '',
      'if-modified-since': new Date(0).toUTCString(),
    };
    expect((await account.raw('GET', path(container), { headers })).status).toBe(304);
  });

  it.each([
    ['a token that is none', { 'if-none-match': '"abc"' }],
    ['a time that is none', { 'if-modified-since': 'yesterday' }],
    [
      'an effective key that is none',
      { 'x-ms-documentdb-partitionkeyrangeid': '0', 'x-ms-start-epk': 'xyz', 'x-ms-end-epk': 'FF' },
    ],
    ['a page size of 0', { 'x-ms-max-item-count': '0' }],
    ['the full-fidelity mode', { 'a-im': 'Full-Fidelity Feed' }],
  ])('refuses %s with 400', async (_what, headers) => {
    const container = await account.container();
    expect(
      (await account.raw('GET', path(container), { headers: { ...feedHeaders, ...headers } })).status,
    ).toBe(400);
  });

  it('keeps the items of a batch together in order', async () => {
    const container = await account.container();
    await container.items.batch(
      ['x', 'y', 'z'].map((id) => ({ operationType: 'Create' as const, resourceBody: { id, pk: 'p' } })),
      'p',
    );
    expect((await drain(container, beginning)).ids).toEqual(['x', 'y', 'z']);
  });

  it('gives the items of a batch one _lsn, and all of them on one page', async () => {
    const container = await account.container();
    await container.items.create({ id: 'a', pk: 'p' });
    await container.items.batch(
      [
        { operationType: 'Create', resourceBody: { id: 'b', pk: 'p' } },
        { operationType: 'Upsert', resourceBody: { id: 'a', pk: 'p', n: 1 } },
        { operationType: 'Create', resourceBody: { id: 'c', pk: 'p' } },
        { operationType: 'Upsert', resourceBody: { id: 'b', pk: 'p', n: 1 } },
      ],
      'p',
    );
    await container.items.create({ id: 'd', pk: 'p' });
    const iterator = container.items.getChangeFeedIterator<{ id: string; _lsn: number }>({
      ...beginning,
      maxItemCount: 1,
    });
    const first = await iterator.readNext();
    expect(first.result.map(({ id }) => id)).toEqual(['a', 'c', 'b']);
    expect(new Set(first.result.map(({ _lsn }) => _lsn)).size).toBe(1);
    expect((await iterator.readNext()).result.map(({ id }) => id)).toEqual(['d']);
    expect((await iterator.readNext()).statusCode).toBe(304);
  });
});
