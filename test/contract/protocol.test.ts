import { request } from 'node:http';
import { connect } from 'node:net';
import { type Container, CosmosClient } from '@azure/cosmos';
import { Account, failure, onEmulator, sign } from './account';

let account: Account;
let container: Container;
beforeAll(async () => {
  account = await Account.open();
  container = await account.container();
  await container.items.create({ id: 'x', pk: 'p' });
});
afterAll(() => account.close());

const path = (rest = '') => `/dbs/${account.database.id}/colls/${container.id}${rest}`;
const pk = { 'x-ms-documentdb-partitionkey': '["p"]' };

describe('the account', () => {
  it('describes itself', async () => {
    const { status, body } = await account.raw('GET', '/');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      _self: '',
      _dbs: '//dbs/',
      media: '//media/',
      addresses: '//addresses/',
      writableLocations: [
        { name: expect.any(String), databaseAccountEndpoint: expect.stringMatching(/^https?:/) },
      ],
      readableLocations: [
        { name: expect.any(String), databaseAccountEndpoint: expect.stringMatching(/^https?:/) },
      ],
      enableMultipleWriteLocations: false,
      userConsistencyPolicy: { defaultConsistencyLevel: 'Session' },
      userReplicationPolicy: { minReplicaSetSize: expect.any(Number), maxReplicasetSize: expect.any(Number) },
      systemReplicationPolicy: expect.any(Object),
      readPolicy: expect.any(Object),
      queryEngineConfiguration: expect.any(String),
    });
    expect(JSON.parse(String(body.queryEngineConfiguration))).toEqual(expect.any(Object));
    expect(body.id).not.toBe('localhost');
  });

  onEmulator.each(['localhost', '127.0.0.1'])(
    'names the address that the client used: %s (an emulator has several)',
    async (host) => {
      const endpoint = `http://${host}:${account.emulator?.port}`;
      const client = new CosmosClient({ endpoint, key: account.key });
      const { resource } = await client.getDatabaseAccount();
      expect(resource?.writableLocations?.[0]?.databaseAccountEndpoint).toBe(`${endpoint}/`);
      expect((await client.database(account.database.id).read()).statusCode).toBe(200);
      client.dispose();
    },
  );
});

describe('authorization', () => {
  it('is needed', async () => {
    const { status, body } = await account.raw('GET', path(), { headers: { authorization: '' } });
    expect([status, body.code]).toEqual([401, 'Unauthorized']);
  });

  it.each([
    ['malformed', 'nonsense'],
    ['not percent-decodable', '%E0%A4%A'],
    ['a resource token', encodeURIComponent('type=resource&ver=1&sig=abc')],
    ['an Entra token', encodeURIComponent('type=aad&ver=1.0&sig=abc')],
    ['without a signature', encodeURIComponent('type=master&ver=1.0&sig=')],
  ])('that is %s is refused with 401', async (_what, authorization) => {
    expect((await account.raw('GET', path(), { headers: { authorization } })).status).toBe(401);
  });

  it('by another key is refused with 401', async () => {
    const key = Buffer.from('another key').toString('base64');
    expect((await account.raw('GET', path(), { key })).status).toBe(401);
    const client = account.newClient({ key });
    expect((await failure(client.database(account.database.id).read())).code).toBe(401);
  });

  it('for another resource is refused with 401', async () => {
    expect((await account.raw('GET', path(), { link: 'dbs/other/colls/other' })).status).toBe(401);
  });

  it('for another verb is refused with 401', async () => {
    const date = new Date().toUTCString();
    const authorization = sign(account.key, 'DELETE', 'colls', path().slice(1), date);
    expect((await account.raw('GET', path(), { date, headers: { authorization } })).status).toBe(401);
  });

  it('keeps the case of the link', async () => {
    expect((await account.raw('GET', path(), { link: path().slice(1).toUpperCase() })).status).toBe(401);
  });

  it.each([-16, 16])('dated %d minutes off is refused with 403', async (minutes) => {
    const date = new Date(Date.now() + minutes * 60_000).toUTCString();
    expect((await account.raw('GET', path(), { date })).status).toBe(403);
  });

  it('dated some minutes off is accepted', async () => {
    const date = new Date(Date.now() - 10 * 60_000).toUTCString();
    expect((await account.raw('GET', path(), { date })).status).toBe(200);
  });
});

describe('every answer', () => {
  it('carries an activity id, a charge and a session token', async () => {
    const { headers } = await account.raw('GET', path('/docs/x'), { headers: pk });
    expect(headers.get('x-ms-activity-id')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
    );
    expect(Number(headers.get('x-ms-request-charge'))).toBeGreaterThan(0);
    expect(headers.get('x-ms-session-token')).toMatch(/^\d+:-?\d+#\d+/);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(headers.get('x-ms-alt-content-path')).toBe(`dbs/${account.database.id}/colls/${container.id}`);
    const rid = headers.get('x-ms-content-path') ?? '';
    expect(Buffer.from(rid.replaceAll('-', '/'), 'base64')).toHaveLength(8);
  });

  it('to an error has a body with code and message, and a session token on 404, 409 and 412', async () => {
    const create = { method: 'POST', body: { id: 'x', pk: 'p' }, headers: pk };
    const answers = [
      await account.raw('GET', path('/docs/nowhere'), { headers: pk }),
      await account.raw('POST', path('/docs'), create),
      await account.raw('PUT', path('/docs/x'), {
        body: { id: 'x', pk: 'p' },
        headers: { ...pk, 'if-match': '"x"' },
      }),
    ];
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [404, 'NotFound'],
      [409, 'Conflict'],
      [412, 'PreconditionFailed'],
    ]);
    for (const { headers, body } of answers) {
      expect(body.message).toEqual(expect.any(String));
      expect(headers.get('x-ms-session-token')).toMatch(/#\d+/);
    }
  });

  it('has an etag equal to the item’s, quotes included', async () => {
    const { headers, body } = await account.raw('GET', path('/docs/x'), { headers: pk });
    expect(headers.get('etag')).toBe(body._etag);
  });

  it('to an unknown path is 404 with a body', async () => {
    const { status, body } = await account.raw('GET', '/no/such/thing/here');
    expect([status, body.message]).toEqual([404, expect.any(String)]);
  });

  it.each([
    ['PUT', '/dbs'],
    ['PATCH', '/dbs'],
    ['DELETE', '/dbs'],
  ])('to %s %s is an error with a body', async (method, where) => {
    const { status, body } = await account.raw(method, where);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(body.message).toEqual(expect.any(String));
  });

  it('to a path that cannot be decoded is 400', async () => {
    expect((await account.raw('GET', '/dbs/%E0%A4%A')).status).toBe(400);
  });

  it('to a malformed page size is 400', async () => {
    for (const size of ['0', '-2', 'x', '1.5'])
      expect(
        (await account.raw('GET', path('/docs'), { headers: { 'x-ms-max-item-count': size } })).status,
      ).toBe(400);
  });

  it('to a body over 2 MB is 413', async () => {
    const body = JSON.stringify({ id: 'big', pk: 'p', x: 'x'.repeat(3 * 1024 * 1024) });
    expect((await account.raw('POST', path('/docs'), { body, headers: pk })).status).toBe(413);
  });

  it('takes header names and booleans in any case', async () => {
    const headers = { 'X-MS-DOCUMENTDB-PARTITIONKEY': '["p"]', 'X-Ms-Documentdb-Is-Upsert': 'TRUE' };
    expect(
      (await account.raw('POST', path('/docs'), { body: { id: 'case', pk: 'p' }, headers })).status,
    ).toBe(201);
    expect(
      (await account.raw('POST', path('/docs'), { body: { id: 'case', pk: 'p' }, headers })).status,
    ).toBe(200);
  });

  it('keeps connections alive', async () => {
    const { headers } = await account.raw('GET', '/');
    expect(headers.get('connection')).not.toBe('close');
  });
});

describe('hostile input', () => {
  const target = () => new URL(account.endpoint);

  onEmulator('that is no HTTP gets 400 and no crash (sent to an emulator only)', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(target().port), target().hostname, () =>
        socket.write('NONSENSE\r\n\r\n'),
      );
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('end', () => resolve(text));
      socket.on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
    expect((await account.raw('GET', '/')).status).toBe(200);
  });

  onEmulator(
    'that stops in the middle of a body leaves the server answering (sent to an emulator only)',
    async () => {
      await new Promise<void>((resolve) => {
        const half = request({
          ...hostPort(),
          method: 'POST',
          path: path('/docs'),
          headers: { 'content-length': 1000 },
        });
        half.on('error', () => resolve());
        half.write('{"id":', () => half.destroy());
      });
      expect((await account.raw('GET', '/')).status).toBe(200);
    },
  );

  const hostPort = () => ({ host: target().hostname, port: target().port });
});

describe('sessions', () => {
  it('work with a client of session consistency, over writes, reads, queries and errors', async () => {
    const client = account.newClient({ consistencyLevel: 'Session' });
    const own = client.database(account.database.id).container(container.id);
    for (let n = 0; n < 5; n += 1) {
      await own.items.upsert({ id: 'session', pk: 'p', n });
      expect((await own.item('session', 'p').read()).resource?.n).toBe(n);
      expect(
        (await own.items.query("SELECT VALUE c.n FROM c WHERE c.id = 'session'").fetchAll()).resources,
      ).toEqual([n]);
      await failure(own.items.create({ id: 'session', pk: 'p' }));
      await own.item('nowhere', 'p').read();
    }
  });

  it.each(['ConsistentPrefix', 'Eventual'] as const)('read with %s, which is weaker', async (level) => {
    const client = account.newClient({ consistencyLevel: level });
    const own = client.database(account.database.id).container(container.id);
    expect((await own.item('nowhere', 'p').read()).statusCode).toBe(404);
  });

  onEmulator.each(['Strong', 'BoundedStaleness'] as const)(
    'refuse %s with 400, which is stronger than the account (whose own level a cloud account may choose)',
    async (level) => {
      const client = account.newClient({ consistencyLevel: level });
      const own = client.database(account.database.id).container(container.id);
      expect((await failure(own.item('nowhere', 'p').read())).code).toBe(400);
    },
  );

  it('work over several physical partitions', async () => {
    const client = account.newClient({ consistencyLevel: 'Session' });
    const wide = await account.container({ throughput: 20_000 });
    const own = client.database(account.database.id).container(wide.id);
    for (let n = 0; n < 10; n += 1) await own.items.create({ id: `s${n}`, pk: `p${n}` });
    for (let n = 0; n < 10; n += 1) expect((await own.item(`s${n}`, `p${n}`).read()).statusCode).toBe(200);
    expect(
      (await own.items.query('SELECT VALUE c.id FROM c ORDER BY c.id').fetchAll()).resources,
    ).toHaveLength(10);
  });

  it('tokens grow with every write, deletes too', async () => {
    const lsn = async (answer: Promise<{ headers: Headers }>) =>
      Number(/#(\d+)/.exec((await answer).headers.get('x-ms-session-token') ?? '')?.[1]);
    const created = await lsn(
      account.raw('POST', path('/docs'), { body: { id: 'lsn', pk: 'p' }, headers: pk }),
    );
    const deleted = await lsn(account.raw('DELETE', path('/docs/lsn'), { headers: pk }));
    expect(deleted).toBeGreaterThan(created);
  });

  it.each(['5', '0:5', '0:-1#x', '0:-1#5#1', '0:-1#99999999', ',,,'])(
    'take the odd token %j without an error',
    async (token) => {
      const { status } = await account.raw('GET', path('/docs/x'), {
        headers: { ...pk, 'x-ms-session-token': token },
      });
      expect(status).toBe(200);
    },
  );
});

describe('request charges', () => {
  it('of a 1 KB write are about 5 and of a 100 KB write about 50', async () => {
    const small = await container.items.create({ id: 'ru1', pk: 'p', text: 'x'.repeat(700) });
    const large = await container.items.create({ id: 'ru100', pk: 'p', text: 'x'.repeat(100 * 1024 - 300) });
    expect(small.requestCharge).toBeGreaterThan(4);
    expect(small.requestCharge).toBeLessThan(7);
    expect(large.requestCharge).toBeGreaterThan(45);
    expect(large.requestCharge).toBeLessThan(60);
  });

  it('of a write grow with the indexed paths', async () => {
    const bare = await account.container({
      indexingPolicy: { includedPaths: [{ path: '/pk/?' }], excludedPaths: [{ path: '/*' }] },
    });
    const item = {
      id: 'wide',
      pk: 'p',
      ...Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`p${i}`, i])),
    };
    const indexed = await container.items.create(item);
    const unindexed = await bare.items.create(item);
    expect(indexed.requestCharge).toBeGreaterThan(unindexed.requestCharge);
  });

  it('of a query grow with what it looks at', async () => {
    const read = await account.container();
    for (let n = 0; n < 40; n += 1) await read.items.create({ id: String(n), pk: n < 2 ? 'few' : 'many', n });
    const few = await read.items.query("SELECT * FROM c WHERE c.pk = 'few' AND c.n = 1").fetchAll();
    const many = await read.items.query("SELECT * FROM c WHERE c.pk = 'many' AND c.n = 10").fetchAll();
    expect(few.requestCharge).toBeGreaterThanOrEqual(2.3);
    expect(many.requestCharge).toBeGreaterThan(few.requestCharge);
  });

  it('are never 0', async () => {
    const answers = await Promise.all([
      account.raw('GET', path('/docs/nowhere'), { headers: pk }),
      account.raw('GET', path('/docs'), { headers: { 'a-im': 'Incremental Feed', 'if-none-match': '*' } }),
      account.raw('GET', path('/docs')),
    ]);
    for (const { headers } of answers) expect(Number(headers.get('x-ms-request-charge'))).toBeGreaterThan(0);
  });
});

describe('query plans', () => {
  const plan = (query: string) =>
    account.raw('POST', path('/docs'), {
      body: { query },
      headers: {
        'content-type': 'application/query+json',
        'x-ms-cosmos-is-query-plan-request': 'True',
        'x-ms-cosmos-query-version': '1.4',
      },
    });

  it('of a single physical partition are complete and empty', async () => {
    const { status, body } = await plan('SELECT * FROM c ORDER BY c.n');
    expect(status).toBe(200);
    expect(body).toEqual({
      partitionedQueryExecutionInfoVersion: 2,
      queryInfo: {
        distinctType: 'None',
        top: null,
        offset: null,
        limit: null,
        orderBy: [],
        orderByExpressions: [],
        groupByExpressions: [],
        groupByAliases: [],
        aggregates: [],
        groupByAliasToAggregateType: {},
        rewrittenQuery: '',
        hasSelectValue: false,
        dCountInfo: null,
        hasNonStreamingOrderBy: false,
      },
      queryRanges: [{ min: '', max: 'FF', isMinInclusive: true, isMaxInclusive: false }],
    });
  });

  it.each([
    'SELECT * FROM c ORDER BY c.pk',
    'SELECT TOP 1 * FROM c',
    'SELECT * FROM c OFFSET 0 LIMIT 1',
    'SELECT DISTINCT c.pk FROM c',
    'SELECT c.pk, COUNT(1) AS k FROM c GROUP BY c.pk',
    'SELECT VALUE COUNT(1) FROM c',
    'SELECT VALUE MAX(c.id) FROM c',
  ])('serve a client that forces them: %s', async (query) => {
    const direct = (await container.items.query(query).fetchAll()).resources;
    const planned = (await container.items.query(query, { forceQueryPlan: true }).fetchAll()).resources;
    expect(planned).toEqual(direct);
  });
});

describe('query metrics', () => {
  it('come when asked for', async () => {
    const query = container.items.query('SELECT * FROM c', { populateQueryMetrics: true });
    const { queryMetrics } = await query.fetchNext();
    expect(JSON.stringify(queryMetrics)).toContain('retrievedDocumentCount');
  });
});
