import type { Container } from '@azure/cosmos';
import { Account } from './account';

/** What the .NET client of the Functions host sends that the JavaScript client does not. */
let account: Account;
let monitored: Container;
let leases: Container;
let databaseRid = '';
let containerRid = '';

beforeAll(async () => {
  account = await Account.open();
  monitored = await account.container();
  leases = await account.container({ partitionKey: { paths: ['/id'] }, defaultTtl: -1 });
  databaseRid = String((await account.database.read()).resource?._rid);
  containerRid = String((await monitored.read()).resource?._rid);
});
afterAll(() => account.close());

const path = (container: Container, rest = '') => `/dbs/${account.database.id}/colls/${container.id}${rest}`;
const key = (id: string) => ({ 'x-ms-documentdb-partitionkey': JSON.stringify([id]) });

describe('the Functions host', () => {
  it('reads ranges by resource ids, signed with the bare rid in lower case, until 304', async () => {
    const ranges = `/dbs/${databaseRid}/colls/${containerRid}/pkranges`;
    const headers = { 'a-im': 'Incremental Feed', 'x-ms-max-item-count': '-1' };
    const link = containerRid.toLowerCase();
    const first = await account.raw('GET', ranges, { headers, link });
    expect([first.status, first.body._count]).toEqual([200, 1]);
    const etag = first.headers.get('etag') ?? '';
    const second = await account.raw('GET', ranges, { headers: { ...headers, 'if-none-match': etag }, link });
    expect([second.status, second.text]).toEqual([304, '']);
    expect(second.headers.get('etag')).toBe(etag);
  });

  it('finds its leases by a planned query over a range', async () => {
    const body = { query: "SELECT * FROM c WHERE STARTSWITH(c.id, 'host.')", parameters: [] };
    const plan = await account.raw('POST', path(leases, '/docs'), {
      body,
      headers: { 'content-type': 'application/query+json', 'x-ms-cosmos-is-query-plan-request': 'True' },
    });
    expect(plan.body).toMatchObject({
      queryInfo: { distinctType: 'None' },
      queryRanges: [{ min: '', max: 'FF' }],
    });
    const query = await account.raw('POST', path(leases, '/docs'), {
      body,
      headers: {
        'content-type': 'application/query+json',
        'x-ms-documentdb-isquery': 'True',
        'x-ms-documentdb-partitionkeyrangeid': '0',
      },
    });
    expect([query.status, query.body._count]).toEqual([200, 0]);
  });

  it('takes the lock once, renews a lease by etag, and gets no body back where it wants none', async () => {
    expect(
      (await account.raw('GET', path(leases, '/docs/host..info'), { headers: key('host..info') })).status,
    ).toBe(404);
    const lock = { id: 'host..lock', ttl: 60 };
    const create = () => account.raw('POST', path(leases, '/docs'), { body: lock, headers: key(lock.id) });
    expect((await create()).status).toBe(201);
    expect((await create()).status).toBe(409);
    const lease = { id: 'host..0', LeaseToken: '0', Owner: 'me', ContinuationToken: null };
    const made = await account.raw('POST', path(leases, '/docs'), { body: lease, headers: key(lease.id) });
    const renew = (etag: string) =>
      account.raw('PUT', path(leases, '/docs/host..0'), {
        body: { ...lease, Owner: 'you' },
        headers: { ...key(lease.id), 'if-match': etag, prefer: 'return=minimal' },
      });
    const renewed = await renew(made.headers.get('etag') ?? '');
    expect([renewed.status, renewed.text]).toEqual([200, '']);
    expect(renewed.headers.get('etag')).toMatch(/^"/);
    expect((await renew(made.headers.get('etag') ?? '')).status).toBe(412);
  });

  it.each(['0', 'rid,0'])('reads the change feed of the range named %s', async (named) => {
    const range = named.replace('rid', containerRid);
    const headers = {
      'a-im': 'Incremental Feed',
      'x-ms-documentdb-partitionkeyrangeid': range,
      'x-ms-max-item-count': '100',
    };
    const since = new Date(Date.now() - 1000).toUTCString();
    const started = await account.raw('GET', path(monitored, '/docs'), {
      headers: { ...headers, 'if-modified-since': since },
    });
    expect([200, 304]).toContain(started.status);
    await monitored.items.upsert({ id: 'work', pk: 'p' });
    const next = await account.raw('GET', path(monitored, '/docs'), {
      headers: { ...headers, 'if-none-match': started.headers.get('etag') ?? '' },
    });
    expect(next.status).toBe(200);
    const [item] = next.body.Documents as { _lsn: number }[];
    const token = /#(\d+)/.exec(next.headers.get('x-ms-session-token') ?? '')?.[1];
    expect(item?._lsn).toBe(Number(token));
  });

  it('patches with its own content type', async () => {
    await monitored.items.upsert({ id: 'patch', pk: 'p' });
    const answer = await account.raw('PATCH', path(monitored, '/docs/patch'), {
      body: { operations: [{ op: 'set', path: '/x', value: 1 }] },
      headers: { ...key('p'), 'content-type': 'application/json-patch+json' },
    });
    expect([answer.status, answer.body.x]).toEqual([200, 1]);
  });

  it('is refused direct mode', async () => {
    const { status, body } = await account.raw('GET', '//addresses/');
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body.message).toEqual(expect.any(String));
  });
});
