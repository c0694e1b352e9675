import { CosmosClient } from '@azure/cosmos';
import fc from 'fast-check';
import { routes } from '../../src/functions/routes';
import { eventually } from '../local/host/hostProcess';
import { pushExamples } from '../pushExamples';
import { type App, openApp } from './app';

// Two tenants whose names begin alike, with everything in both. Whatever the caller of one sends, nothing of the other moves or shows.

const mine = 't1';
const others = 't10';
const hash = 'abcdef0123';
const today = new Date().toISOString();
let app: App;
let foreignCursors: string[];

const commitOf = (tenant: string, n: number) => ({
  commitHash: n === 0 ? hash : `${tenant}x${String(n).padStart(6, '0')}`,
  message: `marker-${tenant}-end message ${n}`,
  timestamp: today,
  author: `marker-${tenant}-end@example.org`,
  riskScore: 0.9,
  filesChanged: [`marker-${tenant}-end/file.ts`],
  repository: `marker-${tenant}-end/records`,
});
const settingsOf = (tenant: string) => ({
  risk: {},
  thresholds: { highRisk: 0.5 },
  digest: { channels: [{ type: 'email', name: 'x', to: [`marker-${tenant}-end@example.org`] }] },
  allowSelfReview: true,
});

beforeAll(async () => {
  app = await openApp();
  for (const tenant of [mine, others]) {
    const at = `v1/tenants/${tenant}`;
    const send = (method: string, path: string, body: unknown) =>
      app.call([tenant], `${at}/${path}`, { method, body: JSON.stringify(body) });
    await send('POST', 'commits', { commits: Array.from({ length: 5 }, (_, n) => commitOf(tenant, n)) });
    await send('PUT', 'settings', settingsOf(tenant));
    await send('PUT', `commits/${hash}/review`, { status: 'approved', note: `marker-${tenant}-end` });
    const pushed = pushExamples.find(({ ref, deleted }) => ref === 'refs/heads/master' && !deleted);
    await app.push(tenant, 'a-delivery', pushed);
    await eventually(async () => {
      const { items } = (await (await app.call([tenant], `${at}/audit?limit=500`)).json()) as {
        items: { action: string }[];
      };
      return items.filter(({ action }) => action !== 'queried').length >= 8 ? items : undefined;
    });
  }
  foreignCursors = await Promise.all(
    ['commits?limit=1', 'audit?limit=1'].map(async (path) => {
      const answer = await app.call([others], `v1/tenants/${others}/${path}`);
      return ((await answer.json()) as { nextCursor: string }).nextCursor;
    }),
  );
  await eventually(async () => ((await isQuiet(others)) ? true : undefined));
}, 60_000);
afterAll(() => app?.close());

/** Whether each access to the audit log that was noted has its entry by now. */
async function isQuiet(tenant: string): Promise<boolean> {
  const [, deliveries = [], audit = []] = JSON.parse(await stateOf(tenant)) as string[][];
  const noted = deliveries.filter((item) => item.includes('"id":"audit-access"'));
  return noted.length === audit.filter((item) => item.includes('"action":"queried"')).length;
}

/** Everything that is stored of a tenant, as text. */
async function stateOf(tenant: string): Promise<string> {
  const client = new CosmosClient({ endpoint: app.emulator.endpoint, key: app.emulator.key });
  try {
    const found: unknown[] = [];
    for (const id of ['commits', 'deliveries', 'audit', 'digests', 'tenants']) {
      const key = id === 'tenants' ? '(c.id = @t OR c.versionOf = @t)' : 'c.tenantId = @t';
      const { resources } = await client
        .database('gitops-healthcare')
        .container(id)
        .items.query({ query: `SELECT * FROM c WHERE ${key}`, parameters: [{ name: '@t', value: tenant }] })
        .fetchAll();
      found.push(resources.map((item) => JSON.stringify(item)).toSorted());
    }
    return JSON.stringify(found);
  } finally {
    client.dispose();
  }
}

const byToken = Object.values(routes).filter(
  ({ access }) => access !== 'everybody' && access !== 'webhook-signature',
);
const tenantNames = fc.constantFrom(
  mine,
  others,
  'T10',
  't10 ',
  ' t10',
  't1%2F..%2Ft10',
  't1/../t10',
  't1%00',
  't10%2e',
  't1*',
  't',
);

it('nothing of another tenant shows or moves, whatever the caller of one sends', async () => {
  const before = await stateOf(others);
  expect(before).toContain('marker-t10-end');
  const cursor = fc.constantFrom(undefined, ...foreignCursors);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...byToken),
      tenantNames,
      fc.constantFrom(mine, others, undefined),
      cursor,
      fc.constantFrom('application/json', 'text/csv', 'application/x-ndjson', 'text/html'),
      fc.constantFrom<unknown>(
        { ...commitOf(mine, 9), tenantId: others },
        {
          commits: [
            { ...commitOf(mine, 9), tenantId: others },
            { ...commitOf(mine, 8), id: `${others}:x` },
          ],
        },
        settingsOf(mine),
        { status: 'rejected', note: 'marker-t1-end', tenantId: others },
        { status: 'rejected' },
        {},
      ),
      async ({ method, route }, tenant, named, cursor, accept, body) => {
        const parts: Record<string, string> = {
          tenantId: tenant,
          commitHash: hash,
          date: today.slice(0, 10),
        };
        const path = route.replace(/{(\w+)}/g, (_, name: string) => parts[name] ?? 'a-delivery');
        const query = new URLSearchParams({
          ...(named !== undefined && { tenantId: named }),
          ...(cursor !== undefined && { cursor, limit: '1' }),
        });
        const answer = await app.call([mine], `${path}?${query}`, {
          method,
          headers: {
            accept,
            'x-tenant-id': others,
            'x-ms-documentdb-partitionkey': JSON.stringify([others]),
          },
          ...(method !== 'GET' && { body: JSON.stringify(body) }),
        });
        const text = await answer.text();
        expect(text).not.toContain('marker-t10-end');
        if (tenant === others) expect(answer.status).toBe(403);
      },
    ),
    { numRuns: 250, endOnFailure: true },
  );
  expect(await stateOf(others)).toBe(before);
}, 120_000);

it.each([
  ['commits', 0],
  ['audit', 1],
])('a cursor of %s from another tenant, or another query, is refused', async (path, index) => {
  for (const query of ['limit=1', `startDate=${today.slice(0, 10)}`]) {
    const answer = await app.call(
      [mine],
      `v1/tenants/${mine}/${path}?${query}&cursor=${foreignCursors[index]}`,
    );
    expect([answer.status, ((await answer.json()) as { type: string }).type]).toEqual([
      400,
      'https://gitops-healthcare.dev/problems/invalid-cursor',
    ]);
  }
});
