import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import {
  announceCritical,
  type ChannelSettings,
  deliverOpen,
  type Message,
  makeDigests,
} from '../../../src/lib/digest';
import { auditCommits } from '../../../src/lib/evidence';
import { storeCommits } from '../../../src/lib/ingest';
import { defaultRiskPolicy } from '../../../src/lib/risk';
import type { Store } from '../../../src/lib/store';
import { openRoad, type Road } from '../ingest/testRoad';
import { hostileTexts } from './madeDigests';
import { type HttpReceiver, type MailReceiver, startHttpReceiver, startMailReceiver } from './receivers';

const secret = 'a-signing-key-of-the-receiver-00';
let road: Road;
let http: HttpReceiver;
let smtp: MailReceiver;
let now: Date;
let tenants = 0;
let tenantId: string;
const clock = () => now;
const later = (ms: number) => {
  now = new Date(now.getTime() + ms);
};

beforeAll(async () => {
  const [opened, ...receivers] = await Promise.all([openRoad(), startHttpReceiver(), startMailReceiver()]);
  [http, smtp] = receivers;
  // No answer of the store is to be lost here, however busy the machine.
  const instance = () => opened.instance(10_000);
  road = { ...opened, store: instance(), instance };
});
afterAll(() => Promise.all([road.close(), http.close(), smtp.close()]));
beforeEach(() => {
  now = new Date('2026-03-02T10:00:00.000Z');
  tenantId = `tenant-${++tenants}`;
  http.received.length = 0;
  http.behaviours.clear();
  smtp.mails.length = 0;
});

const channels = (): ChannelSettings[] => [
  { type: 'slack', name: 'chat', minLevel: 'high', announceCritical: false, urlSecret: 'chat-url' },
  { type: 'teams', name: 'teams', minLevel: 'high', announceCritical: false, urlSecret: 'teams-url' },
  { type: 'email', name: 'mail', minLevel: 'high', announceCritical: false, to: ['a@clinic.example'] },
  {
    type: 'webhook',
    name: 'hook',
    minLevel: 'high',
    announceCritical: true,
    url: `${http.url}/hook`,
    signingSecret: 'hook-key',
  },
];
const told = (list = channels()) => list.map(({ name, type, minLevel }) => ({ name, kind: type, minLevel }));

const delivery = (store: Store) => {
  const prefix = `CHANNEL_SECRET__${tenantId.replaceAll('-', '_D')}__`;
  return {
    store,
    clock,
    options: {
      publicUrl: 'https://evidence.clinic.example',
      smtpUrl: smtp.url,
      smtpFrom: 'digest@clinic.example',
      channelSecrets: {
        [`${prefix}chat_Durl`]: `${http.url}/slack`,
        [`${prefix}teams_Durl`]: `${http.url}/teams`,
        [`${prefix}hook_Dkey`]: secret,
      },
      timeoutMs: 1_000,
    },
  };
};

async function record(commitHash: string, message = 'fix: patient export', riskScore = 0.95): Promise<void> {
  const commit = {
    commitHash,
    timestamp: now.toISOString(),
    commitDate: now.toISOString().slice(0, 10),
    message,
    redactions: [],
    author: 'ann@clinic.example',
    files: [{ path: 'src/phi/export.ts' }],
    repositories: ['clinic/records'],
    branches: ['main'],
    declared: { riskScore },
  };
  await storeCommits(road.store, {
    tenantId,
    commits: [commit],
    policy: defaultRiskPolicy,
    actor: 'test',
    source: 'api',
    at: now.toISOString(),
  });
  await auditCommits(road.store, [{ tenantId, commitHash }], clock);
}

async function morning(store: Store, list = channels()): Promise<void> {
  await makeDigests(store, tenantId, told(list), clock);
  await deliverOpen(delivery(store), tenantId, list);
}
const states = async (id = now.toISOString().slice(0, 10)) =>
  ((await road.store.digests.get(tenantId, id)) as unknown as Message).channels ?? {};
const statuses = async () =>
  Object.fromEntries(Object.entries(await states()).map(([name, { status }]) => [name, status]));
const arrived = (path: string) => http.received.filter((message) => message.path === path);

it('brings the digest to every channel once, however often it runs', async () => {
  await record('aaaaaaa1');
  await morning(road.store);
  await morning(road.store);
  expect(await statuses()).toEqual({ chat: 'sent', teams: 'sent', mail: 'sent', hook: 'sent' });
  expect(http.received.map(({ path }) => path).sort()).toEqual(['/hook', '/slack', '/teams']);
  expect(smtp.mails).toHaveLength(1);
  expect(await road.store.digests.open(tenantId)).toEqual([]);
});

it('sends a mail with a text and an HTML part under a Message-ID of its own', async () => {
  await record('aaaaaaa1');
  await morning(road.store);
  const [mail] = smtp.mails;
  expect(mail?.subject).toBe(`${tenantId}: digest of 2026-03-02`);
  expect(mail?.text).toContain('fix: patient export');
  expect(mail?.html).toContain('fix: patient export');
  expect(mail?.messageId).toMatch(/^<[0-9a-f]{40}@clinic\.example>$/);
});

it('signs a webhook so that any Standard Webhooks library verifies it', async () => {
  await record('aaaaaaa1');
  await morning(road.store);
  const [hook] = arrived('/hook');
  const headers = hook?.headers as Record<string, string>;
  const verified = new Webhook(secret, { format: 'raw' }).verify(hook?.body ?? '', headers);
  expect(verified).toMatchObject({ type: 'digest.created', data: { digestDate: '2026-03-02', commits: 1 } });
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${hook?.body}`;
  const expected = createHmac('sha256', secret).update(signed).digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${expected}`);
  expect(() => new Webhook(secret, { format: 'raw' }).verify(`${hook?.body} `, headers)).toThrow();
  expect(hook?.body).not.toContain('_etag');
});

it('tries a channel that failed again, later each time, under the same id, and leaves the others alone', async () => {
  await record('aaaaaaa1');
  http.behaviours.set('/hook', [{ status: 500 }, { status: 503 }]);
  http.behaviours.set('/slack', [{ status: 404 }]);
  smtp.refuse(1);
  await morning(road.store);
  expect(await statuses()).toEqual({ chat: 'pending', teams: 'sent', mail: 'pending', hook: 'pending' });
  expect((await states()).hook).toMatchObject({ attempts: 1, error: 'The receiver answered 500.' });

  await morning(road.store);
  expect((await states()).hook?.attempts).toBe(1);
  later(31_000);
  await morning(road.store);
  expect(await statuses()).toEqual({ chat: 'sent', teams: 'sent', mail: 'sent', hook: 'pending' });
  later(31_000);
  await morning(road.store);
  expect((await states()).hook?.attempts).toBe(2);
  later(30_000);
  await morning(road.store);
  expect(await statuses()).toMatchObject({ hook: 'sent' });
  expect([arrived('/hook').length, arrived('/slack').length, smtp.mails.length]).toEqual([1, 1, 1]);
});

it('waits as long as a throttling receiver asks', async () => {
  http.behaviours.set('/slack', [{ status: 429, headers: { 'retry-after': '600' } }]);
  await morning(road.store);
  expect((await states()).chat?.nextAttemptAt).toBe('2026-03-02T10:10:00.000Z');
});

it('does not repeat a message to Slack or Teams that may have arrived, and the next digest says so', async () => {
  http.behaviours.set('/slack', ['hangs']);
  http.behaviours.set('/teams', ['hangs-up']);
  http.behaviours.set('/hook', ['hangs']);
  await morning(road.store);
  expect(await statuses()).toEqual({ chat: 'unknown', teams: 'unknown', mail: 'sent', hook: 'pending' });
  later(120_000);
  await morning(road.store);
  expect(await statuses()).toMatchObject({ chat: 'unknown', teams: 'unknown', hook: 'sent' });
  const ids = arrived('/hook').map(({ headers }) => headers['webhook-id']);
  expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
  expect([arrived('/slack').length, arrived('/teams').length]).toEqual([1, 1]);
  later(86_400_000);
  await morning(road.store);
  expect(smtp.mails.at(-1)?.text).toContain('digest of 2026-03-02 to chat: unknown');
});

it('gives up after a day, and says why', async () => {
  http.behaviours.set(
    '/hook',
    Array.from({ length: 9 }, () => ({ status: 500 })),
  );
  await morning(road.store);
  later(86_460_000);
  await deliverOpen(delivery(road.store), tenantId, channels());
  expect((await states('2026-03-02')).hook).toMatchObject({
    status: 'failed',
    error: 'The receiver answered 500.',
  });
});

it('names the setting that is missing, and no secret', async () => {
  const { options } = delivery(road.store);
  await makeDigests(road.store, tenantId, told(), clock);
  await deliverOpen(
    { store: road.store, clock, options: { ...options, channelSecrets: {} } },
    tenantId,
    channels(),
  );
  expect((await states()).chat?.error).toMatch(
    /^The app has no setting CHANNEL_SECRET__tenant_D\d+__chat_Durl\.$/,
  );
  expect(JSON.stringify(await states())).not.toContain(secret);
});

it('sends each channel one message when two hosts run at once', async () => {
  await record('aaaaaaa1');
  await Promise.all([morning(road.store), morning(road.instance()), morning(road.instance())]);
  expect(await statuses()).toEqual({ chat: 'sent', teams: 'sent', mail: 'sent', hook: 'sent' });
  expect(http.received.map(({ path }) => path).sort()).toEqual(['/hook', '/slack', '/teams']);
  expect(smtp.mails).toHaveLength(1);
});

describe('between the claim of a channel and the first byte', () => {
  /** A store that does something when a channel is claimed in it. */
  function onClaim(act: () => void): Store {
    const digests = new Proxy(road.store.digests, {
      get: (target, name, receiver) => {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => {
          if (name === 'replace' && JSON.stringify(args).includes('"sending"')) act();
          return member.apply(target, args);
        };
      },
    });
    return { ...road.store, digests };
  }
  const chat = () => channels().filter(({ name }) => name === 'chat');

  it('nothing is left to do but to write: the connection is open before', async () => {
    const before = http.connections();
    let opened = 0;
    const store = onClaim(() => {
      opened = http.connections() - before;
    });
    await morning(store, chat());
    expect([opened, await statuses()]).toEqual([1, { chat: 'sent' }]);
  });

  it('a receiver that hangs up has certainly got nothing, and is told later', async () => {
    await makeDigests(road.store, tenantId, told(chat()), clock);
    const hangsUp = onClaim(() => http.hangUp());
    await deliverOpen(delivery(hangsUp), tenantId, chat());
    expect(await states()).toMatchObject({ chat: { status: 'pending', attempts: 1 } });
    later(31_000);
    await morning(road.store, chat());
    expect([await statuses(), arrived('/slack').length]).toEqual([{ chat: 'sent' }, 1]);
  });

  it('a receiver that cannot be reached, or whose address is none, is tried again', async () => {
    for (const url of ['http://127.0.0.1:1/slack', 'no address']) {
      tenantId = `tenant-${++tenants}`;
      await makeDigests(road.store, tenantId, told(chat()), clock);
      const { options, ...rest } = delivery(road.store);
      const [setting = ''] = Object.keys(options.channelSecrets);
      const channelSecrets = { ...options.channelSecrets, [setting]: url };
      await deliverOpen({ ...rest, options: { ...options, channelSecrets } }, tenantId, chat());
      expect(await states()).toMatchObject({ chat: { status: 'pending', attempts: 1 } });
      expect((await states()).chat?.error).not.toContain('slack');
    }
  });
});

it('says nothing to a receiver over HTTPS whose certificate nobody trusts', async () => {
  const tls = (end: string) => readFile(join(__dirname, `../../fixtures/tls/localhost.${end}`), 'utf8');
  const impostor = await startHttpReceiver({ cert: await tls('crt'), key: await tls('key') });
  try {
    const list = channels().filter(({ name }) => name === 'hook');
    const settings = list.map((channel) => ({ ...channel, url: `${impostor.url}/hook` }));
    await morning(road.store, settings as ChannelSettings[]);
    expect((await states()).hook).toMatchObject({
      status: 'pending',
      error: 'The connection failed (DEPTH_ZERO_SELF_SIGNED_CERT).',
    });
    expect(impostor.received).toEqual([]);
  } finally {
    await impostor.close();
  }
});

describe('killed at any step and run again by two hosts at once', () => {
  class Killed extends Error {}

  /** A store whose process ends at the n-th step that it takes with digests, before or after the step is done. */
  function mortal(store: Store, step: number, when: 'before' | 'after') {
    let steps = 0;
    const digests = new Proxy(store.digests, {
      get: (target, name, receiver) => {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          const mine = ++steps;
          if (mine > step || (mine === step && when === 'before')) throw new Killed();
          const result: unknown = await member.apply(target, args);
          // What others of the dead process began comes to nothing.
          if (mine === step || steps > step) throw new Killed();
          return result;
        };
      },
    });
    return { store: { ...store, digests }, wasKilled: () => steps >= step };
  }

  it.each(['chat', 'teams', 'mail', 'hook'])('tells %s once', async (name) => {
    const list = channels().filter((channel) => channel.name === name);
    const silent: string[] = [];
    let points = 0;
    for (let step = 1, killed = true; killed; step++) {
      for (const when of ['before', 'after'] as const) {
        tenantId = `tenant-${++tenants}`;
        now = new Date('2026-03-02T10:00:00.000Z');
        http.received.length = 0;
        smtp.mails.length = 0;
        await record('aaaaaaa1');
        const dying = mortal(road.store, step, when);
        await morning(dying.store, list).catch((error: unknown) => {
          if (!(error instanceof Killed)) throw error;
        });
        killed = dying.wasKilled();
        if (killed) points++;
        later(120_000);
        await Promise.all([morning(road.store, list), morning(road.instance(), list)]);
        // What the dead process of a turn before had on its way may arrive late: it names its tenant.
        const ours = (text: string | undefined) => new RegExp(`\\b${tenantId}\\b`).test(text ?? '');
        const received = http.received.filter(({ body }) => ours(body));
        const messages = new Set([
          ...received.map(({ path, headers }) => headers['webhook-id'] ?? path),
          ...smtp.mails.filter(({ subject }) => ours(subject)).map(({ messageId }) => messageId),
        ]);
        const status = (await states())[name]?.status;
        if (messages.size === 0) {
          expect(status).toBe('unknown');
          silent.push(`${step} ${when}`);
        } else {
          expect(messages.size).toBe(1);
          // One that can tell a repetition may have it twice under one id; the others never.
          if (name === 'chat' || name === 'teams') expect(received).toHaveLength(1);
          expect(['sent', 'unknown']).toContain(status);
        }
      }
    }
    expect(points).toBeGreaterThan(10);
    // The one instant between "I am sending" and the first byte: Slack and Teams cannot be asked, so they are not told twice.
    expect(silent).toHaveLength(name === 'chat' || name === 'teams' ? 1 : 0);
  });
});

it('makes up the days that were missed, each commit in one digest, and is silent about quiet ones', async () => {
  await record('aaaaaaa1');
  await morning(road.store);
  await record('aaaaaaa2');
  later(2 * 86_400_000);
  await record('aaaaaaa3');
  later(3 * 86_400_000);
  await record('aaaaaaa4');
  await morning(road.store);
  const digests = await road.store.digests.list(tenantId, 30);
  expect(digests.map(({ digestDate, commits }) => `${digestDate} ${commits}`)).toEqual([
    '2026-03-07 1',
    '2026-03-06 0',
    '2026-03-05 0',
    '2026-03-04 1',
    '2026-03-03 1',
    '2026-03-02 1',
  ]);
  expect(smtp.mails.map(({ subject }) => subject?.slice(-10)).sort()).toEqual([
    '2026-03-02',
    '2026-03-03',
    '2026-03-04',
    '2026-03-07',
  ]);
});

describe('an announcement', () => {
  it('tells a critical commit once, in two hosts at once, and no history from before', async () => {
    await record('aaaaaaa0');
    await announceCritical(road.store, tenantId, told(), clock);
    await record('aaaaaaa1');
    await record('aaaaaaa2', 'docs: typo', 0.1);
    const made = await Promise.all(
      [road.store, road.instance()].map((store) => announceCritical(store, tenantId, told(), clock)),
    );
    expect(made.filter(Boolean)).toHaveLength(1);
    await deliverOpen(delivery(road.store), tenantId, channels());
    expect(await announceCritical(road.store, tenantId, told(), clock)).toBeUndefined();
    expect(smtp.mails.map(({ subject }) => subject)).toEqual([`${tenantId}: 1 critical commit`]);
    expect(JSON.parse(arrived('/hook')[0]?.body ?? '')).toMatchObject({
      type: 'commits.critical',
      data: { total: 1, commits: [{ commitHash: 'aaaaaaa1' }] },
    });
    expect(await road.store.digests.list(tenantId, 10)).toEqual([]);
  });
});

it('keeps hostile messages text on their way through a real mail server', async () => {
  for (const [n, [, text]] of hostileTexts.entries()) await record(`aaaaaab${n}`, text);
  await morning(road.store);
  const [mail] = smtp.mails;
  expect(mail?.headers.has('x-header')).toBe(false);
  expect(mail?.html).not.toMatch(/<script|<img|onerror="/i);
  expect(mail?.text).toContain('<script>alert(1)</script>');
});
