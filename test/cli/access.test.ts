import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { poll } from '../e2e/runningStack';
import { pushExamples } from '../pushExamples';
import { listen } from './listen';
import { type StackWithHistory, startStackWithHistory } from './stackWithHistory';

// The built program against the built stack: tokens, tenants, secrets, and which address gets them.

let here: StackWithHistory;

beforeAll(async () => {
  here = await startStackWithHistory();
}, 120_000);

afterAll(() => here?.dispose());

describe('token and tenants', () => {
  it('prints a token that is good for that tenant and those roles only', async () => {
    const token = (
      await here.run(['token', '--tenant', 'clinic-b', '--roles', 'commits.read'])
    ).stdout.trim();
    const as = ['--tenant', 'clinic-b', '--token', token];
    expect(await here.run([...as, 'commits'])).toMatchObject({ code: 0, stdout: '' });
    expect((await here.run([...as, 'audit', 'head'])).code).toBe(1);
    const foreign = await here.run(['--token', token, 'commits']);
    expect(foreign.code).toBe(1);
    expect(foreign.stderr).toContain('does not carry the role commits.read for this tenant');
  });

  it('refuses a tenant that is none, and a folder without a stack', async () => {
    expect(await here.run(['token', '--tenant', 'a/b'])).toMatchObject({ code: 2, stdout: '' });
    const { code, stderr } = await here.program.run(['token']);
    expect(code).toBe(1);
    expect(stderr).toContain('no local stack has been started here');
  });

  it('says of a broken token what to do', async () => {
    const { code, stderr } = await here.run(['commits', '--token', 'nonsense']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .+\nGive a valid token: --token, GITOPS_TOKEN/);
  });
});

describe('tenant', () => {
  it('shows the settings, takes them back changed, and refuses those that were read before', async () => {
    expect((await here.run(['tenant', 'show'])).stdout).toContain('none yet: these are the defaults');
    const before = await here.json<{ revision: number; settings: { thresholds: { highRisk: number } } }>([
      'tenant',
      'show',
    ]);
    const changed = { ...before, settings: { ...before.settings, thresholds: { highRisk: 0.65 } } };
    const file = join(here.folder, 'settings.json');
    await writeFile(file, JSON.stringify(changed));
    const { code, stdout } = await here.run(['tenant', 'set', file]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/high risk +from 0\.65/);
    const again = await here.run(['tenant', 'set', '-'], { input: JSON.stringify(changed) });
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toContain('Somebody changed it meanwhile');
    await here.run(['tenant', 'set', '-'], { input: JSON.stringify(before.settings) });
    expect((await here.run(['tenant', 'show'])).stdout).toMatch(/high risk +from 0\.7\n/);
  });

  it('refuses settings that do not fit, and names the place', async () => {
    const { code, stderr } = await here.run(['tenant', 'set', '-'], {
      input: '{"thresholds":{"highRisk":7}}',
    });
    expect(code).toBe(2);
    expect(stderr).toContain('/thresholds/highRisk');
    expect(await here.run(['tenant', 'set', '-'], { input: 'nothing' })).toMatchObject({ code: 2 });
    expect(await here.run(['tenant', 'set', 'no-file.json'])).toMatchObject({ code: 2 });
  });
});

describe('webhook-secret and replay', () => {
  const push = pushExamples.find(({ ref, deleted }) => ref === 'refs/heads/master' && !deleted);

  it('prints the secret that the app checks with, of any tenant', async () => {
    expect((await here.run(['webhook-secret'])).stdout).toBe(`${here.stack.webhookSecret}\n`);
    expect((await here.run(['webhook-secret', 'clinic-b'])).stdout).toMatch(/^[\w-]{43}\n$/);
    const derived = await here.program.run(['webhook-secret', 'clinic-b'], {
      env: { WEBHOOK_MASTER_KEY: 'k'.repeat(32) },
    });
    expect(derived.stdout).toMatch(/^[\w-]{43}\n$/);
    expect(await here.program.run(['webhook-secret', 'clinic-b'])).toMatchObject({ code: 1, stdout: '' });
  });

  it('signs and sends a saved payload, and a second time it is a duplicate', async () => {
    const file = join(here.folder, 'push.json');
    await writeFile(file, JSON.stringify(push));
    const first = await here.run(['replay', file, '--delivery', 'd-1']);
    expect(first).toMatchObject({ code: 0, stdout: 'delivery d-1 taken in: 1 commits\n' });
    const again = await here.run(['replay', file, '--delivery', 'd-1']);
    expect(again).toMatchObject({ code: 0, stdout: 'delivery d-1 was taken in before\n' });
    await poll(async () =>
      (await here.stack.call(`/commits/${push?.commits[0]?.id}`)).ok ? true : undefined,
    );
  });

  it('shows the push in the coverage, and a push that did not begin where the last one ended as a gap', async () => {
    const seen = await poll(async () => {
      const { code, stdout } = await here.run(['coverage']);
      return stdout.includes('Codertocat/Hello-World') ? { code, stdout } : undefined;
    });
    expect(seen.code).toBe(0);
    expect(seen.stdout).toMatch(/^REPOSITORY +REF +PUSHES +GAPS/);
    const unlinked = { ...push, before: 'b'.repeat(40), after: 'c'.repeat(40) };
    await here.run(['replay', '-', '--delivery', 'd-gap'], { input: JSON.stringify(unlinked) });
    const gap = await poll(async () => {
      const ended = await here.run(['coverage']);
      return ended.code === 1 ? ended : undefined;
    });
    expect(gap.stdout).toMatch(/1 open/);
  });

  it('lists the deliveries, and replays none that has not failed', async () => {
    const done = await here.json<{ items: { deliveryId: string }[] }>([
      'deliveries',
      'list',
      '--status',
      'processed',
    ]);
    expect(done.items.map(({ deliveryId }) => deliveryId)).toContain('d-1');
    const { code, stderr } = await here.run(['deliveries', 'list']);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: '0 pending, 0 failed\n',
    });
    const replayed = await here.run(['deliveries', 'replay', 'd-1']);
    expect(replayed.code).toBe(1);
    expect(replayed.stderr).toContain('was not set aside');
    expect(await here.run(['deliveries', 'replay', 'nowhere'])).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('\n"gitops-healthcare deliveries list" has those that came in.\n'),
    });
  });

  it('takes a delivery as the REST API of GitHub gives it, from a pipe', async () => {
    const saved = {
      guid: 'd-2',
      event: 'ping',
      request: { headers: {}, payload: { zen: 'Keep it simple.' } },
    };
    expect(await here.run(['replay', '-'], { input: JSON.stringify(saved) })).toMatchObject({
      code: 0,
      stdout: 'pong\n',
    });
  });

  it('with another secret is refused', async () => {
    const { code, stderr } = await here.run(['replay', '-'], {
      input: JSON.stringify(push),
      env: { WEBHOOK_MASTER_KEY: 'another-master-key-of-32-letters' },
    });
    expect(code).toBe(1);
    expect(stderr).toContain('X-Hub-Signature-256');
  });

  it.each([
    ['no JSON', 'hello', 'does not hold JSON'],
    ['no push', '{"a":1}', 'error: '],
  ])('of a file with %s ends with 2', async (_, input, message) => {
    const { code, stderr } = await here.run(['replay', '-'], { input });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('settings', () => {
  it('go by flag, then environment, then here.stack.json', async () => {
    const tenantOf = async (args: string[], env: Record<string, string>) =>
      (await here.json<{ tenantId: string }>(['webhook-secret', ...args], { env })).tenantId;
    expect(await tenantOf([], {})).toBe(here.stack.tenantId);
    expect(await tenantOf([], { COSMOS_TENANT_ID: 'from-environment' })).toBe('from-environment');
    expect(await tenantOf(['--tenant', 'from-flag'], { COSMOS_TENANT_ID: 'from-environment' })).toBe(
      'from-flag',
    );
  });

  it('never send the token of the local stack to another address', async () => {
    const seen: (string | undefined)[] = [];
    const server = await listen((request, answer) => {
      seen.push(request.headers.authorization);
      answer.end('{}');
    });
    const { code, stderr } = await here.run(['--api-url', server.url, 'commits']);
    await server.close();
    expect({ code, seen }).toEqual({ code: 2, seen: [] });
    expect(stderr).toContain('no token for');
  });
});
