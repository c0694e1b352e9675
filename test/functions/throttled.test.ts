import { type App, openApp } from './app';

let app: App;
beforeAll(async () => {
  app = await openApp();
}, 60_000);
afterAll(() => app?.close());

const commit = (number: number, day: number) => ({
  commitHash: `abcdef${number}`,
  message: 'feat: export',
  timestamp: `2025-01-0${day}T10:00:00Z`,
  author: 'ann@example.org',
});
const post = (commits: object[]) =>
  app.call(['t1'], 'v1/tenants/t1/commits', { method: 'POST', body: JSON.stringify({ commits }) });
/** The client of the app waits five seconds in all. */
const retryAfterMs = 1_500;

describe('a batch whose writes are throttled beyond all retries', () => {
  afterEach(() => app.emulator.faults.clear());

  it('is answered as a whole with 503 and when to come again, and can be sent again as it is', async () => {
    for (const operation of ['batch', 'createItem'] as const)
      app.emulator.faults.add({ container: 'commits', operation, status: 429, retryAfterMs });
    const refused = await post([commit(1, 1), commit(2, 1), commit(3, 2)]);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBe(2);
    expect(await refused.json()).toMatchObject({ title: 'The store cannot take the request now' });
    app.emulator.faults.clear();
    const taken = await post([commit(1, 1), commit(2, 1), commit(3, 2)]);
    expect([taken.status, await taken.json()]).toMatchObject([200, { stored: 3, failed: 0 }]);
  }, 60_000);

  it('in part says so commit by commit, with when to come again', async () => {
    // Days are written side by side: the one that is written alone meets no batch.
    app.emulator.faults.add({ container: 'commits', operation: 'createItem', status: 429, retryAfterMs });
    const answer = await post([commit(4, 3), commit(5, 3), commit(6, 4), { commitHash: '!' }]);
    expect(answer.status).toBe(207);
    expect(Number(answer.headers.get('retry-after'))).toBe(2);
    expect(await answer.json()).toMatchObject({
      stored: 2,
      failed: 2,
      results: [
        { status: 'stored' },
        { status: 'stored' },
        { status: 'failed', error: { status: 503 } },
        { status: 'failed', error: { status: 400 } },
      ],
    });
  }, 60_000);
});
