import type { Container } from '@azure/cosmos';
import type { Emulator } from '../../local/emulator/index';
import { Account, failure, onEmulator } from './account';

/** Faults are injected on an emulator only: no cloud account offers them. */
let account: Account;
let container: Container;
let faults: Emulator['faults'];

beforeAll(async () => {
  account = await Account.open();
  container = await account.container();
  await container.items.create({ id: 'x', pk: 'p' });
  if (account.emulator) faults = account.emulator.faults;
});
afterEach(() => faults?.clear());
afterAll(() => account.close());

const read = () => container.item('x', 'p').read();

describe('an injected fault', () => {
  onEmulator('of throttling is waited out by the client', async () => {
    const fault = faults.add({ operation: 'readItem', status: 429, retryAfterMs: 20, count: 3 });
    const start = performance.now();
    expect((await read()).statusCode).toBe(200);
    expect(performance.now() - start).toBeGreaterThanOrEqual(55);
    expect(faults.list()).not.toContain(fault);
  });

  onEmulator('of throttling reaches the caller with its wait once the retries are spent', async () => {
    faults.add({ operation: 'readItem', status: 429, retryAfterMs: 1 });
    const answer = await account.raw('GET', `/dbs/${account.database.id}/colls/${container.id}/docs/x`, {
      headers: { 'x-ms-documentdb-partitionkey': '["p"]' },
    });
    expect([
      answer.status,
      answer.headers.get('x-ms-substatus'),
      answer.headers.get('x-ms-retry-after-ms'),
    ]).toEqual([429, '3200', '1']);
    expect((await failure(read())).code).toBe(429);
  });

  onEmulator.each([408, 449, 410, 500] as const)('of %d is thrown at once', async (status) => {
    faults.add({ operation: 'upsertItem', status, count: 1 });
    expect((await failure(container.items.upsert({ id: 'x', pk: 'p' }))).code).toBe(status);
    expect((await container.items.upsert({ id: 'x', pk: 'p' })).statusCode).toBe(200);
  });

  onEmulator('of 503 is retried once for a read', async () => {
    faults.add({ operation: 'readItem', status: 503, count: 1 });
    expect((await read()).statusCode).toBe(200);
  });

  onEmulator('of a lost session is retried', async () => {
    const client = account.newClient({ consistencyLevel: 'Session' });
    const own = client.database(account.database.id).container(container.id);
    await own.items.upsert({ id: 'x', pk: 'p' });
    faults.add({ operation: 'readItem', status: 404, substatus: 1002, count: 1 });
    expect((await own.item('x', 'p').read()).statusCode).toBe(200);
  });

  onEmulator('of a connection dropped after the write leaves the write in place', async () => {
    faults.add({ operation: 'createItem', drop: 'after', count: 1 });
    expect((await failure(container.items.create({ id: 'after', pk: 'p' }))).code).toBe('ECONNRESET');
    expect((await container.item('after', 'p').read()).statusCode).toBe(200);
  });

  onEmulator('of a connection dropped before the write leaves nothing', async () => {
    faults.add({ operation: 'createItem', drop: 'before', count: 1 });
    expect((await failure(container.items.create({ id: 'before', pk: 'p' }))).code).toBe('ECONNRESET');
    expect((await container.item('before', 'p').read()).statusCode).toBe(404);
  });

  onEmulator('of delay slows what it meets', async () => {
    faults.add({ operation: 'readItem', delayMs: 50, count: 1 });
    const start = performance.now();
    await read();
    expect(performance.now() - start).toBeGreaterThanOrEqual(45);
  });

  onEmulator.each([
    ['another container', { container: 'another' }],
    ['another method', { method: 'DELETE' }],
    ['another path', { path: '/nowhere' }],
    ['a header that is not sent', { header: { name: 'x-ms-cosmos-is-batch-request' } }],
    ['no probability', { probability: 0 }],
  ])('for %s does not meet a request', async (_what, condition) => {
    faults.add({ ...condition, status: 500 });
    expect((await read()).statusCode).toBe(200);
  });

  onEmulator('may select batches by their header', async () => {
    faults.add({ header: { name: 'x-ms-cosmos-is-batch-request', value: 'true' }, status: 500, count: 1 });
    expect((await read()).statusCode).toBe(200);
    await expect(container.items.batch([{ operationType: 'Read', id: 'x' }], 'p')).rejects.toThrow(
      'Batch request error',
    );
  });

  onEmulator('may meet query plans alone, which harms no direct query', async () => {
    faults.add({ operation: 'planQuery', status: 500 });
    expect((await container.items.query('SELECT VALUE c.id FROM c').fetchAll()).resources).toContain('x');
  });
});

describe('/_faults', () => {
  const send = (method: string, path = '/_faults', body?: unknown, type = 'application/json') =>
    fetch(account.endpoint + path, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: { 'content-type': type },
    });

  onEmulator('adds, lists, removes and clears faults', async () => {
    const added = await send('POST', '/_faults', { operation: 'readItem', status: 500 });
    expect(added.status).toBe(201);
    const { id } = (await added.json()) as { id: number };
    expect((await failure(read())).code).toBe(500);
    expect(await (await send('GET')).json()).toMatchObject([{ id, operation: 'readItem', hits: 1 }]);
    expect((await send('DELETE', `/_faults/${id}`)).status).toBe(204);
    expect((await read()).statusCode).toBe(200);
    await send('POST', '/_faults', { status: 503 });
    expect((await send('DELETE')).status).toBe(204);
    expect(await (await send('GET')).json()).toEqual([]);
  });

  onEmulator.each([{ status: 200 }, { probability: 2 }, { nonsense: 1 }, { drop: 'sometimes' }, 'text'])(
    'refuses %j with 400',
    async (body) => {
      expect((await send('POST', '/_faults', body)).status).toBe(400);
    },
  );

  onEmulator('takes nothing but JSON, and answers only to a name of this machine', async () => {
    expect((await send('POST', '/_faults', { status: 500 }, 'text/plain')).status).toBe(415);
  });
});

describe('/_explorer', () => {
  const get = async (path: string) => {
    const response = await fetch(account.endpoint + path);
    return {
      status: response.status,
      text: await response.text(),
      csp: response.headers.get('content-security-policy') ?? '',
    };
  };

  onEmulator('shows databases, containers and items, and escapes all of them', async () => {
    const evil = await account.container({ id: `<b>"'&` });
    await evil.items.create({ id: '<script>alert(1)<script>', pk: '</pre><img src=x onerror=alert(1)>' });
    expect((await get('/_explorer')).text).toContain(account.database.id);
    const database = await get(`/_explorer/${account.database.id}`);
    expect(database.text).toContain('&lt;b&gt;&quot;&#39;&amp;');
    const items = await get(`/_explorer/${account.database.id}/${encodeURIComponent(evil.id)}`);
    expect(items.status).toBe(200);
    expect(items.text).toContain('&lt;script&gt;alert(1)&lt;script&gt;');
    expect(items.text).not.toMatch(/<script|<img/);
  });

  onEmulator('loads nothing from elsewhere and runs nothing', async () => {
    const { csp, text } = await get('/_explorer');
    expect(csp).toContain("default-src 'none'");
    expect(csp).not.toContain('unsafe');
    expect(text).not.toMatch(/https?:\/\//);
  });

  onEmulator('runs a query and says what is wrong with one', async () => {
    const query = (text: string) =>
      get(`/_explorer/${account.database.id}/${container.id}?query=${encodeURIComponent(text)}`);
    expect((await query("SELECT VALUE c.id FROM c WHERE c.id = 'x'")).text).toContain('1 rows');
    expect((await query('SELEC <b>')).text).toContain('class="error"');
    expect((await query('SELEC <b>')).text).not.toContain('SELEC <b>');
  });

  onEmulator('answers 404 for what is not there', async () => {
    expect((await get('/_explorer/nowhere')).status).toBe(404);
    expect((await get(`/_explorer/${account.database.id}/nowhere`)).status).toBe(404);
    expect((await get('/_nothing')).status).toBe(404);
  });
});
