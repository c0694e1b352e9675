import type { AuditEntry } from '../../src/lib/audit';
import type { CommitItem, Stored } from '../../src/lib/commit';
import { defaultTenantSettings } from '../../src/lib/settings';
import { poll, type RunningStack, startStackForSuite } from './runningStack';

let stack: RunningStack;

startStackForSuite((started) => {
  stack = started;
});

const put = (body: unknown, headers?: Record<string, string>) =>
  stack.send('PUT', '/settings', body, headers);
const post = (body: unknown) => stack.send('POST', '/commits', body);
const review = (commitHash: string) =>
  stack.send('PUT', `/commits/${commitHash}/review`, { status: 'approved' });
const commit = (commitHash: string, author = 'dev@example.org') => ({
  commitHash,
  author,
  message: 'chore: tidy',
  timestamp: '2025-01-15T10:30:00Z',
  filesChanged: ['odd/place/for/numbers.abc'],
});

it('are the defaults until somebody sets them', async () => {
  const answer = await stack.call('/settings');
  expect(answer.headers.get('etag')).toBe('"settings-0"');
  expect(await answer.json()).toEqual({
    tenantId: stack.tenantId,
    revision: 0,
    updatedAt: null,
    updatedBy: null,
    settings: defaultTenantSettings,
  });
});

it('take effect on the next commit, keep every version, and are in the audit log', async () => {
  await post(commit('before1'));
  const settings = {
    ...defaultTenantSettings,
    risk: { areas: { phi: { addGlobs: ['odd/place/**'], kinds: ['source', 'other'] } } },
  };
  const first = await put(settings, { 'if-match': '"settings-0"' });
  expect([first.status, first.headers.get('etag')]).toEqual([200, '"settings-1"']);
  expect((await put(settings)).headers.get('etag')).toBe('"settings-1"');
  const second = await put({ ...settings, thresholds: { highRisk: 0.5 } }, { 'if-match': '"settings-1"' });
  expect(await second.json()).toMatchObject({ revision: 2, settings: { thresholds: { highRisk: 0.5 } } });

  const before = (await (await stack.call('/commits/before1')).json()) as CommitItem;
  const after = await poll(async () => {
    // Other processes may work by the settings before for ten seconds.
    const made = (await (await post(commit(`after${Date.now()}`))).json()) as CommitItem;
    return made.riskModel === before.riskModel ? undefined : made;
  });
  expect(after.riskScore).toBeGreaterThan(before.riskScore ?? 0);
  expect(await (await stack.call('/high-risk-commits')).json()).toMatchObject({ threshold: 0.5 });
  expect(await (await stack.call('/settings?revision=1')).json()).toMatchObject({ revision: 1, settings });
  expect((await stack.call('/settings?revision=3')).status).toBe(404);

  const entries = await poll(async () => {
    const { items } = (await (await stack.call('/audit?limit=500')).json()) as { items: AuditEntry[] };
    const ours = items.filter(({ action }) => action === 'settings');
    return ours.length === 2 ? ours : undefined;
  });
  expect(entries).toMatchObject([
    { subject: `settings:${stack.tenantId}`, revision: 1, actor: 'local:local', detail: { changed: 'risk' } },
    { revision: 2, detail: { changed: 'thresholds' } },
  ]);
  const report = await poll(async () => {
    const found = (await (await stack.call('/audit/verify')).json()) as { valid: boolean; notes: unknown[] };
    return found.notes.length === 0 ? found : undefined;
  });
  expect(report).toMatchObject({ valid: true, problems: [] });
});

it('are refused where somebody else was faster', async () => {
  for (const ifMatch of ['"settings-1"', '"settings-99"', 'W/"settings-2"', 'x']) {
    expect([ifMatch, (await put(defaultTenantSettings, { 'if-match': ifMatch })).status]).toEqual([
      ifMatch,
      412,
    ]);
  }
});

it('of two writers at once, with the same version in hand, let one win', async () => {
  const { headers } = await stack.call('/settings');
  const writes = await Promise.all(
    [0.1, 0.2, 0.3, 0.4].map((highRisk) =>
      put({ ...defaultTenantSettings, thresholds: { highRisk } }, { 'if-match': headers.get('etag') ?? '' }),
    ),
  );
  expect(writes.map(({ status }) => status).toSorted()).toEqual([200, 412, 412, 412]);
});

it.each([
  ['a part that is missing', { risk: {} }, ['/thresholds', '/digest', '/allowSelfReview']],
  ['an unknown field', { ...defaultTenantSettings, surprise: 1 }, ['/surprise']],
  [
    'a threshold beyond 1 and a level that is none',
    { ...defaultTenantSettings, thresholds: { highRisk: 2 }, risk: { levels: { high: 0 } } },
    ['/risk/levels/high', '/thresholds/highRisk'],
  ],
  [
    'a policy that does not fit into the default',
    { ...defaultTenantSettings, risk: { areas: { ward: { weight: 0.5 } } } },
    [
      '/risk/areas/ward/title',
      '/risk/areas/ward/frameworks',
      '/risk/areas/ward/globs',
      '/risk/areas/ward/words',
    ],
  ],
  [
    'a secret in the open',
    {
      ...defaultTenantSettings,
      digest: { channels: [{ type: 'slack', name: 'x', url: 'https://hooks.slack.com/services/T0/B0/x' }] },
    },
    ['/digest/channels/0/urlSecret', '/digest/channels/0/url'],
  ],
  [
    'the name of a setting that is not a channel',
    {
      ...defaultTenantSettings,
      digest: { channels: [{ type: 'teams', name: 'x', urlSecret: 'WEBHOOK_MASTER_KEY' }] },
    },
    ['/digest/channels/0/urlSecret'],
  ],
  [
    'a webhook without encryption',
    {
      ...defaultTenantSettings,
      digest: { channels: [{ type: 'webhook', name: 'x', url: 'http://example.org/', signingSecret: 'x' }] },
    },
    ['/digest/channels/0/url'],
  ],
])('with %s are refused, every place named', async (_, body, paths) => {
  const answer = await put(body);
  expect(answer.status).toBe(400);
  const { errors } = (await answer.json()) as { errors: { path: string }[] };
  expect(errors.map(({ path }) => path).toSorted()).toEqual(paths.toSorted());
});

describe('a review', () => {
  it('by the author is refused unless the tenant allows it', async () => {
    await put({ ...defaultTenantSettings, allowSelfReview: false });
    // The token of the stack has the subject `local`.
    await post(commit('selfmade1', 'LOCAL'));
    await post(commit('others1'));
    const refused = await poll(async () => {
      const answer = await review('selfmade1');
      return answer.status === 403 ? answer : undefined;
    });
    expect(await refused.json()).toMatchObject({ detail: 'Nobody reviews a commit of their own here.' });
    expect((await review('others1')).status).toBe(200);

    await put({ ...defaultTenantSettings, allowSelfReview: true });
    const allowed = await poll(async () => {
      const answer = await review('selfmade1');
      return answer.ok ? answer : undefined;
    });
    expect(((await allowed.json()) as Stored<CommitItem>).review).toMatchObject({ reviewer: 'local:local' });
  });
});
