import { type Container, PartitionKeyBuilder } from '@azure/cosmos';
import { Account, failure } from './account';

let account: Account;
let container: Container;
beforeAll(async () => {
  account = await Account.open();
  container = await account.container();
});
afterAll(() => account.close());

const path = (id = '') =>
  `/dbs/${account.database.id}/colls/${container.id}/docs${id === '' ? '' : `/${id}`}`;
const pk = (...key: unknown[]) => ({ 'x-ms-documentdb-partitionkey': JSON.stringify(key) });

describe('create', () => {
  it('answers 201 with the item and its system properties', async () => {
    const { statusCode, resource, etag, requestCharge, activityId } = await container.items.create({
      id: 'new',
      pk: 'a',
      n: 1,
    });
    expect(statusCode).toBe(201);
    expect(resource).toMatchObject({
      id: 'new',
      pk: 'a',
      n: 1,
      _attachments: 'attachments/',
      _ts: expect.any(Number),
    });
    expect(resource?._etag).toBe(etag);
    expect(resource?._etag).toMatch(/^".+"$/);
    expect(requestCharge).toBeGreaterThan(0);
    expect(activityId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('gives an id where there is none', async () => {
    const { resource } = await container.items.create({ pk: 'a' } as { id?: string; pk: string });
    expect(resource?.id).toMatch(/.+/);
  });

  it('answers 409 for an id that is there already', async () => {
    await container.items.create({ id: 'twice', pk: 'a' });
    expect((await failure(container.items.create({ id: 'twice', pk: 'a' }))).code).toBe(409);
  });

  it('allows one id in two partitions', async () => {
    await container.items.create({ id: 'shared', pk: 'a' });
    expect((await container.items.create({ id: 'shared', pk: 'b' })).statusCode).toBe(201);
  });

  it('overwrites system properties that a client sends', async () => {
    const { resource } = await container.items.create({
      id: 'sys',
      pk: 'a',
      _rid: 'x',
      _self: 'x',
      _etag: 'x',
      _ts: 1,
      _attachments: 'x',
    });
    expect(resource?._rid).not.toBe('x');
    expect(resource?._self).toMatch(/^dbs\//);
    expect(resource?._etag).not.toBe('x');
    expect(resource?._ts).toBeGreaterThan(1);
    expect(resource?._attachments).toBe('attachments/');
  });

  it('gives resource ids of 16 bytes that begin with the container and grow', async () => {
    const first = (await container.items.create({ id: 'rid1', pk: 'a' })).resource;
    const second = (await container.items.create({ id: 'rid2', pk: 'a' })).resource;
    const bytes = [first, second].map((item) =>
      Buffer.from(String(item?._rid).replaceAll('-', '/'), 'base64'),
    );
    const collection = Buffer.from(
      String((await container.read()).resource?._rid).replaceAll('-', '/'),
      'base64',
    );
    expect(bytes[0]).toHaveLength(16);
    expect(bytes[0]?.subarray(0, 8)).toEqual(collection);
    expect(Buffer.compare(bytes[0] ?? Buffer.alloc(0), bytes[1] ?? Buffer.alloc(0))).toBe(-1);
    expect(first?._self).toMatch(/\/docs\/[^/]+\/$/);
  });

  it.each([
    'a b',
    'ü',
    '100%',
    'a?b=c',
    '?first',
    'a+b&c=d',
    "it's",
    'a;b:c,d@e$f',
    '日本語',
    'trailing ',
    'x'.repeat(1023),
  ])('round-trips the id %j', async (id) => {
    await container.items.create({ id, pk: 'ids' });
    const { resource, statusCode } = await container.item(id, 'ids').read();
    expect([statusCode, resource?.id]).toEqual([200, id]);
    expect((await container.item(id, 'ids').replace({ id, pk: 'ids', n: 2 })).statusCode).toBe(200);
    expect((await container.item(id, 'ids').delete()).statusCode).toBe(204);
  });

  it('decodes each path segment once', async () => {
    await container.items.create({ id: 'a b?ü%20', pk: 'ids' });
    expect((await container.item('a b?ü%20', 'ids').read()).resource?.id).toBe('a b?ü%20');
  });

  it.each<[string, unknown]>([
    ['an id with /', { id: 'a/b', pk: 'a' }],
    ['an id with \\', { id: 'a\\b', pk: 'a' }],
    ['an empty id', { id: '', pk: 'a' }],
    ['an id that is a number', { id: 5, pk: 'a' }],
    ['an id over 1,023 bytes', { id: 'x'.repeat(1024), pk: 'a' }],
    ['no id', { pk: 'a' }],
    ['an array', [1]],
    ['text', '"text"'],
    ['malformed JSON', '{"id":'],
    ['an empty body', ''],
  ])('refuses %s with 400', async (_what, body) => {
    const answer = await account.raw('POST', path(), {
      body,
      headers: { ...pk('a'), 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'BadRequest', message: expect.any(String) });
  });

  it('refuses an item over 2 MB with 413', async () => {
    const large = { id: 'large', pk: 'a', text: 'x'.repeat(2 * 1024 * 1024) };
    expect((await failure(container.items.create(large))).code).toBe(413);
  });

  it('counts the 2 MB in UTF-8 bytes', async () => {
    const large = { id: 'large8', pk: 'a', text: 'ü'.repeat(1024 * 1024 + 1) };
    expect((await failure(container.items.create(large))).code).toBe(413);
  });

  it('takes an item just below 2 MB', async () => {
    const large = { id: 'almost', pk: 'a', text: 'x'.repeat(2 * 1024 * 1024 - 200) };
    expect((await container.items.create(large)).statusCode).toBe(201);
  });

  it('refuses nesting beyond 128 levels', async () => {
    const deep = `{"id":"deep","pk":"a","x":${'['.repeat(130)}${']'.repeat(130)}}`;
    expect((await account.raw('POST', path(), { body: deep, headers: pk('a') })).status).toBe(400);
  });

  it('keeps properties with odd names', async () => {
    const body = '{"id":"odd","pk":"a","__proto__":{"x":1},"constructor":2,"":3,"a b":4}';
    expect((await account.raw('POST', path(), { body, headers: pk('a') })).status).toBe(201);
    const { text } = await account.raw('GET', path('odd'), { headers: pk('a') });
    expect(text).toContain('"__proto__":{"x":1}');
    expect(text).toContain('"constructor":2,"":3,"a b":4');
  });
});

describe('partition keys', () => {
  const values: [string, unknown][] = [
    ['text', 'x'],
    ['empty text', ''],
    ['zero', 0],
    ['zero as text', '0'],
    ['a fraction', 1.5],
    ['true', true],
    ['false', false],
    ['null', null],
    ['nothing', undefined],
  ];

  it.each(values)('of %s are kept apart from all others', async (_what, key) => {
    await container.items.upsert({ id: 'kinds', pk: key, mark: String(key) + typeof key });
    const { resource } = await container.item('kinds', key as never).read();
    expect(resource?.mark).toBe(String(key) + typeof key);
  });

  it('that differ are different items', async () => {
    const { resources } = await container.items.query("SELECT * FROM c WHERE c.id = 'kinds'").fetchAll();
    expect(resources).toHaveLength(values.length);
  });

  it('of an object or array count as missing', async () => {
    const answer = await account.raw('POST', path(), { body: { id: 'obj', pk: { a: 1 } }, headers: pk({}) });
    expect(answer.status).toBe(201);
  });

  it.each<[string, Record<string, string>, number]>([
    ['none at all', {}, 400],
    ['another one than the body has', pk('b'), 400],
    ['too many components', pk('a', 'b'), 400],
    ['too few components', pk(), 400],
    ['malformed JSON', { 'x-ms-documentdb-partitionkey': '["a"' }, 400],
    ['no array', { 'x-ms-documentdb-partitionkey': '"a"' }, 400],
  ])('in the header: %s is refused', async (_what, headers, status) => {
    const answer = await account.raw('POST', path(), { body: { id: 'pkh', pk: 'a' }, headers });
    expect(answer.status).toBe(status);
  });

  it('that differ between header and body are refused with substatus 1001', async () => {
    const answer = await account.raw('POST', path(), { body: { id: 'pkh', pk: 'a' }, headers: pk('b') });
    expect(answer.headers.get('x-ms-substatus')).toBe('1001');
  });

  it('over 2,048 bytes are refused', async () => {
    expect((await failure(container.items.create({ id: 'longpk', pk: 'x'.repeat(2049) }))).code).toBe(400);
  });

  it('of several levels address one item', async () => {
    const levels = await account.container({
      partitionKey: { paths: ['/a', '/b', '/c'], kind: 'MultiHash', version: 2 } as never,
    });
    await levels.items.create({ id: 'x', a: 'a1', b: 2, c: true });
    expect((await levels.item('x', ['a1', 2, true]).read()).statusCode).toBe(200);
    expect((await levels.item('x', ['a1', 2, false]).read()).statusCode).toBe(404);
    const missing = new PartitionKeyBuilder().addValue('a1').addNoneValue().addNoneValue().build();
    await levels.items.create({ id: 'y', a: 'a1' });
    expect((await levels.item('y', missing).read()).statusCode).toBe(200);
  });

  it('of several levels must be complete for a point operation', async () => {
    const levels = await account.container({
      partitionKey: { paths: ['/a', '/b'], kind: 'MultiHash', version: 2 } as never,
    });
    await levels.items.create({ id: 'x', a: 'a1', b: 'b1' });
    expect((await failure(levels.item('x', ['a1']).read())).code).toBe(400);
  });

  it('may lie deeper in the item', async () => {
    const nested = await account.container({ partitionKey: { paths: ['/a/b'], version: 2 } });
    await nested.items.create({ id: 'x', a: { b: 'deep' } });
    expect((await nested.item('x', 'deep').read()).statusCode).toBe(200);
  });

  it('delete all of a logical partition at once', async () => {
    await container.items.create({ id: 'd1', pk: 'gone' });
    await container.items.create({ id: 'd2', pk: 'gone' });
    expect((await container.deleteAllItemsForPartitionKey('gone')).statusCode).toBe(200);
    const { resources } = await container.items.query("SELECT * FROM c WHERE c.pk = 'gone'").fetchAll();
    expect(resources).toEqual([]);
  });
});

describe('read', () => {
  it('answers 404 without throwing for an item that is not there', async () => {
    const { statusCode, resource } = await container.item('nowhere', 'a').read();
    expect([statusCode, resource]).toEqual([404, undefined]);
  });

  it('answers 404 under another partition key', async () => {
    await container.items.create({ id: 'mine', pk: 'a' });
    expect((await container.item('mine', 'b').read()).statusCode).toBe(404);
  });

  it('answers 404 with substatus 1003 where the container is missing', async () => {
    const answer = await account.raw('GET', `/dbs/${account.database.id}/colls/nowhere/docs/x`, {
      headers: pk('a'),
    });
    expect([answer.status, answer.headers.get('x-ms-substatus')]).toEqual([404, '1003']);
    expect(answer.body.code).toBe('NotFound');
  });

  it('answers 304 when the etag is known', async () => {
    const { etag } = await container.items.create({ id: 'known', pk: 'a' });
    const { statusCode } = await container
      .item('known', 'a')
      .read({ accessCondition: { type: 'IfNoneMatch', condition: etag } });
    expect(statusCode).toBe(304);
  });

  it('answers 200 when the etag is old', async () => {
    await container.items.create({ id: 'old', pk: 'a' });
    const { statusCode } = await container
      .item('old', 'a')
      .read({ accessCondition: { type: 'IfNoneMatch', condition: '"x"' } });
    expect(statusCode).toBe(200);
  });

  it('needs a partition key', async () => {
    expect((await account.raw('GET', path('mine'))).status).toBe(400);
  });

  it('finds an item by its resource id', async () => {
    const { resource } = await container.items.create({ id: 'byrid', pk: 'a' });
    const answer = await account.raw('GET', `/${String(resource?._self).replace(/\/$/, '')}`, {
      headers: pk('a'),
    });
    expect([answer.status, answer.body.id]).toEqual([200, 'byrid']);
  });

  it('costs 1 for 1 KB and about 10 for 100 KB', async () => {
    await container.items.create({ id: 'kb1', pk: 'a', text: 'x'.repeat(700) });
    await container.items.create({ id: 'kb100', pk: 'a', text: 'x'.repeat(100 * 1024 - 300) });
    expect((await container.item('kb1', 'a').read()).requestCharge).toBeCloseTo(1, 1);
    expect((await container.item('kb100', 'a').read()).requestCharge).toBeCloseTo(10, 0);
  });
});

describe('upsert', () => {
  it('answers 201 for a new item and 200 for one that was there', async () => {
    expect((await container.items.upsert({ id: 'up', pk: 'a', n: 1 })).statusCode).toBe(201);
    expect((await container.items.upsert({ id: 'up', pk: 'a', n: 2 })).statusCode).toBe(200);
    expect((await container.item('up', 'a').read()).resource?.n).toBe(2);
  });

  it('keeps the resource id and changes the etag, even when nothing differs', async () => {
    const first = (await container.items.upsert({ id: 'same', pk: 'a' })).resource;
    const second = (await container.items.upsert({ id: 'same', pk: 'a' })).resource;
    expect(second?._rid).toBe(first?._rid);
    expect(second?._etag).not.toBe(first?._etag);
  });

  it('honours If-Match when the item exists', async () => {
    const { etag } = await container.items.upsert({ id: 'match', pk: 'a' });
    const stale = { accessCondition: { type: 'IfMatch', condition: '"stale"' } };
    expect((await failure(container.items.upsert({ id: 'match', pk: 'a' }, stale))).code).toBe(412);
    const fresh = { accessCondition: { type: 'IfMatch', condition: etag } };
    expect((await container.items.upsert({ id: 'match', pk: 'a' }, fresh)).statusCode).toBe(200);
  });

  it('ignores If-Match when the item does not exist', async () => {
    const stale = { accessCondition: { type: 'IfMatch', condition: '"stale"' } };
    expect((await container.items.upsert({ id: 'fresh', pk: 'a' }, stale)).statusCode).toBe(201);
  });

  it('answers without a body where the client wants none, but with the etag', async () => {
    const headers = { ...pk('a'), 'x-ms-documentdb-is-upsert': 'True', prefer: 'return=minimal' };
    const answer = await account.raw('POST', path(), { body: { id: 'min', pk: 'a' }, headers });
    expect([answer.status, answer.text]).toEqual([201, '']);
    expect(answer.headers.get('etag')).toMatch(/^"/);
  });
});

describe('replace', () => {
  it('answers 404 for an item that is not there', async () => {
    expect((await failure(container.item('nowhere', 'a').replace({ id: 'nowhere', pk: 'a' }))).code).toBe(
      404,
    );
  });

  it('checks 404 before 412', async () => {
    const stale = { accessCondition: { type: 'IfMatch', condition: '"x"' } };
    expect(
      (await failure(container.item('nowhere', 'a').replace({ id: 'nowhere', pk: 'a' }, stale))).code,
    ).toBe(404);
  });

  it('answers 412 for a stale etag and 200 for * or the current one', async () => {
    const { etag } = await container.items.create({ id: 'rep', pk: 'a' });
    const item = container.item('rep', 'a');
    const when = (condition: string) => ({ accessCondition: { type: 'IfMatch', condition } });
    expect((await failure(item.replace({ id: 'rep', pk: 'a' }, when('"x"')))).code).toBe(412);
    expect((await item.replace({ id: 'rep', pk: 'a' }, when(etag))).statusCode).toBe(200);
    expect((await item.replace({ id: 'rep', pk: 'a' }, when('*'))).statusCode).toBe(200);
  });

  it('cannot move an item to another partition', async () => {
    await container.items.create({ id: 'stay', pk: 'a' });
    expect((await failure(container.item('stay', 'a').replace({ id: 'stay', pk: 'b' }))).code).toBe(400);
  });

  it('renames an item whose body has another id', async () => {
    await container.items.create({ id: 'before', pk: 'a' });
    expect((await container.item('before', 'a').replace({ id: 'after', pk: 'a' })).statusCode).toBe(200);
    expect((await container.item('before', 'a').read()).statusCode).toBe(404);
    expect((await container.item('after', 'a').read()).statusCode).toBe(200);
  });

  it('cannot rename onto an item that is there', async () => {
    await container.items.create({ id: 'r1', pk: 'a' });
    await container.items.create({ id: 'r2', pk: 'a' });
    expect((await failure(container.item('r1', 'a').replace({ id: 'r2', pk: 'a' }))).code).toBe(409);
  });

  it('loses properties that the body does not have', async () => {
    await container.items.create({ id: 'shrink', pk: 'a', x: 1 });
    const { resource } = await container.item('shrink', 'a').replace({ id: 'shrink', pk: 'a' });
    expect(resource).not.toHaveProperty('x');
  });
});

describe('delete', () => {
  it('answers 204, then 404', async () => {
    await container.items.create({ id: 'del', pk: 'a' });
    expect((await container.item('del', 'a').delete()).statusCode).toBe(204);
    expect((await failure(container.item('del', 'a').delete())).code).toBe(404);
  });

  it('answers 412 for a stale etag', async () => {
    await container.items.create({ id: 'delm', pk: 'a' });
    const stale = { accessCondition: { type: 'IfMatch', condition: '"x"' } };
    expect((await failure(container.item('delm', 'a').delete(stale))).code).toBe(412);
  });

  it('frees the id', async () => {
    await container.items.create({ id: 'again', pk: 'a' });
    await container.item('again', 'a').delete();
    expect((await container.items.create({ id: 'again', pk: 'a' })).statusCode).toBe(201);
  });
});

describe('unique keys', () => {
  const policy = { uniqueKeyPolicy: { uniqueKeys: [{ paths: ['/mail'] }, { paths: ['/a', '/b'] }] } };

  it('refuse a second item of the logical partition with 409, on every way of writing', async () => {
    const unique = await account.container(policy);
    await unique.items.create({ id: '1', pk: 'a', mail: 'x', a: 1, b: 1 });
    expect((await failure(unique.items.create({ id: '2', pk: 'a', mail: 'x', a: 2, b: 2 }))).code).toBe(409);
    expect((await failure(unique.items.upsert({ id: '2', pk: 'a', mail: 'x', a: 2, b: 2 }))).code).toBe(409);
    await unique.items.create({ id: '3', pk: 'a', mail: 'y', a: 3, b: 3 });
    expect(
      (await failure(unique.item('3', 'a').replace({ id: '3', pk: 'a', mail: 'x', a: 3, b: 3 }))).code,
    ).toBe(409);
    expect(
      (await failure(unique.item('3', 'a').patch([{ op: 'set', path: '/mail', value: 'x' }]))).code,
    ).toBe(409);
  });

  it('hold within a logical partition only, and are case-sensitive', async () => {
    const unique = await account.container(policy);
    await unique.items.create({ id: '1', pk: 'a', mail: 'x', a: 1, b: 1 });
    expect((await unique.items.create({ id: '1', pk: 'b', mail: 'x', a: 1, b: 1 })).statusCode).toBe(201);
    expect((await unique.items.create({ id: '2', pk: 'a', mail: 'X', a: 1, b: 2 })).statusCode).toBe(201);
  });

  it('count a missing value as null, several paths together', async () => {
    const unique = await account.container(policy);
    await unique.items.create({ id: '1', pk: 'a', a: 1, b: 1 });
    expect((await failure(unique.items.create({ id: '2', pk: 'a', mail: null, a: 2, b: 2 }))).code).toBe(409);
    expect((await failure(unique.items.create({ id: '3', pk: 'a', mail: 'z', a: 1, b: 1 }))).code).toBe(409);
  });

  it('are free again once the item is deleted', async () => {
    const unique = await account.container(policy);
    await unique.items.create({ id: '1', pk: 'a', mail: 'x' });
    await unique.item('1', 'a').delete();
    expect((await unique.items.create({ id: '2', pk: 'a', mail: 'x' })).statusCode).toBe(201);
  });
});

describe('read feed', () => {
  it('gives every item page by page', async () => {
    const feed = await account.container();
    for (let i = 0; i < 5; i += 1) await feed.items.create({ id: String(i), pk: String(i) });
    const feedPath = `/dbs/${account.database.id}/colls/${feed.id}/docs`;
    const first = await account.raw('GET', feedPath, { headers: { 'x-ms-max-item-count': '3' } });
    expect([first.status, first.body._count]).toEqual([200, 3]);
    const token = first.headers.get('x-ms-continuation') ?? '';
    const second = await account.raw('GET', feedPath, {
      headers: { 'x-ms-max-item-count': '3', 'x-ms-continuation': token },
    });
    expect(second.body._count).toBe(2);
    expect(second.headers.get('x-ms-continuation')).toBeNull();
  });

  it('is what readAll gives', async () => {
    const feed = await account.container();
    await feed.items.create({ id: 'x', pk: 'a' });
    expect((await feed.items.readAll().fetchAll()).resources).toHaveLength(1);
  });
});
