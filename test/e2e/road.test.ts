import { createHmac, randomUUID } from 'node:crypto';
import type { AuditEntry } from '../../src/lib/audit';
import type { CommitItem } from '../../src/lib/commit';
import { pushExamples } from '../pushExamples';
import { poll, type RunningStack, startStackForSuite } from './runningStack';
import { sendPush } from './signedPush';

// The whole road, on the built bundle in the local stack: a push comes in, and is a scored, audited commit.

const payload = pushExamples.find(({ ref, deleted }) => ref === 'refs/heads/master' && !deleted);
const pushed = payload?.commits[0] ?? { id: 'there is no example', message: '' };

let stack: RunningStack;

startStackForSuite((started) => {
  stack = started;
});

const bodyOf = async <T>(answer: Promise<Response>): Promise<T> => (await (await answer).json()) as T;

function deliver(
  body: string,
  options: { id?: string; event?: string; secret?: string; type?: string } = {},
): Promise<Response> {
  const { event = 'push', type = 'application/json', ...rest } = options;
  return sendPush(stack, body, { ...rest, headers: { 'x-github-event': event, 'content-type': type } });
}

const post = (body: unknown, headers?: Record<string, string>) =>
  stack.send('POST', '/commits', body, headers);

const today = new Date().toISOString();
const seed = {
  commitHash: 'a1b2c3d4e5f6g7h8',
  message: 'feat: encrypt patient export\n\nPHI-Impact: Direct',
  timestamp: today,
  author: 'dev@example.org',
  riskScore: 0.85,
  compliance: ['HIPAA'],
  filesChanged: ['src/patients/export.ts'],
  linesAdded: 120,
  linesDeleted: 8,
};

describe('a signed push', () => {
  it('is acknowledged, and then readable, scored and in the audit log', async () => {
    const answer = await deliver(JSON.stringify(payload));
    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({ deliveryId: expect.any(String), commits: 1 });

    const commit = await poll(async () => {
      const found = await stack.call(`/commits/${pushed.id}`);
      return found.ok ? ((await found.json()) as CommitItem) : undefined;
    }, 10_000);
    expect(commit).toMatchObject({
      id: pushed.id,
      commitHash: pushed.id,
      tenantId: stack.tenantId,
      message: pushed.message,
      repositories: ['Codertocat/Hello-World'],
      branches: ['master'],
      riskLevel: expect.stringMatching(/low|medium|high|critical|unscored/),
      source: 'github',
      revision: 1,
    });
    expect(commit.changes).toEqual([
      {
        revision: 1,
        action: 'recorded',
        actor: 'github:Codertocat',
        at: commit.createdAt,
        contentHash: commit.contentHash,
      },
    ]);

    const entries = await poll(async () => {
      const { items } = await bodyOf<{ items: AuditEntry[] }>(stack.call(`/audit?commitHash=${pushed.id}`));
      return items.length > 0 ? items : undefined;
    }, 10_000);
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({
      id: `${pushed.id}:1`,
      action: 'recorded',
      contentHash: commit.contentHash,
    });
  });

  it('that comes again with the same delivery id is a duplicate', async () => {
    const id = randomUUID();
    expect((await deliver(JSON.stringify(payload), { id })).status).toBe(202);
    const again = await deliver(JSON.stringify(payload), { id });
    expect(again.status).toBe(200);
    expect(await again.json()).toEqual({ deliveryId: id, duplicate: true });
  });

  it('may be sent as a form, as GitHub does by default', async () => {
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    expect((await deliver(body, { type: 'application/x-www-form-urlencoded' })).status).toBe(202);
  });

  it.each([
    ['a wrong secret', { secret: 'wrong' }, 401],
    ['no delivery id', { id: '' }, 400],
    ['a content type of its own', { type: 'text/plain' }, 415],
  ])('with %s is refused', async (_, options, status) => {
    const answer = await deliver(JSON.stringify(payload), options);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });

  it('of one byte more than was signed is refused', async () => {
    const body = JSON.stringify(payload);
    const signature = createHmac('sha256', stack.webhookSecret).update(body).digest('hex');
    const headers = {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${signature}`,
    };
    expect((await fetch(stack.webhookUrl, { method: 'POST', headers, body: `${body} ` })).status).toBe(401);
  });

  it.each([
    ['broken JSON', '{"ref":', 400],
    ['something that is no push', '{"zen":"x"}', 400],
    ['a list', '[]', 400],
  ])('that holds %s is refused and named', async (_, body, status) => {
    const answer = await deliver(body);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ status, traceId: expect.any(String) });
  });

  it('that is a ping or another event is answered as such', async () => {
    const ping = await deliver('{"zen":"x"}', { event: 'ping' });
    expect(ping.status).toBe(200);
    const issues = await deliver('{"action":"opened"}', { event: 'issues' });
    expect([issues.status, await issues.json()]).toEqual([202, { ignored: true }]);
  });
});

describe('a posted commit', () => {
  it('is created once, and comes back as it is stored', async () => {
    const first = await post(seed);
    expect(first.status).toBe(201);
    const stored = (await first.json()) as CommitItem & { _rid: string; _etag: string };
    expect(stored).toMatchObject({
      id: seed.commitHash,
      tenantId: stack.tenantId,
      commitDate: today.slice(0, 10),
      riskScore: 0.85,
      riskSource: 'client',
      filesChanged: seed.filesChanged,
      linesAdded: 120,
      review: null,
      _rid: expect.any(String),
      _etag: first.headers.get('etag'),
    });
    expect(stored.compliance).toContain('HIPAA');

    const second = await post(seed);
    expect(second.status).toBe(200);
    expect(await second.json()).toMatchObject({
      revision: 1,
      createdAt: stored.createdAt,
      _etag: stored._etag,
    });
  });

  it('that was corrected is updated and keeps its history', async () => {
    await post({ ...seed, commitHash: 'corrected1' });
    const answer = await post({ ...seed, commitHash: 'corrected1', riskScore: 0.2 });
    expect(answer.status).toBe(200);
    const commit = (await answer.json()) as CommitItem;
    expect(commit).toMatchObject({ riskScore: 0.2, riskLevel: 'low', revision: 2 });
    expect(commit.changes.map(({ action }) => action)).toEqual(['recorded', 'amended']);
  });

  it('in a batch has its own result, in order, and one bad one loses none of the good ones', async () => {
    const commits = [
      { ...seed, commitHash: 'batchok1' },
      { ...seed, commitHash: 'no' },
      { ...seed, commitHash: 'batchok2' },
      { ...seed, commitHash: 'batchok1' },
    ];
    const answer = await post({ commits });
    expect(answer.status).toBe(207);
    expect(await answer.json()).toMatchObject({
      stored: 2,
      updated: 0,
      unchanged: 1,
      failed: 1,
      results: [
        { status: 'stored', commitHash: 'batchok1' },
        { status: 'failed', error: { status: 400, errors: [{ path: '/commits/1/commitHash' }] } },
        { status: 'stored', commitHash: 'batchok2' },
        { status: 'unchanged', commitHash: 'batchok1' },
      ],
    });
  });

  it.each([
    ['broken JSON', '{', {}, 400, 'invalid-json'],
    ['a missing author', { ...seed, author: undefined }, {}, 400, 'invalid-input'],
    ['a date that is not its own', { ...seed, commitDate: '2001-01-01' }, {}, 400, 'invalid-partition-key'],
    ['another tenant', { ...seed, tenantId: 'tenant-0010' }, {}, 403, 'forbidden'],
    [
      'another content type',
      JSON.stringify(seed),
      { 'content-type': 'text/plain' },
      415,
      'unsupported-media-type',
    ],
    ['no token', seed, { authorization: '' }, 401, 'unauthenticated'],
    ['an empty batch', { commits: [] }, {}, 400, 'invalid-input'],
    ['501 commits', { commits: Array.from({ length: 501 }, () => seed) }, {}, 400, 'invalid-input'],
  ])('with %s is refused', async (_, body, headers, status, code) => {
    const answer = await post(body, headers);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ type: expect.stringContaining(code), status });
  });

  it('of 60,000 files comes back whole', async () => {
    const filesChanged = Array.from({ length: 60_000 }, (_, n) => ({
      path: `module-${n}/src/main/java/org/example/Service${n}.java`,
      status: 'added' as const,
    }));
    expect((await post({ ...seed, commitHash: 'hugecommit', filesChanged })).status).toBe(201);
    const commit = await bodyOf<CommitItem>(stack.call('/commits/hugecommit'));
    expect(commit.filesChanged).toEqual(filesChanged.map(({ path }) => path));
    expect((await post({ ...seed, commitHash: 'hugecommit', filesChanged })).status).toBe(200);
  });
});

describe('the questions', () => {
  it('lists newest first, a page at a time, each commit once', async () => {
    const commits = Array.from({ length: 12 }, (_, n) => ({
      ...seed,
      commitHash: `paged${String(n).padStart(4, '0')}`,
      timestamp: `2020-03-${String(1 + (n % 4)).padStart(2, '0')}T12:00:00Z`,
    }));
    await post({ commits });
    const seen: CommitItem[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { items: CommitItem[]; nextCursor: string | null } = await bodyOf(
        stack.call(
          `/commits?startDate=2020-03-01&endDate=2020-03-31&limit=5${cursor ? `&cursor=${cursor}` : ''}`,
        ),
      );
      seen.push(...page.items);
      cursor = page.nextCursor;
    }
    const order = ({ timestamp, commitHash }: { timestamp: string; commitHash: string }) =>
      `${9999 - Number(timestamp.slice(8, 10))} ${commitHash}`;
    expect(seen.map(({ commitHash }) => commitHash)).toEqual(
      commits.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)).map(({ commitHash }) => commitHash),
    );
  });

  it('lists the riskiest first, back-dated ones that were seen lately too', async () => {
    await post({ ...seed, commitHash: 'backdated1', timestamp: '2015-01-01T00:00:00Z', riskScore: 0.99 });
    const { items } = await bodyOf<{ items: CommitItem[] }>(stack.call('/high-risk-commits?days=7'));
    expect(items[0]?.commitHash).toBe('backdated1');
    const scores = items.map(({ riskScore }) => riskScore ?? 0);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(Math.min(...scores)).toBeGreaterThanOrEqual(0.7);
  });

  it.each([
    ['/commits?limit=0', 'limit'],
    ['/commits?limit=501', 'limit'],
    ['/commits?startDate=2025-02-01&endDate=2025-01-01', 'startDate'],
    ['/commits?startDate=2020-01-01&endDate=2025-01-01', 'startDate'],
    ['/commits?surprise=1', 'surprise'],
    ['/commits?cursor=xyz', 'cursor'],
    ['/high-risk-commits?threshold=2', 'threshold'],
  ])('name what is wrong with %s', async (path, parameter) => {
    const answer = await stack.call(path);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ path: parameter }] });
  });

  it('answer 404 for a commit that is not there, and the same 403 for every other tenant', async () => {
    expect((await stack.call('/commits/0000000')).status).toBe(404);
    const others = await Promise.all(
      ['tenant-0010', 'tenant', 'nobody'].map((tenant) =>
        fetch(`${stack.apiUrl}/v1/tenants/${tenant}/commits`, {
          headers: { authorization: `Bearer ${stack.token}` },
        }),
      ),
    );
    expect(others.map(({ status }) => status)).toEqual([403, 403, 403]);
  });

  it('carry a request id and keep browsers out', async () => {
    const answer = await stack.call('/commits', { headers: { 'x-request-id': 'abc-1' } });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'x-request-id': 'abc-1',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
  });
});

describe('the evidence', () => {
  it('verifies, commits and chain alike, once the log has caught up', async () => {
    const report = await poll(async () => {
      const report = await bodyOf<{ valid: boolean; entries: number; notes: { kind: string }[] }>(
        stack.call('/audit/verify'),
      );
      return report.notes.some(({ kind }) => kind === 'pending') ? undefined : report;
    });
    expect(report).toMatchObject({ valid: true, problems: [] });
    const exported = await (await stack.call('/audit/export')).text();
    const actions = [...exported.matchAll(/"action":"([a-z-]+)"/g)].map(([, action]) => action);
    // Who has read the log, and the digest of the start, stand in it too.
    expect(actions.filter((action) => action === 'recorded' || action === 'amended')).toHaveLength(20);
  });

  it('is ready', async () => {
    expect((await fetch(`${stack.apiUrl}/health/live`)).status).toBe(200);
    expect(await bodyOf(fetch(`${stack.apiUrl}/health/ready`))).toEqual({
      status: 'ok',
      parts: { cosmos: 'ok' },
    });
  });
});
