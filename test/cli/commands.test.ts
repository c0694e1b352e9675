import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import type { CommitItem } from '../../src/lib/commit';
import { poll, type RunningStack, startStackProcess, temporaryFolder } from '../e2e/runningStack';
import { pushExamples } from '../pushExamples';
import { git, type MadeCommit, TestRepositories } from './gitRepository';
import { Program, type RunOptions } from './program';

// The built program, a process a command, against the built stack.

const repositories = new TestRepositories();
const program = new Program();
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let stack: RunningStack;
let repository: string;
let riskyHash: string;

const now = Math.floor(Date.now() / 1000);
const commits: MadeCommit[] = Array.from({ length: 30 }, (_, n) => ({
  message:
    n === 20
      ? 'feat(auth): let anybody in\n\nPHI-Impact: Direct\nClinical-Safety: Critical'
      : `docs: page ${n}`,
  files:
    n === 20
      ? [
          ['src/auth/login.ts', 'export const allow = true;\n'.repeat(400)],
          ['src/phi/patient.ts', 'export const ssn = 1;\n'.repeat(400)],
        ]
      : [[`docs/page${n}.md`, `${n}\n`]],
  date: `${now - (30 - n) * 3600} +0000`,
  author: n % 2 ? 'Grace' : 'Ada',
  email: n % 2 ? 'grace@example.org' : 'ada@example.org',
}));

beforeAll(async () => {
  folder = await temporaryFolder();
  repository = repositories.make(commits);
  riskyHash = git(repository, 'rev-parse', 'main~9');
  stack = await startStackProcess(folder.path, ['--repo', repository]);
  await poll(async () => (stack.output().includes('Ready.') ? true : undefined), 60_000);
}, 90_000);

afterAll(async () => {
  await stack?.kill();
  program.dispose();
  repositories.dispose();
  await folder?.remove();
});

const run = (args: string[], options?: RunOptions) => program.run(['--data', folder.path, ...args], options);
const json = async <T>(args: string[], options?: RunOptions): Promise<T> =>
  JSON.parse((await run([...args, '--json'], options)).stdout) as T;

describe('commits', () => {
  it('lists them newest first in a table of 80 columns', async () => {
    const { code, stdout, stderr } = await run(['commits', '--limit', '5']);
    const lines = stdout.trimEnd().split('\n');
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'The first 5; there are more: --limit or --all.\n' });
    expect(lines[0]).toMatch(/^COMMIT +DATE +RISK +SUBJECT/);
    expect(lines[1]).toContain('docs: page 29');
    expect(lines).toHaveLength(6);
    expect(lines.every((line) => line.length <= 80)).toBe(true);
    expect(stdout).not.toContain('\u001b');
  });

  it('with --json is one document, with --all --json one commit a line', async () => {
    const page = await json<{ items: CommitItem[]; nextCursor: string | null }>(['commits', '--limit', '7']);
    expect(page.items).toHaveLength(7);
    expect(page.nextCursor).not.toBeNull();
    const { stdout } = await run(['commits', '--all', '--json']);
    const all = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as CommitItem);
    expect(all).toHaveLength(commits.length);
    expect(all.slice(0, 7)).toEqual(page.items);
  });

  it('filters by author, level and score', async () => {
    const by = async (...args: string[]) =>
      (await json<{ items: CommitItem[] }>(['commits', '--limit', '100', ...args])).items;
    expect(await by('--author', 'grace@example.org')).toHaveLength(15);
    expect((await by('--min-risk', '0.7')).map(({ commitHash }) => commitHash)).toEqual([riskyHash]);
    expect(await by('--level', 'low')).toHaveLength(29);
  });

  it('says so where none match, and that is no failure', async () => {
    const { code, stdout, stderr } = await run(['commits', '--author', 'nobody@example.org']);
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No commits of the last 30 days match; --since goes further back.\n',
    });
  });

  it('names the flag of a range that is too long', async () => {
    const { code, stderr } = await run(['commits', '--since', '2015-01-01']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: --since must be at most 366 days/);
  });

  it.each([
    ['a day that is none', ['commits', '--since', '2025-02-30'], 'Give a day such as 2025-01-31.'],
    ['a limit of 0', ['commits', '--limit', '0'], 'Give a whole number from 1'],
    ['a score above 1', ['commits', '--min-risk', '1.5'], 'Give a number from 0 to 1.'],
    ['an unknown level', ['commits', '--level', 'severe'], 'Allowed choices are low, medium'],
    ['an unknown flag', ['commits', '--colour'], "unknown option '--colour'"],
    ['an unknown command', ['comits'], 'Did you mean commits?'],
    ['a hash that is none', ['show', 'not/a/hash'], 'A commit hash is 7 to 64 letters or digits.'],
    ['no hash', ['show'], "missing required argument 'hash'"],
    ['an unknown review', ['review', 'abcdef1', 'fine'], 'Allowed choices are approved'],
    ['an unknown role', ['token', '--roles', 'root'], 'The roles are commits.write'],
    ['a head that is none', ['audit', 'verify', '--head', 'xyz'], 'A head is HASH or NUMBER:HASH'],
  ])('%s ends with 2 and says what is allowed', async (_, args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('high-risk and show', () => {
  it('lists the risky commit alone, and shows why it is risky', async () => {
    const { items } = await json<{ items: CommitItem[] }>(['high-risk']);
    expect(items.map(({ commitHash }) => commitHash)).toEqual([riskyHash]);
    const { code, stdout } = await run(['show', riskyHash]);
    expect(code).toBe(0);
    expect(stdout).toContain(`commit ${riskyHash}`);
    expect(stdout).toContain('Ada <ada@example.org>');
    expect(stdout).toContain('PHI-Impact: Direct');
    expect(stdout).toContain('added     src/auth/login.ts');
    expect(stdout).toMatch(/Why\n {2}\d\.\d\d {2}(likelihood|impact) +\S/);
    expect(stdout).toMatch(/recorded by local:local/);
  });

  it('says so where nothing is risky enough', async () => {
    const { code, stderr } = await run(['high-risk', '--threshold', '1']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^No commit of the last 7 days reaches 1\.\n$/);
  });

  it('knows a short hash where the repository is the present folder', async () => {
    const { stdout } = await run(['show', riskyHash.slice(0, 8)], { cwd: repository });
    expect(stdout).toContain(`commit ${riskyHash}`);
    const elsewhere = await run(['show', riskyHash.slice(0, 8)]);
    expect(elsewhere).toMatchObject({ code: 1, stdout: '' });
    expect(elsewhere.stderr).toContain('Give the whole hash');
  });

  it('shows the commit as the API has it with --json', async () => {
    const commit = await json<CommitItem>(['show', riskyHash]);
    expect(commit).toEqual(await (await stack.call(`/commits/${riskyHash}`)).json());
  });
});

describe('review', () => {
  it('records who found what, shows it, and the audit log has it', async () => {
    const hash = git(repository, 'rev-parse', 'main~1');
    const { code, stdout } = await run(['review', hash, 'approved', '--note', 'two of us looked']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/approved by local:local\n$/);
    const commit = await json<CommitItem>(['show', hash]);
    expect(commit.review).toMatchObject({ status: 'approved', note: 'two of us looked' });
    const entries = await poll(async () => {
      const { items } = (await (await stack.call(`/audit?commitHash=${hash}`)).json()) as {
        items: { action: string }[];
      };
      return items.length === 2 ? items.map(({ action }) => action) : undefined;
    });
    expect(entries).toEqual(['recorded', 'reviewed']);
  });

  it('of a commit that is not there ends with 1', async () => {
    const { code, stderr } = await run(['review', 'f'.repeat(40), 'approved']);
    expect(code).toBe(1);
    expect(stderr).toContain(`no commit ${'f'.repeat(40)} in tenant ${stack.tenantId}`);
  });
});

describe('digest', () => {
  it('lists the digests and shows one', async () => {
    const { items } = await json<{ items: { digestDate: string }[] }>(['digest']);
    const day = items[0]?.digestDate ?? '';
    expect((await run(['digest'])).stdout).toContain(day);
    const { code, stdout } = await run(['digest', day]);
    expect(code).toBe(0);
    expect(stdout).toContain(`Digest of ${day}`);
    expect(stdout).toMatch(/audit head {2}[0-9a-f]{64} \(entry \d+\)/);
  });

  it('of a day without one ends with 1', async () => {
    expect(await run(['digest', '2001-01-01'])).toMatchObject({
      code: 1,
      stderr: 'error: There is no digest of this day\n',
    });
  });
});

describe('audit', () => {
  it('prints its head in the form that verify takes', async () => {
    const { stdout } = await run(['audit', 'head']);
    expect(stdout).toMatch(/^\d+:[0-9a-f]{64}\n$/);
  });

  it('verifies against the store', async () => {
    const { code, stdout } = await run(['audit', 'verify']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^valid: \d+ entries, head \d+:[0-9a-f]{64}\n$/);
  });

  const golden = resolve(__dirname, '../golden/audit-export.ndjson');

  it('verifies an export with nothing else, from a file or a pipe, and holds it against a head that was kept', async () => {
    const { code, stdout } = await program.run(['audit', 'verify', golden]);
    expect(code).toBe(0);
    const head = /head (\d+:[0-9a-f]{64})/.exec(stdout)?.[1] ?? '';
    expect(await program.run(['audit', 'verify', golden, '--head', head])).toMatchObject({ code: 0 });
    const other = await program.run(['audit', 'verify', golden, '--head', 'f'.repeat(64)]);
    expect(other).toMatchObject({ code: 1 });
    expect(other.stdout).toContain('forked');
  });

  it('ends with 1 for an export with one changed letter, and names the entry', async () => {
    const text = readFileSync(golden, 'utf8');
    const changed = text.replace('"actor":"github-webhook"', '"actor":"github-webhoof"');
    const { code, stdout } = await program.run(['audit', 'verify', '-', '--json'], { input: changed });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      valid: false,
      problems: [expect.objectContaining({ kind: 'altered', sequence: 1 })],
    });
  });

  it('ends with 2 for a file that is not there', async () => {
    expect(await program.run(['audit', 'verify', 'nothing.ndjson'])).toMatchObject({
      code: 2,
      stderr: 'error: cannot read nothing.ndjson: ENOENT\nGive the file of an export.\n',
    });
  });
});

describe('token and tenants', () => {
  it('prints a token that is good for that tenant and those roles only', async () => {
    const token = (await run(['token', '--tenant', 'clinic-b', '--roles', 'commits.read'])).stdout.trim();
    const as = ['--tenant', 'clinic-b', '--token', token];
    expect(await run([...as, 'commits'])).toMatchObject({ code: 0, stdout: '' });
    expect((await run([...as, 'audit', 'head'])).code).toBe(1);
    const foreign = await run(['--token', token, 'commits']);
    expect(foreign.code).toBe(1);
    expect(foreign.stderr).toContain('does not carry the role commits.read for this tenant');
  });

  it('refuses a tenant that is none, and a folder without a stack', async () => {
    expect(await run(['token', '--tenant', 'a/b'])).toMatchObject({ code: 2, stdout: '' });
    const { code, stderr } = await program.run(['token']);
    expect(code).toBe(1);
    expect(stderr).toContain('no local stack has been started here');
  });

  it('says of a broken token what to do', async () => {
    const { code, stderr } = await run(['commits', '--token', 'nonsense']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .+\nGive a valid token: --token, GITOPS_TOKEN/);
  });
});

describe('tenant', () => {
  it('shows the settings, takes them back changed, and refuses those that were read before', async () => {
    expect((await run(['tenant', 'show'])).stdout).toContain('none yet: these are the defaults');
    const before = await json<{ revision: number; settings: { thresholds: { highRisk: number } } }>([
      'tenant',
      'show',
    ]);
    const changed = { ...before, settings: { ...before.settings, thresholds: { highRisk: 0.65 } } };
    const file = join(folder.path, 'settings.json');
    await writeFile(file, JSON.stringify(changed));
    const { code, stdout } = await run(['tenant', 'set', file]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/high risk +from 0\.65/);
    const again = await run(['tenant', 'set', '-'], { input: JSON.stringify(changed) });
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toContain('Somebody changed it meanwhile');
    await run(['tenant', 'set', '-'], { input: JSON.stringify(before.settings) });
    expect((await run(['tenant', 'show'])).stdout).toMatch(/high risk +from 0\.7\n/);
  });

  it('refuses settings that do not fit, and names the place', async () => {
    const { code, stderr } = await run(['tenant', 'set', '-'], { input: '{"thresholds":{"highRisk":7}}' });
    expect(code).toBe(2);
    expect(stderr).toContain('/thresholds/highRisk');
    expect(await run(['tenant', 'set', '-'], { input: 'nothing' })).toMatchObject({ code: 2 });
    expect(await run(['tenant', 'set', 'no-file.json'])).toMatchObject({ code: 2 });
  });
});

describe('webhook-secret and replay', () => {
  const push = pushExamples.find(({ ref, deleted }) => ref === 'refs/heads/master' && !deleted);

  it('prints the secret that the app checks with, of any tenant', async () => {
    expect((await run(['webhook-secret'])).stdout).toBe(`${stack.webhookSecret}\n`);
    expect((await run(['webhook-secret', 'clinic-b'])).stdout).toMatch(/^[\w-]{43}\n$/);
    const derived = await program.run(['webhook-secret', 'clinic-b'], {
      env: { WEBHOOK_MASTER_KEY: 'k'.repeat(32) },
    });
    expect(derived.stdout).toMatch(/^[\w-]{43}\n$/);
    expect(await program.run(['webhook-secret', 'clinic-b'])).toMatchObject({ code: 1, stdout: '' });
  });

  it('signs and sends a saved payload, and a second time it is a duplicate', async () => {
    const file = join(folder.path, 'push.json');
    await writeFile(file, JSON.stringify(push));
    const first = await run(['replay', file, '--delivery', 'd-1']);
    expect(first).toMatchObject({ code: 0, stdout: 'delivery d-1 taken in: 1 commits\n' });
    const again = await run(['replay', file, '--delivery', 'd-1']);
    expect(again).toMatchObject({ code: 0, stdout: 'delivery d-1 was taken in before\n' });
    await poll(async () => ((await stack.call(`/commits/${push?.commits[0]?.id}`)).ok ? true : undefined));
  });

  it('takes a delivery as the REST API of GitHub gives it, from a pipe', async () => {
    const saved = {
      guid: 'd-2',
      event: 'ping',
      request: { headers: {}, payload: { zen: 'Keep it simple.' } },
    };
    expect(await run(['replay', '-'], { input: JSON.stringify(saved) })).toMatchObject({
      code: 0,
      stdout: 'pong\n',
    });
  });

  it('with another secret is refused', async () => {
    const { code, stderr } = await run(['replay', '-'], {
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
    const { code, stderr } = await run(['replay', '-'], { input });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('doctor', () => {
  it('finds nothing wrong with a stack that runs', async () => {
    const { healthy, findings } = await json<{
      healthy: boolean;
      findings: { check: string; status: string }[];
    }>(['doctor']);
    expect(healthy).toBe(true);
    expect(findings.map(({ check }) => check)).toEqual(
      expect.arrayContaining(['app', 'database', 'access', 'token', 'clock', 'cosmos', 'container commits']),
    );
    expect((await run(['doctor'])).stdout).toMatch(/Nothing wrong was found\.\n$/);
  });

  it('--store stores the sample commit and prints what the database gave it, twice the same', async () => {
    const first = await run(['doctor', '--store']);
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^id +a1b2c3d4e5f6g7h8\n_rid +\S+\n_etag +"\S+"\n/);
    expect((await run(['doctor', '--store'])).stdout).toBe(first.stdout);
  });

  it('--query lists the commits and the risky ones', async () => {
    const { newest, highRisk } = await json<{ newest: CommitItem[]; highRisk: CommitItem[] }>([
      'doctor',
      '--query',
    ]);
    expect(newest.length).toBeGreaterThan(5);
    expect(highRisk.map(({ commitHash }) => commitHash)).toContain(riskyHash);
  });

  it('--url looks at an app from outside, without a token', async () => {
    const { code, stdout } = await program.run(['doctor', '--url', stack.apiUrl]);
    expect(code).toBe(0);
    expect(stdout).toContain('a caller without a token is refused');
  });

  it('names a token that is refused, and ends with 1', async () => {
    const { code, stdout } = await run(['doctor', '--token', 'nonsense']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/WRONG {4}token: refused with 401/);
    expect(stdout).toContain('To mend it: ');
  });

  it('names every wrong setting of a settings file', async () => {
    const file = join(folder.path, 'local.settings.json');
    await writeFile(file, JSON.stringify({ Values: { COSMOS_ENDPOINT: 'nowhere', RETENTION_DAYS: '30' } }));
    const { code, stdout } = await run(['doctor', '--settings', file]);
    expect(code).toBe(1);
    for (const name of ['COSMOS_ENDPOINT', 'RETENTION_DAYS', 'AUTH_ISSUERS', 'WEBHOOK_MASTER_KEY']) {
      expect(stdout).toContain(`settings: ${name} `);
    }
  });

  it('names a container that is not as it should be, with the command that mends it', async () => {
    const settings = {
      COSMOS_ENDPOINT: stack.cosmosEndpoint,
      COSMOS_KEY: stack.cosmosKey,
      COSMOS_CONNECTION: `AccountEndpoint=${stack.cosmosEndpoint};AccountKey=${stack.cosmosKey};`,
      COSMOS_CONTAINER: 'other-commits',
      RETENTION_DAYS: '2192',
      WEBHOOK_MASTER_KEY: 'k'.repeat(32),
      AUTH_ISSUERS: JSON.stringify([
        {
          id: 'nowhere',
          issuer: 'nowhere',
          audience: 'a',
          jwksUri: 'http://127.0.0.1:9/keys',
          tenants: { claim: 't' },
          roles: { grant: ['commits.read'] },
        },
      ]),
    };
    const { code, stdout } = await run(['doctor'], { env: settings });
    expect(code).toBe(1);
    expect(stdout).toContain('container other-commits: it does not exist');
    expect(stdout).toContain('container audit: its TTL is 2557 days and should be 2192 days');
    expect(stdout.replace(/\s+/g, ' ')).toContain('az cosmosdb sql container update');
    expect(stdout).toContain('issuer nowhere: ');
  });

  it('says so where there is nothing to look at', async () => {
    expect(await program.run(['doctor'])).toMatchObject({ code: 3 });
  });
});

describe('out of reach', () => {
  it.each([['commits'], ['audit verify'], ['backfill'], ['doctor']])(
    '%s ends with 3 and says what to do',
    async (words) => {
      const { code, stdout, stderr } = await program.run(
        ['--api-url', 'http://127.0.0.1:1/api', '--token', 't', ...words.split(' ')],
        { cwd: repository },
      );
      expect(code).toBe(3);
      expect(stdout + stderr).toMatch(/cannot\s+be\s+reached|cannot reach/);
      expect(stdout + stderr).toContain('npm start');
    },
  );

  it('says so where no stack has been started and no address is given', async () => {
    const { code, stderr } = await program.run(['commits']);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^error: no local stack runs here .+\nStart it with "npm start"/);
  });

  it('tells another web server from the app', async () => {
    const server = await listen((_, answer) => answer.end('<html>hello</html>'));
    const { code, stderr } = await program.run(['--api-url', server.url, '--token', 't', 'commits']);
    await server.close();
    expect(code).toBe(3);
    expect(stderr).toContain('answers, but not as this API');
  });
});

describe('settings', () => {
  it('go by flag, then environment, then stack.json', async () => {
    const tenantOf = async (args: string[], env: Record<string, string>) =>
      (await json<{ tenantId: string }>(['webhook-secret', ...args], { env })).tenantId;
    expect(await tenantOf([], {})).toBe(stack.tenantId);
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
    const { code, stderr } = await run(['--api-url', server.url, 'commits']);
    await server.close();
    expect({ code, seen }).toEqual({ code: 2, seen: [] });
    expect(stderr).toContain('no token for');
  });
});

describe('the program', () => {
  it('has a summary and an example for every command', async () => {
    const { stdout } = await program.run(['--help']);
    const names = [...stdout.matchAll(/^ {2}([a-z][a-z-]+)(?: [[<].*?)? {2,}\S/gm)].map(
      ([, name]) => name ?? '',
    );
    expect(names).toEqual(expect.arrayContaining(['backfill', 'commits', 'doctor', 'audit', 'replay']));
    for (const name of names.filter((each) => !['help', 'audit', 'tenant', 'emulator'].includes(each))) {
      const help = await program.run([name, '--help']);
      expect(help.code).toBe(0);
      expect(help.stdout).toContain('Examples:\n  $ gitops-healthcare ');
      for (const line of help.stdout.split('\n')) {
        expect(line.length).toBeLessThanOrEqual(80);
      }
    }
  }, 60_000);

  it('prints its version', async () => {
    const { version } = (await import('../../package.json')) as { version: string };
    expect(await program.run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('ends quietly when its reader has seen enough', async () => {
    const { child, ended } = program.start(['--data', folder.path, 'commits', '--all', '--json']);
    child.stdout?.once('data', () => child.stdout?.destroy());
    expect((await ended).stderr).toBe('');
  });

  it('completes commands and flags in bash', async () => {
    const { code, stdout } = await program.run(['completion', 'bash']);
    expect(code).toBe(0);
    const file = join(folder.path, 'completion.bash');
    await writeFile(file, stdout);
    const script = [
      'source "$1"',
      'shift',
      'COMP_WORDS=("$@")',
      'COMP_CWORD=$(($#-1))',
      '_gitops_healthcare',
    ];
    const complete = (...words: string[]) =>
      execFileSync('bash', ['-c', `${script.join('; ')}; echo "$COMPREPLY"`, 'bash', file, ...words], {
        encoding: 'utf8',
      }).trim();
    expect(complete('gitops-healthcare', 'back')).toBe('backfill');
    expect(complete('gitops-healthcare', 'audit', 'v')).toBe('verify');
    expect(complete('gitops-healthcare', 'backfill', '--rep')).toBe('--repo');
    expect(await program.run(['completion', 'tcsh'])).toMatchObject({ code: 2 });
  });

  it('colours a table only where it is asked to in a pipe', async () => {
    const { stdout } = await run(['high-risk'], { env: { FORCE_COLOR: '1' } });
    expect(stdout).toContain('\u001b[');
    const plain = await run(['high-risk'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } });
    expect(plain.stdout).not.toContain('\u001b[');
  });
});

async function listen(
  handler: Parameters<typeof createServer>[1],
): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer(handler as never);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
    close: () => new Promise((done) => server.close(() => done())),
  };
}
