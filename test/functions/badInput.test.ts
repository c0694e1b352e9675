import { contracts } from '../../src/functions/contract/contracts';
import { type RouteName, routes } from '../../src/functions/routes';
import { type App, openApp } from './app';

let app: App;
beforeAll(async () => {
  app = await openApp();
}, 60_000);
afterAll(() => app?.close());

const at = 'v1/tenants/t1';
const today = new Date().toISOString().slice(0, 10);

async function refused(path: string, init: RequestInit = {}) {
  const answer = await app.call(['t1'], `${at}/${path}`, init);
  const problem = (await answer.json()) as {
    status: number;
    type: string;
    errors?: { path: string; message: string }[];
  };
  return {
    status: answer.status,
    type: problem.type.split('/').at(-1),
    errors: problem.errors?.map(({ path, message }) => `${path} ${message}`),
  };
}

const backwards = 'startDate must not be after endDate';
const limit = (max: number) => `limit must be a whole number from 1 to ${max}`;
const date = 'must be a date such as 2025-01-15';

it.each([
  ['commits?limit=0', [limit(500)]],
  ['commits?limit=501', [limit(500)]],
  [
    'commits?limit=ten&minRisk=1.1&level=huge&surprise=1&startDate=2025-02-30',
    [
      `startDate ${date}`,
      'minRisk must be a number from 0 to 1',
      'level must be one of low, medium, high, critical, unscored',
      limit(500),
      'surprise is not a known parameter',
    ],
  ],
  [
    'commits?review=maybe',
    ['review must be one of unreviewed, approved, rejected, acknowledged, false-positive'],
  ],
  ['commits?startDate=2025-02-02&endDate=2025-02-01', [backwards]],
  [
    'commits?startDate=2020-01-01&endDate=2025-01-01',
    ['startDate must be at most 366 days before endDate, unless there is a filter'],
  ],
  [
    'commits?updatedSince=yesterday',
    ['updatedSince must be an ISO 8601 date-time such as 2025-01-15T10:30:00Z, from 1970 to 9999'],
  ],
  ['commits?limit=1&limit=2', ['limit must be given once']],
  [
    'high-risk-commits?threshold=-1&days=0',
    ['threshold must be a number from 0 to 1', 'days must be a whole number from 1 to 366'],
  ],
  ['high-risk-commits?days=367', ['days must be a whole number from 1 to 366']],
  ['stats?days=1000', ['days must be a whole number from 1 to 366']],
  ['audit?commitHash=x', ['commitHash must be 7 to 64 letters or digits']],
  ['audit?startDate=2025-02-02&endDate=2025-02-01', [backwards]],
  ['audit/verify?startDate=2025-02-02&endDate=2025-02-01', [backwards]],
  ['audit/verify?commitHash=abcdef0', ['commitHash is not a known parameter']],
  ['audit/head?x=1', ['x is not a known parameter']],
  ['digests?limit=101', [limit(100)]],
  ['commits/abcdef0?x=1', ['x is not a known parameter']],
  ['settings?revision=0', ['revision must be the number of a revision']],
])('GET %s is refused, every wrong parameter named', async (path, errors) => {
  const answer = await refused(path);
  expect([answer.status, answer.type]).toEqual([400, 'invalid-input']);
  expect(answer.errors?.toSorted()).toEqual(errors.toSorted());
});

it.each([
  ['nonsense', 'xyz'],
  ['another form', 'WyJ4IiwxXQ'],
  ['nothing', ''],
  ['other letters', 'é'],
  ['2,001 letters', 'a'.repeat(2_001)],
])('a cursor of %s is refused', async (_, cursor) => {
  for (const path of ['commits', 'high-risk-commits', 'audit']) {
    const { status, errors } = await refused(`${path}?cursor=${encodeURIComponent(cursor)}`);
    expect([status, errors?.[0]?.startsWith('cursor ')]).toEqual([400, true]);
  }
});

it('a cursor of one query is refused in another', async () => {
  const commits = [1, 2, 3].map((n) => ({
    commitHash: `cursor${n}`,
    message: 'x',
    timestamp: new Date().toISOString(),
    author: 'a@example.org',
  }));
  await app.call(['t1'], `${at}/commits`, { method: 'POST', body: JSON.stringify({ commits }) });
  const page = (await (await app.call(['t1'], `${at}/commits?limit=1`)).json()) as { nextCursor: string };
  expect((await app.call(['t1'], `${at}/commits?limit=2&cursor=${page.nextCursor}`)).status).toBe(200);
  const high = (await (
    await app.call(['t1'], `${at}/high-risk-commits?limit=1&threshold=0`)
  ).json()) as typeof page;
  for (const query of [
    `commits?startDate=${today}&cursor=${page.nextCursor}`,
    `commits?minRisk=0&cursor=${page.nextCursor}`,
    `commits?author=a@example.org&cursor=${page.nextCursor}`,
    `high-risk-commits?threshold=0&cursor=${page.nextCursor}`,
    `high-risk-commits?threshold=0.1&cursor=${high.nextCursor}`,
    `high-risk-commits?threshold=0&days=8&cursor=${high.nextCursor}`,
    `commits?cursor=${high.nextCursor}`,
  ])
    expect(await refused(query)).toMatchObject({
      status: 400,
      type: 'invalid-cursor',
    });
});

it.each([
  ['an unknown status', { status: 'fine' }, ['/status']],
  [
    'a note that is too long and an unknown field',
    { status: 'approved', note: 'x'.repeat(4_001), by: 'me' },
    ['/by', '/note'],
  ],
  ['nothing', {}, ['/status']],
  ['a list', [], ['']],
])('a review with %s is refused', async (_, body, paths) => {
  const answer = await refused('commits/cursor1/review', { method: 'PUT', body: JSON.stringify(body) });
  expect(answer.status).toBe(400);
  expect(answer.errors?.map((error) => error.split(' ', 1)[0]).toSorted()).toEqual(paths);
});

it.each([
  ['a policy that is not for a dry run', { dryRun: false, risk: { levels: { high: 0.8 } } }, ['/risk']],
  ['a wrong weight', { dryRun: true, risk: { areas: { phi: { weight: 2 } } } }, ['/risk/areas/phi/weight']],
  [
    'half of an area',
    { dryRun: true, risk: { areas: { lab: { weight: 0.2 } } } },
    ['/risk/areas/lab/frameworks'],
  ],
  ['no levels that rise', { dryRun: true, risk: { levels: { high: 0.95 } } }, ['/risk/levels']],
  [
    'no word on writing, a limit and an unknown field',
    { limit: 501, days: 3 },
    ['/days', '/dryRun', '/limit'],
  ],
  ['a cursor of nonsense', { dryRun: true, cursor: 'xyz' }, ['cursor']],
])('a rescore with %s is refused', async (_, body, paths) => {
  const answer = await refused('rescore', { method: 'POST', body: JSON.stringify(body) });
  expect(answer.status).toBe(400);
  expect(answer.errors?.map((error) => error.split(' ', 1)[0])).toEqual(expect.arrayContaining(paths));
});

it('a cursor of a rescore is refused for another policy, and for writing where it was for a dry run', async () => {
  const rescore = (body: object) =>
    app.call(['t1'], `${at}/rescore`, { method: 'POST', body: JSON.stringify({ limit: 1, ...body }) });
  const first = await rescore({ dryRun: true });
  const { nextCursor: cursor } = (await first.json()) as { nextCursor: string };
  expect((await rescore({ dryRun: true, cursor })).status).toBe(200);
  for (const body of [
    { dryRun: false, cursor },
    { dryRun: true, cursor, risk: { levels: { high: 0.8 } } },
  ])
    expect((await rescore(body)).status).toBe(400);
});

it('what is not there is 404, and what is not JSON 415, on every route that could meet it', async () => {
  expect((await refused('commits/0000000')).status).toBe(404);
  expect((await refused('commits/!')).status).toBe(404);
  expect((await refused('digests/2001-01-01')).status).toBe(404);
  for (const name of Object.keys(routes) as RouteName[]) {
    const { method, route, access } = routes[name];
    if (access === 'webhook-signature' || !('body' in contracts[name] || 'ownBody' in contracts[name]))
      continue;
    const path = route.replace('{tenantId}', 't1').replace(/{\w+}/g, 'abcdef0');
    const answer = await app.call(['t1'], path, {
      method,
      body: '{}',
      headers: { 'content-type': 'text/plain' },
    });
    expect([route, answer.status]).toEqual([route, 415]);
  }
});

it('every answer, good or bad, carries the headers that keep browsers out', async () => {
  for (const path of [
    `${at}/commits`,
    `${at}/commits?limit=0`,
    'v1/tenants/t2/commits',
    'openapi.json',
    'docs',
    'health/live',
  ]) {
    const { headers } = await app.call(['t1'], path);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('strict-transport-security')).toContain('max-age=');
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('server-timing')).toContain('cosmos-requests');
  }
});
