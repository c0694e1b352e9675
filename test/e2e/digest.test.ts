import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type HttpReceiver,
  type MailReceiver,
  startHttpReceiver,
  startMailReceiver,
} from '../lib/digest/receivers';
import { poll, type RunningStack, startStackProcess, temporaryFolder } from './runningStack';

let stack: RunningStack;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let chat: HttpReceiver;
let mail: MailReceiver;
const today = new Date().toISOString().slice(0, 10);
const certificate = join(__dirname, '../fixtures/tls/localhost.crt');
const settingNames = [
  'NODE_EXTRA_CA_CERTS',
  'SMTP_URL',
  'SMTP_FROM',
  'PUBLIC_URL',
  'CHANNEL_SECRET__tenant_D001__chat_Durl',
];

async function record(commitHash: string, riskScore: number): Promise<void> {
  const answer = await stack.send('POST', '/commits', {
    commitHash,
    message: `fix: ${commitHash} <!channel>`,
    timestamp: new Date().toISOString(),
    author: 'ann@clinic.example',
    repository: 'clinic/records',
    riskScore,
    filesChanged: ['src/phi/export.ts'],
  });
  expect(answer.status).toBe(201);
  await poll(async () => {
    const found = await stack.call(`/audit?commitHash=${commitHash}`);
    return ((await found.json()) as { items: unknown[] }).items.length > 0 || undefined;
  });
}

beforeAll(async () => {
  const [cert = '', key = ''] = await Promise.all(
    [certificate, certificate.replace('.crt', '.key')].map((file) => readFile(file, 'utf8')),
  );
  [folder, chat, mail] = await Promise.all([
    temporaryFolder(),
    startHttpReceiver({ cert, key }),
    startMailReceiver(),
  ]);
  Object.assign(process.env, {
    NODE_EXTRA_CA_CERTS: certificate,
    SMTP_URL: mail.url,
    SMTP_FROM: 'digest@clinic.example',
    PUBLIC_URL: 'https://evidence.clinic.example',
    CHANNEL_SECRET__tenant_D001__chat_Durl: `${chat.url}/chat`,
  });
  stack = await startStackProcess(folder.path);
  const settings = (await (await stack.call('/settings')).json()) as { settings: object };
  const answer = await stack.send('PUT', '/settings', {
    ...settings.settings,
    digest: {
      channels: [
        { type: 'slack', name: 'chat', urlSecret: 'chat-url', announceCritical: true },
        { type: 'email', name: 'mail', to: ['security@clinic.example'] },
      ],
    },
  });
  expect(answer.status).toBe(200);
}, 60_000);

afterAll(async () => {
  for (const name of settingNames) delete process.env[name];
  await stack?.kill();
  await Promise.all([chat?.close(), mail?.close(), folder?.remove()]);
});

it('brings the morning digest of the built app to chat and mail, and gives it by Accept', async () => {
  await record('aaaaaaa1', 0.8);
  await stack.runTimer('dailyDigest');
  await poll(async () => (chat.received.length > 0 && mail.mails.length > 0) || undefined);
  expect(mail.mails[0]?.text).toContain('fix: aaaaaaa1');
  expect(mail.mails[0]?.text).toContain('https://evidence.clinic.example/api/dashboard?tenant=tenant-001');
  expect(JSON.parse(chat.received[0]?.body ?? '')).toMatchObject({ mrkdwn: false });

  const get = (accept: string) => stack.call(`/digests/${today}`, { headers: { accept } });
  const digest = await poll(async () => {
    const item = (await (await get('application/json')).json()) as {
      isOpen?: true;
      channels: Record<string, { status: string }>;
    };
    return item.isOpen ? undefined : item;
  });
  expect(digest).toMatchObject({
    commits: 1,
    highRiskTotal: 1,
    unreviewed: { total: 1 },
    channels: { chat: { status: 'sent' }, mail: { status: 'sent' } },
  });
  expect(JSON.stringify(digest)).not.toContain(chat.url);
  for (const [accept, start] of [
    ['text/html', '<!doctype html>'],
    ['text/markdown', '# tenant\\-001'],
  ] as const) {
    const answer = await get(accept);
    expect(answer.headers.get('content-type')).toBe(`${accept}; charset=utf-8`);
    expect((await answer.text()).startsWith(start)).toBe(true);
  }
  expect((await get('image/png')).status).toBe(406);
  expect((await stack.call('/digests/2020-01-01')).status).toBe(404);
});

it('announces a critical commit within two minutes', async () => {
  await stack.runTimer('sendMessages');
  const before = chat.received.length;
  await record('aaaaaaa2', 0.95);
  const since = Date.now();
  await poll(async () => chat.received.length > before || undefined, 120_000);
  expect(Date.now() - since).toBeLessThan(120_000);
  expect(chat.received.at(-1)?.body).toContain('1 critical commit recorded');
}, 150_000);
