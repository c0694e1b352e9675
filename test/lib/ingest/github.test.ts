import { generateKeyPairSync } from 'node:crypto';
import { systemClock } from '../../../src/lib/clock';
import type { GitHubCredentials } from '../../../src/lib/config';
import { enrichCommits, fillGaps, GitHubApi, processDelivery, redeliver } from '../../../src/lib/ingest';
import { defaultRiskPolicy } from '../../../src/lib/risk';
import { type GitHubStandIn, startGitHubStandIn } from './gitHubStandIn';
import {
  auditAll,
  hashOf,
  openRoad,
  pushOf,
  type Road,
  receive,
  reconcileAll,
  tenantId,
  verified,
} from './testRoad';

let road: Road;
let gitHub: GitHubStandIn;

beforeEach(async () => {
  road = await openRoad();
  gitHub = await startGitHubStandIn();
});

afterEach(async () => {
  await gitHub.close();
  await road.close();
});

const later = (minutes: number) => () => new Date(Date.now() + minutes * 60_000);

function asking(clock = systemClock, token = 'secret-token') {
  return askingAs({ kind: 'token', token }, clock);
}

function askingAs(credentials: GitHubCredentials, clock = systemClock) {
  const api = new GitHubApi({ credentials, apiUrl: gitHub.url, clock, reserve: 2 });
  return { store: road.store, tenantId, api, policy: defaultRiskPolicy, clock };
}

async function push(deliveryId: string, payload: unknown): Promise<void> {
  await receive(road.store, deliveryId, payload);
  await processDelivery(road.store, { tenantId, deliveryId }, defaultRiskPolicy, systemClock, {
    enriches: true,
  });
  await reconcileAll(road.store);
}

const commit = (name: string) => road.store.commits.get(tenantId, hashOf(name));

describe('what a push does not tell', () => {
  it('is absent, not zero, until GitHub was asked, and then scored and audited', async () => {
    gitHub.commits.set(hashOf('a'), { files: 5, parents: [hashOf('p'), hashOf('q')], verified: true });
    await push('d-1', pushOf({ commits: ['a'] }));
    const before = await commit('a');
    for (const name of ['linesAdded', 'linesDeleted', 'parents', 'verified', 'isMerge'])
      expect(before).not.toHaveProperty(name);
    expect((await road.store.deliveries.counts(tenantId)).enriching).toBe(1);

    expect(await enrichCommits(asking())).toEqual({ enriched: 1 });
    const now = await commit('a');
    expect(now).toMatchObject({
      linesAdded: 50,
      linesDeleted: 5,
      parents: [hashOf('p'), hashOf('q')],
      isMerge: true,
      verified: true,
      filesChangedCount: 5,
      revision: 2,
      changes: [{ action: 'recorded' }, { action: 'amended', actor: 'github-api' }],
    });
    expect(now?.fileChanges?.[0]).toEqual({
      path: 'src/auth/file-0.ts',
      status: 'renamed',
      linesAdded: 10,
      linesDeleted: 1,
      previousPath: 'src/auth/old.ts',
    });
    expect((await road.store.deliveries.counts(tenantId)).enriching).toBe(0);
    expect(await enrichCommits(asking())).toEqual({ enriched: 0 });
    await auditAll(road.store, [hashOf('a')]);
    expect(await verified(road.store)).toMatchObject({ valid: true, entries: 2, notes: [] });
  });

  it('stays known when the same commit is pushed to another branch', async () => {
    gitHub.commits.set(hashOf('a'), { files: 3, parents: [hashOf('p')], verified: false });
    await push('d-1', pushOf({ commits: ['a'] }));
    await enrichCommits(asking());
    await push('d-2', pushOf({ commits: ['a'], ref: 'refs/heads/topic' }));
    expect(await commit('a')).toMatchObject({
      linesAdded: 30,
      filesChangedCount: 3,
      branches: ['main', 'topic'],
    });
  });

  it('is asked for again later where GitHub does not know a fresh commit yet, and given up after three days', async () => {
    gitHub.commits.set(hashOf('a'), { files: 1, parents: [], verified: false, fresh: 1 });
    await push('d-1', pushOf({ commits: ['a', 'gone'] }));
    expect(await enrichCommits(asking())).toEqual({ enriched: 0 });
    expect(await enrichCommits(asking())).toEqual({ enriched: 0 });
    expect(gitHub.asked).toHaveLength(2);
    expect(await enrichCommits(asking(later(2)))).toEqual({ enriched: 1 });
    expect((await road.store.deliveries.counts(tenantId)).enriching).toBe(1);
    await enrichCommits(asking(later(4 * 24 * 60)));
    expect((await road.store.deliveries.counts(tenantId)).enriching).toBe(0);
  });

  it('waits for the reset where the quota is used up to the reserve, and loses nothing', async () => {
    const names = ['a', 'b', 'c', 'd'];
    for (const name of names) gitHub.commits.set(hashOf(name), { files: 1, parents: [], verified: false });
    gitHub.quota.remaining = 4;
    gitHub.quota.resetAt = Math.floor(Date.now() / 1000) + 1_800;
    await push('d-1', pushOf({ commits: names }));
    const first = await enrichCommits(asking());
    expect(first).toEqual({ enriched: 2, resetAt: new Date(gitHub.quota.resetAt * 1000) });
    expect(await enrichCommits(asking())).toEqual({ enriched: 0 });
    gitHub.quota.remaining = 5_000;
    expect(await enrichCommits(asking(later(31)))).toEqual({ enriched: 2 });
  });

  it('waits for the reset where GitHub refuses with 403', async () => {
    gitHub.quota.remaining = 0;
    gitHub.quota.resetAt = Math.floor(Date.now() / 1000) + 600;
    await push('d-1', pushOf({ commits: ['a'] }));
    expect(await enrichCommits(asking())).toMatchObject({ enriched: 0, resetAt: expect.any(Date) });
    expect((await road.store.deliveries.counts(tenantId)).enriching).toBe(1);
  });

  it('stays asked for where the token is wrong', async () => {
    await push('d-1', pushOf({ commits: ['a'] }));
    expect(await enrichCommits(asking(systemClock, 'wrong'))).toEqual({ enriched: 0 });
    expect((await road.store.deliveries.counts(tenantId)).enriching).toBe(1);
  });
});

describe('a gap', () => {
  const missing = ['m1', 'm2', 'm3'];

  beforeEach(async () => {
    await push('d-1', pushOf({ commits: ['a'], pushedAt: 1 }));
    await push('d-2', pushOf({ before: hashOf('m3'), commits: ['z'], pushedAt: 3 }));
  });

  const ref = async () => (await road.store.refs.page(tenantId, {}, 10))[0];

  it('is filled by what GitHub says lies between its ends', async () => {
    gitHub.comparisons.set(`${hashOf('a')}...${hashOf('m3')}`, missing.map(hashOf));
    expect(await fillGaps(asking())).toEqual({ filled: 1 });
    await reconcileAll(road.store);
    expect(await ref()).toMatchObject({ pushes: 2, gapsFound: 1, gapsFilled: 1 });
    for (const name of missing) {
      gitHub.commits.set(hashOf(name), { files: 1, parents: [], verified: false });
      expect(await commit(name)).toMatchObject({ branches: ['main'], repositories: ['clinic/records'] });
    }
    await enrichCommits(asking());
    expect(await commit('m1')).toMatchObject({
      linesAdded: 10,
      verified: false,
      riskLevel: expect.not.stringMatching('unscored'),
    });
    await auditAll(road.store, ['a', 'z', ...missing].map(hashOf));
    const actions = (await road.store.audit.page(tenantId, { after: 0 }, 100)).map(({ action }) => action);
    expect(actions.filter((action) => action.startsWith('gap'))).toEqual(['gap', 'gap-filled']);
    expect(await verified(road.store)).toMatchObject({ valid: true, problems: [], notes: [] });
    expect(await fillGaps(asking())).toEqual({ filled: 0 });
  });

  it('whose ends GitHub does not know stays open, says why, and is tried later', async () => {
    expect(await fillGaps(asking())).toEqual({ filled: 0 });
    expect((await ref())?.gaps).toMatchObject([
      { attempts: 1, error: 'not-found', nextAttemptAt: expect.any(String) },
    ]);
    const asked = gitHub.asked.length;
    await fillGaps(asking());
    expect(gitHub.asked).toHaveLength(asked);
    gitHub.comparisons.set(`${hashOf('a')}...${hashOf('m3')}`, missing.map(hashOf));
    expect(await fillGaps(asking(later(120)))).toEqual({ filled: 1 });
  });
});

describe('a delivery that failed at GitHub', () => {
  it('is asked for again once, unless it got here after all or has failed too often', async () => {
    await push('here', pushOf({ commits: ['a'] }));
    gitHub.hooks.push(
      { id: 5, config: { url: `https://records.example/api/v1/tenants/${tenantId}/webhooks/github` } },
      { id: 6, config: { url: 'https://elsewhere.example/hook' } },
    );
    const at = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    const delivery = (id: number, guid: string, status_code: number, minutes = id) => ({
      id,
      guid,
      delivered_at: at(minutes),
      status_code,
      event: 'push',
    });
    gitHub.deliveries.push(
      delivery(1, 'lost', 502),
      delivery(2, 'here', 504),
      delivery(3, 'again', 200),
      delivery(4, 'again', 500),
      ...[5, 6, 7, 8, 9].map((id) => delivery(id, 'hopeless', 500)),
      delivery(10, 'old', 500, 5 * 24 * 60),
    );
    expect(await redeliver(asking())).toEqual({ redelivered: 1 });
    expect(gitHub.asked.filter((line) => line.startsWith('POST'))).toEqual([
      'POST /repos/clinic/records/hooks/5/deliveries/1/attempts',
    ]);
    const [entry] = (await road.store.audit.page(tenantId, { after: 0 }, 100)).filter(
      ({ action }) => action === 'redelivered',
    );
    expect(entry).toMatchObject({
      subject: 'redelivery:lost',
      detail: { deliveryId: 'lost', repository: 'clinic/records' },
    });
  });

  it('is nobody else’s to ask for: a token that may not see the webhooks changes nothing', async () => {
    await push('here', pushOf({ commits: ['a'] }));
    expect(await redeliver(asking(systemClock, 'wrong'))).toEqual({ redelivered: 0 });
  });
});

describe('a GitHub App', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const credentials = { kind: 'app', appId: '4711', privateKey: pem } as const;
  const hookUrl = `https://records.example/api/v1/tenants/${tenantId}/webhooks/github`;

  beforeEach(async () => {
    await gitHub.close();
    gitHub = await startGitHubStandIn({ id: '4711', publicKey, hookUrl });
  });

  it('asks by the installation in each repository, with a token that it gets itself', async () => {
    for (const name of ['a', 'b'])
      gitHub.commits.set(hashOf(name), { files: 1, parents: [], verified: true });
    await push('d-1', pushOf({ commits: ['a', 'b'] }));
    expect(await enrichCommits(askingAs(credentials))).toEqual({ enriched: 2 });
    expect(await commit('a')).toMatchObject({ linesAdded: 10, verified: true });
    expect(gitHub.asked.map((line) => line.split('?')[0])).toEqual([
      'GET /repos/clinic/records/installation',
      'POST /app/installations/77/access_tokens',
      `GET /repos/clinic/records/commits/${hashOf('a')}`,
      `GET /repos/clinic/records/commits/${hashOf('b')}`,
    ]);
  });

  it('leaves what it is not installed in for later, and asks at most once in ten minutes whether it is now', async () => {
    await push('d-1', pushOf({ commits: ['a'], repository: 'elsewhere/records' }));
    const asking = askingAs(credentials);
    for (let times = 0; times < 3; times++) expect(await enrichCommits(asking)).toEqual({ enriched: 0 });
    expect(gitHub.asked).toEqual(['GET /repos/elsewhere/records/installation']);
    expect((await road.store.deliveries.counts(tenantId)).enriching).toBe(1);
  });

  it('whose key is not the one that GitHub knows changes nothing', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    await push('d-1', pushOf({ commits: ['a'] }));
    const asking = askingAs({
      ...credentials,
      privateKey: other.export({ type: 'pkcs8', format: 'pem' }).toString(),
    });
    expect(await enrichCommits(asking)).toEqual({ enriched: 0 });
    expect(await redeliver(asking)).toEqual({ redelivered: 0 });
    expect((await road.store.deliveries.counts(tenantId)).enriching).toBe(1);
  });

  it('asks again for what its own webhook could not deliver', async () => {
    gitHub.deliveries.push({
      id: 1,
      guid: 'lost',
      delivered_at: new Date().toISOString(),
      status_code: 502,
      event: 'push',
    });
    expect(await redeliver(askingAs(credentials))).toEqual({ redelivered: 1 });
    expect(gitHub.asked.at(-1)).toBe('POST /app/hook/deliveries/1/attempts');
    const [entry] = await road.store.audit.page(tenantId, { after: 0 }, 100);
    expect(entry).toMatchObject({
      action: 'redelivered',
      subject: 'redelivery:lost',
      detail: { attempt: 1 },
    });
  });
});
