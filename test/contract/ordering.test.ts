import type { Container } from '@azure/cosmos';
import { Account, failure } from './account';

let account: Account;
let container: Container;

beforeAll(async () => {
  account = await Account.open();
  container = await account.container({
    indexingPolicy: {
      includedPaths: [{ path: '/*' }, { path: '/sparse/?' }],
      excludedPaths: [{ path: '/secret/?' }, { path: '/hidden/*' }],
      compositeIndexes: [
        [
          { path: '/a', order: 'ascending' },
          { path: '/b', order: 'descending' },
        ],
        [
          { path: '/pk', order: 'ascending' },
          { path: '/a', order: 'ascending' },
          { path: '/o/x', order: 'ascending' },
        ],
      ],
    },
  });
  const values = [
    { id: '1', a: 1, b: 1, mix: 'text', sparse: 1 },
    { id: '2', a: 1, b: 2, mix: 5 },
    { id: '3', a: 2, b: 1, mix: true, sparse: 0 },
    { id: '4', a: 2, b: 2, mix: null },
    { id: '5', a: 3, b: 1, mix: false, sparse: 2 },
  ];
  for (const value of values) await container.items.create({ pk: 'p', o: { x: 1 }, ...value });
});
afterAll(() => account.close());

const ids = async (orderBy: string, options = {}) =>
  (
    await container.items.query(`SELECT VALUE c.id FROM c WHERE c.pk = 'p' ${orderBy}`, options).fetchAll()
  ).resources.join('');

describe('ORDER BY', () => {
  it.each([
    ['ORDER BY c.id', '12345'],
    ['ORDER BY c.id DESC', '54321'],
    ['ORDER BY c.a, c.b DESC', '21435'],
    ['ORDER BY c.a DESC, c.b', '53412'],
    ['ORDER BY c.pk, c.a, c.o.x', '12345'],
    ['ORDER BY c.pk DESC, c.a DESC, c.o.x DESC', '53412'],
    ['ORDER BY c.mix', '45321'],
    ['ORDER BY c.mix DESC', '12354'],
    ['ORDER BY c.a OFFSET 1 LIMIT 2', '23'],
    ['ORDER BY c._ts', '12345'],
  ])('%s', async (orderBy, expected) => {
    expect(await ids(orderBy)).toBe(expected);
  });

  it('finds items without the property where the policy names it', async () => {
    expect(await ids('ORDER BY c.sparse')).toBe('24315');
  });

  it('keeps the order of insertion among equals', async () => {
    expect(await ids('ORDER BY c.o.x')).toBe('12345');
  });

  it('takes TOP of the ordered rows', async () => {
    const { resources } = await container.items
      .query("SELECT TOP 2 VALUE c.id FROM c WHERE c.pk = 'p' ORDER BY c.id DESC")
      .fetchAll();
    expect(resources).toEqual(['5', '4']);
  });

  it.each([
    ['two properties without a composite index', 'ORDER BY c.b, c.a'],
    ['one direction of two against the index', 'ORDER BY c.a, c.b'],
    ['a part of a composite index', 'ORDER BY c.pk, c.a'],
    ['more than a composite index', 'ORDER BY c.a, c.b DESC, c.id'],
    ['an excluded path', 'ORDER BY c.secret'],
    ['a path below an excluded one', 'ORDER BY c.hidden.x'],
    ['an expression', 'ORDER BY c.a + 1'],
    ['a constant', 'ORDER BY 1'],
  ])('refuses %s with 400', async (_what, orderBy) => {
    expect((await failure(ids(orderBy))).code).toBe(400);
  });

  it('sorts a projection and DISTINCT rows', async () => {
    const { resources } = await container.items
      .query("SELECT DISTINCT VALUE c.a FROM c WHERE c.pk = 'p' ORDER BY c.a DESC")
      .fetchAll();
    expect(resources).toEqual([3, 2, 1]);
  });
});

describe('ORDER BY an expression', () => {
  it.each(['LOWER(c.s)', 'c.n + 1', "'x'"])('such as %s is refused with 400', async (expression) => {
    const query = `SELECT * FROM c ORDER BY ${expression}`;
    expect((await failure(container.items.query(query).fetchAll())).code).toBe(400);
  });

  it('of the distance between vectors is served', async () => {
    const near = await account.container();
    for (const [id, v] of Object.entries({ far: [0, 1], near: [1, 0.1], mid: [1, 1] }))
      await near.items.create({ id, pk: 'p', v });
    const query = 'SELECT TOP 2 VALUE c.id FROM c ORDER BY VectorDistance(c.v, [1, 0])';
    expect((await near.items.query(query).fetchAll()).resources).toHaveLength(2);
  });
});

describe('continuation', () => {
  async function pages(query: string, maxItemCount: number): Promise<unknown[][]> {
    const found: unknown[][] = [];
    let continuationToken: string | undefined;
    do {
      const options = { maxItemCount, continuationToken, partitionKey: 'p' };
      const { resources, continuationToken: next } = await container.items.query(query, options).fetchNext();
      found.push(resources);
      continuationToken = next;
    } while (continuationToken);
    return found;
  }

  it.each([
    ['plain rows', 'SELECT VALUE c.id FROM c'],
    ['sorted rows', 'SELECT VALUE c.id FROM c ORDER BY c.id DESC'],
    ['rows sorted by a property of many types', 'SELECT VALUE c.id FROM c ORDER BY c.mix'],
    ['rows with equal sort keys', 'SELECT VALUE c.id FROM c ORDER BY c.o.x'],
    ['groups', 'SELECT VALUE c.id FROM c GROUP BY c.id'],
    ['distinct rows', 'SELECT DISTINCT VALUE c.id FROM c'],
    ['a composite order', 'SELECT VALUE c.id FROM c ORDER BY c.a, c.b DESC'],
  ])('gives %s in pages, each once', async (_what, query) => {
    const whole = (await container.items.query(query, { partitionKey: 'p' }).fetchAll()).resources;
    const parts = await pages(query, 2);
    expect(parts.flat()).toEqual(whole);
    expect(parts.map((page) => page.length)).toEqual([2, 2, 1]);
  });

  it('goes on within the rows that a JOIN makes of one item', async () => {
    const joined = await account.container();
    await joined.items.create({ id: 'x', pk: 'p', list: [1, 2, 3, 4, 5] });
    const query = 'SELECT VALUE n FROM c JOIN n IN c.list';
    const iterator = joined.items.query(query, { maxItemCount: 2, partitionKey: 'p' });
    const found: unknown[] = [];
    while (iterator.hasMoreResults()) found.push(...(await iterator.fetchNext()).resources);
    expect(found).toEqual([1, 2, 3, 4, 5]);
  });

  it.each([
    ['plain rows', 'SELECT VALUE c.id FROM c', ''],
    ['sorted rows', 'SELECT VALUE c.id FROM c ORDER BY c.n', ''],
  ])('neither skips nor repeats %s when items come and go between pages', async (_what, query) => {
    const moving = await account.container();
    for (let n = 1; n <= 6; n += 1) await moving.items.create({ id: `i${n}`, pk: 'p', n });
    const first = await moving.items.query(query, { maxItemCount: 3, partitionKey: 'p' }).fetchNext();
    expect(first.resources).toEqual(['i1', 'i2', 'i3']);
    await moving.item('i1', 'p').delete();
    await moving.items.create({ id: 'early', pk: 'p', n: 0 });
    const rest = await moving.items
      .query(query, { partitionKey: 'p', continuationToken: first.continuationToken })
      .fetchAll();
    expect(rest.resources.filter((id) => id !== 'early')).toEqual(['i4', 'i5', 'i6']);
  });

  it('keeps OFFSET and LIMIT over pages', async () => {
    expect((await pages('SELECT VALUE c.id FROM c ORDER BY c.id OFFSET 1 LIMIT 3', 2)).flat()).toEqual([
      '2',
      '3',
      '4',
    ]);
    expect((await pages('SELECT VALUE c.id FROM c OFFSET 1 LIMIT 3', 2)).flat()).toEqual(['2', '3', '4']);
    expect((await pages('SELECT TOP 3 VALUE c.id FROM c', 2)).flat()).toEqual(['1', '2', '3']);
  });

  it('tokens stay below 1 KB', async () => {
    const { continuationToken } = await container.items
      .query('SELECT * FROM c ORDER BY c.mix', { maxItemCount: 1, partitionKey: 'p' })
      .fetchNext();
    expect(continuationToken.length).toBeLessThan(1024);
  });

  it('tokens stay below 1 KB however long the sort keys are', async () => {
    const long = await account.container();
    for (let n = 0; n < 4; n += 1)
      await long.items.create({ id: String(n), pk: 'p', text: `${'x'.repeat(3000)}${n}` });
    const found: unknown[] = [];
    let continuationToken: string | undefined;
    do {
      const options = { maxItemCount: 1, continuationToken, partitionKey: 'p' };
      const page = await long.items
        .query('SELECT VALUE c.id FROM c ORDER BY c.text DESC', options)
        .fetchNext();
      found.push(...page.resources);
      continuationToken = page.continuationToken;
      expect((continuationToken ?? '').length).toBeLessThan(1024);
    } while (continuationToken);
    expect(found).toEqual(['3', '2', '1', '0']);
  });

  it.each([
    ['garbage', 'garbage'],
    ['JSON that is no token', Buffer.from('{"a":1}').toString('base64')],
  ])('refuses %s with 400', async (_what, continuationToken) => {
    expect(
      (
        await failure(
          container.items.query('SELECT * FROM c', { continuationToken, partitionKey: 'p' }).fetchNext(),
        )
      ).code,
    ).toBe(400);
  });

  it('refuses the token of another query with 400', async () => {
    const { continuationToken } = await container.items
      .query('SELECT * FROM c', { maxItemCount: 1, partitionKey: 'p' })
      .fetchNext();
    const other = container.items.query('SELECT * FROM c WHERE c.a = 1', {
      continuationToken,
      partitionKey: 'p',
    });
    expect((await failure(other.fetchNext())).code).toBe(400);
  });

  it('refuses a token that something was added to or taken from with 400', async () => {
    const query = (continuationToken?: string) =>
      container.items.query('SELECT * FROM c', { maxItemCount: 1, partitionKey: 'p', continuationToken });
    const { continuationToken: token } = await query().fetchNext();
    for (const broken of [`${token}x`, token.slice(0, -1), token.slice(1), `${token}${token}`])
      expect((await failure(query(broken).fetchNext())).code).toBe(400);
  });

  it('keeps a page below 4 MB', async () => {
    const large = await account.container();
    for (let n = 0; n < 4; n += 1)
      await large.items.create({ id: String(n), pk: 'p', text: 'x'.repeat(1_500_000) });
    const { resources, hasMoreResults } = await large.items
      .query('SELECT * FROM c', { partitionKey: 'p' })
      .fetchNext();
    expect(resources).toHaveLength(2);
    expect(hasMoreResults).toBe(true);
    expect(
      (await large.items.query('SELECT * FROM c', { partitionKey: 'p' }).fetchAll()).resources,
    ).toHaveLength(4);
  });

  it('lets the service choose the page with -1', async () => {
    const { resources } = await container.items
      .query('SELECT * FROM c', { maxItemCount: -1, partitionKey: 'p' })
      .fetchNext();
    expect(resources).toHaveLength(5);
  });
});
