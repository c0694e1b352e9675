import { eventually } from '../local/host/hostProcess';
import { pushExamples } from '../pushExamples';
import { type App, masterKey, openApp } from './app';

// Everything that goes wrong is made to go wrong with things in it that must not get out; then every log line and answer is read.

let app: App;
beforeAll(async () => {
  app = await openApp();
}, 60_000);
afterAll(() => app?.close());

const planted = {
  address: 'planted.address@clinic.example',
  message: 'planted words of a commit message',
  path: 'planted/path/of/a/file.ts',
  note: 'planted words of a review',
  patient: '123-45-6789',
  token: `ghp_${'Zz9'.repeat(12)}`,
};

it('logs hold no secret, address, message or path; answers repeat nothing that was refused and hold no secret', async () => {
  const at = 'v1/tenants/t1';
  const bad = {
    commitHash: '!',
    message: planted.message,
    author: planted.address,
    filesChanged: [planted.path],
    timestamp: planted.note,
  };
  const good = {
    commitHash: 'abcdef0123',
    message: `${planted.message} ${planted.token} SSN ${planted.patient}`,
    author: planted.address,
    timestamp: '2025-01-01T00:00:00Z',
    filesChanged: [planted.path],
  };
  const json = (method: string, path: string, body: unknown, headers = {}) =>
    app.call(['t1'], path, { method, headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
  const refused = [
    json('POST', `${at}/commits`, bad),
    json('POST', `${at}/commits`, { commits: [bad] }),
    json('POST', `${at}/commits`, `{"message":"${planted.message}`),
    json('POST', `${at}/commits`, { ...good, tenantId: planted.token.slice(0, 20) }),
    json('POST', `v1/tenants/${encodeURIComponent(planted.address)}/commits`, good),
    json('PUT', `${at}/commits/abcdef0123/review`, { status: planted.note, note: planted.note }),
    json('PUT', `${at}/settings`, { risk: planted.note, surprise: planted.token }),
    json('GET', `${at}/commits?author=${planted.address}&minRisk=${planted.token}`, undefined),
    json('GET', `${at}/commits?cursor=${planted.token}`, undefined),
    json('GET', `${at}/commits`, undefined, { authorization: `Bearer ${planted.token}` }),
    json('GET', `${at}/commits`, undefined, { authorization: planted.token }),
    app.push('t1', planted.address, { commits: [good] }),
    app.push('t1', 'a-delivery', { ref: planted.path, commits: [{ message: planted.message }] }),
  ];
  for (const answer of await Promise.all(refused)) {
    expect(answer.status).toBeGreaterThanOrEqual(207);
    const text = (await answer.text()).replaceAll(/"instance":"[^"]*"/g, '');
    for (const [name, value] of Object.entries(planted))
      expect([name, text.includes(value)]).toEqual([name, false]);
  }

  const stored = await (await json('POST', `${at}/commits`, good)).text();
  expect(stored).toContain('[REDACTED:');
  const pushed = pushExamples.find(({ ref, deleted }) => ref === 'refs/heads/master' && !deleted);
  const push = {
    ...pushed,
    commits: pushed?.commits.map((commit) => ({ ...commit, message: good.message })),
  };
  expect((await app.push('t1', 'pushed', push)).status).toBe(202);
  await json('PUT', `${at}/commits/abcdef0123/review`, {
    status: 'approved',
    note: `${planted.note} ${planted.token}`,
  });
  await eventually(async () => {
    const { items } = (await (await app.call(['t1'], `${at}/audit`)).json()) as { items: unknown[] };
    return items.length >= 3 ? items : undefined;
  });

  // The store is gone: the paths of failure beyond the reach of any check of the input.
  const answers = [stored];
  for (const path of [
    `${at}/commits`,
    `${at}/commits/abcdef0123`,
    `${at}/audit`,
    `${at}/stats`,
    `${at}/settings`,
  ])
    answers.push(await (await app.call(['t1'], path)).text());
  await app.emulator.close();
  for (const request of [
    json('POST', `${at}/commits`, { ...good, commitHash: 'abcdef4' }),
    json('GET', `${at}/commits?author=${planted.address}`, undefined),
    app.push('t1', 'unheard', push),
    fetch(`${app.host.url}/api/health/ready`),
  ]) {
    const answer = await request;
    expect(answer.status).toBe(503);
    answers.push(await answer.text());
  }
  const secrets = [planted.token, planted.patient, masterKey, app.emulator.key];
  for (const secret of secrets) for (const text of answers) expect(text).not.toContain(secret);
  const log = app.host.output();
  expect(log.length).toBeGreaterThan(200);
  for (const word of [...secrets, ...Object.values(planted), 'Bearer ', 'sha256='])
    expect([word, log.includes(word)]).toEqual([word, false]);
}, 90_000);
