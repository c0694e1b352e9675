import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitItem } from '../../src/lib/commit';
import { poll } from '../e2e/runningStack';
import { listen } from './listen';
import { type StackWithHistory, startStackWithHistory } from './stackWithHistory';

// The built program against the built stack: what it says when something is wrong, and its help.

let here: StackWithHistory;

beforeAll(async () => {
  here = await startStackWithHistory();
}, 120_000);

afterAll(() => here?.dispose());

describe('doctor', () => {
  it('finds nothing wrong with a stack that runs', async () => {
    const { healthy, findings } = await here.json<{
      healthy: boolean;
      findings: { check: string; status: string }[];
    }>(['doctor']);
    expect(healthy).toBe(true);
    expect(findings.map(({ check }) => check)).toEqual(
      expect.arrayContaining(['app', 'database', 'access', 'token', 'clock', 'cosmos', 'container commits']),
    );
    expect((await here.run(['doctor'])).stdout).toMatch(/Nothing wrong was found\.\n$/);
  });

  it('--store stores the sample commit and prints what the database gave it, twice the same', async () => {
    const first = await here.run(['doctor', '--store']);
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^id +a1b2c3d4e5f6g7h8\n_rid +\S+\n_etag +"\S+"\n/);
    expect((await here.run(['doctor', '--store'])).stdout).toBe(first.stdout);
  });

  it('--query lists the commits and the risky ones', async () => {
    const { newest, highRisk } = await here.json<{ newest: CommitItem[]; highRisk: CommitItem[] }>([
      'doctor',
      '--query',
    ]);
    expect(newest.length).toBeGreaterThan(5);
    expect(highRisk.map(({ commitHash }) => commitHash)).toContain(here.riskyHash);
  });

  it('--url looks at an app from outside, without a token', async () => {
    const { code, stdout } = await here.program.run(['doctor', '--url', here.stack.apiUrl]);
    expect(code).toBe(0);
    expect(stdout).toContain('a caller without a token is refused');
  });

  it('names a token that is refused, and ends with 1', async () => {
    const { code, stdout } = await here.run(['doctor', '--token', 'nonsense']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/WRONG {4}token: refused with 401/);
    expect(stdout).toContain('To mend it: ');
  });

  it('names every wrong setting of a settings file', async () => {
    const file = join(here.folder, 'local.settings.json');
    await writeFile(file, JSON.stringify({ Values: { COSMOS_ENDPOINT: 'nowhere', RETENTION_DAYS: '30' } }));
    const { code, stdout } = await here.run(['doctor', '--settings', file]);
    expect(code).toBe(1);
    for (const name of ['COSMOS_ENDPOINT', 'RETENTION_DAYS', 'AUTH_ISSUERS', 'WEBHOOK_MASTER_KEY']) {
      expect(stdout).toContain(`settings: ${name} `);
    }
  });

  it('names a container that is not as it should be, with the command that mends it', async () => {
    const settings = {
      COSMOS_ENDPOINT: here.stack.cosmosEndpoint,
      COSMOS_KEY: here.stack.cosmosKey,
      COSMOS_CONNECTION: `AccountEndpoint=${here.stack.cosmosEndpoint};AccountKey=${here.stack.cosmosKey};`,
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
    const { code, stdout } = await here.run(['doctor'], { env: settings });
    expect(code).toBe(1);
    expect(stdout).toContain('container other-commits: it does not exist');
    expect(stdout).toContain('container audit: its TTL is 2557 days and should be 2192 days');
    expect(stdout.replace(/\s+/g, ' ')).toContain('az cosmosdb sql container update');
    expect(stdout).toContain('issuer nowhere: ');
  });

  it('says so where there is nothing to look at', async () => {
    expect(await here.program.run(['doctor'])).toMatchObject({ code: 3 });
  });
});

describe('out of reach', () => {
  it.each([
    'backfill',
    'commits',
    'high-risk',
    'show abcdef1',
    'review abcdef1 approved',
    'coverage',
    'digest',
    'digest 2025-01-31',
    'stats',
    'deliveries list',
    'deliveries replay abcdef1',
    'audit head',
    'audit verify',
    'audit export',
    'audit hold list',
    'audit hold place c --since 2025-01-01 --until 2025-01-02 --reason r',
    'audit hold release c',
    'rescore --dry-run',
    'tenant show',
    'tenant set -',
    'doctor',
  ])('%s ends with 3 and says what to do', async (words) => {
    const { code, stdout, stderr } = await here.program.run(
      ['--api-url', 'http://127.0.0.1:1/api', '--token', 't', ...words.split(' ')],
      { cwd: here.repository, input: '{"revision":1,"settings":{}}' },
    );
    expect(code).toBe(3);
    expect(stdout + stderr).toMatch(/cannot\s+be\s+reached|cannot reach/);
    expect(stdout + stderr).toContain('npm start');
  });

  it('says so where no stack has been started and no address is given', async () => {
    const { code, stderr } = await here.program.run(['commits']);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^error: no local stack runs here .+\nStart it with "npm start"/);
  });

  it('tells another web server from the app', async () => {
    const server = await listen((_, answer) => answer.end('<html>hello</html>'));
    const { code, stderr } = await here.program.run(['--api-url', server.url, '--token', 't', 'commits']);
    await server.close();
    expect(code).toBe(3);
    expect(stderr).toContain('answers, but not as this API');
  });
});

describe('an export of the audit log that breaks off', () => {
  it.each([
    ['to a file', ['--output', 'audit.ndjson'], ['audit.ndjson.part']],
    ['to a pipe', [], []],
  ])('%s ends with 3, and no file has its name', async (_, args, left) => {
    const server = await listen((_, answer) => {
      answer.writeHead(200, { 'content-type': 'application/x-ndjson' });
      answer.write('{"id":"half an export"}\n', () => answer.destroy());
    });
    const cwd = mkdtempSync(join(here.folder, 'export-'));
    const address = ['--api-url', server.url, '--token', 't'];
    const ended = await here.program.run([...address, 'audit', 'export', ...args], { cwd });
    await server.close();
    expect(ended).toMatchObject({
      code: 3,
      stderr:
        'error: the export broke off before its manifest\nRun the command again: with --output it goes on from the last whole day.\n',
    });
    expect(readdirSync(cwd)).toEqual(left);
  });
});

describe('risk evaluate', () => {
  it('measures a repository with no app at hand, in 80 columns or as JSON', async () => {
    const command = ['risk', 'evaluate', '--repo', here.repository];
    const { code, stdout } = await here.program.run(command);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^30 commits, 0 fixes, 0 of them traced back; policy \S+\n0 commits measured/);
    expect(stdout).toContain('Only 0 faulty commits were found');
    expect(stdout.split('\n').every((line) => line.length <= 80)).toBe(true);
    const { stdout: json } = await here.program.run([...command, '--json']);
    expect(JSON.parse(json)).toMatchObject({ commits: 30, fixes: 0, levels: { low: 29 } });
  });

  it('scores by the policy of a file, and names what is wrong in one', async () => {
    const command = ['risk', 'evaluate', '--repo', here.repository, '--policy', '-'];
    const policy = { areas: { phi: { addWords: ['radiograph'] } } };
    const { stdout } = await here.program.run([...command, '--json'], { input: JSON.stringify(policy) });
    expect(JSON.parse(stdout)).toMatchObject({ riskModel: expect.stringContaining('+') });
    expect(await here.program.run(command, { input: '{"colour":1}' })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('colour'),
    });
    expect(await here.program.run(command, { input: 'no' })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('does not hold JSON'),
    });
  });

  it('ends with 1 for a folder that is no repository', async () => {
    const { code, stderr } = await here.program.run(['risk', 'evaluate', '--repo', here.program.home]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .+ is not a git repository\n/);
  });
});

describe('the program', () => {
  it('has a summary and an example for every command', async () => {
    const { stdout } = await here.program.run(['--help']);
    const names = [...stdout.matchAll(/^ {2}([a-z][a-z-]+)(?: [[<].*?)? {2,}\S/gm)].map(
      ([, name]) => name ?? '',
    );
    expect(names).toEqual(expect.arrayContaining(['backfill', 'commits', 'doctor', 'audit', 'replay']));
    for (const name of names.filter(
      (each) => !['help', 'audit', 'risk', 'deliveries', 'tenant', 'emulator'].includes(each),
    )) {
      const help = await here.program.run([name, '--help']);
      expect(help.code).toBe(0);
      expect(help.stdout).toContain('Examples:\n  $ gitops-healthcare ');
      for (const line of help.stdout.split('\n')) {
        expect(line.length).toBeLessThanOrEqual(80);
      }
    }
  }, 60_000);

  it('runs the emulator with flags of its own, and stops it', async () => {
    const data = join(here.folder, 'emulator-alone');
    const { child, ended, stdout } = here.program.start(['emulator', '--port', '0', '--data', data]);
    const endpoint = await poll(async () => /ready at (http:\/\/[\d.:]+)/.exec(stdout())?.[1]);
    expect((await fetch(`${endpoint}/_explorer`)).status).toBeLessThan(500);
    expect(existsSync(data)).toBe(true);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
    expect(await here.program.run(['emulator', '--port', 'x'])).toMatchObject({ code: 2 });
    const { stdout: help } = await here.program.run(['emulator', '--help']);
    expect(help).toMatch(/^ {2}--memory {2,}keep nothing on disk$/m);
    expect(help).not.toContain('--api-url');
  });

  it('ends with 2 and prints nothing where a command is not typed right', async () => {
    const { stdout } = await here.program.run(['completion', 'bash']);
    const commands = [...stdout.matchAll(/\) path='([a-z][a-z -]*)'/g)].map(([, path]) => path ?? '');
    expect(commands.length).toBeGreaterThan(20);
    for (const words of commands) {
      const { code, stdout } = await here.program.run([...words.split(' '), '--no-such-flag']);
      expect([words, code, stdout]).toEqual([words, 2, '']);
    }
  }, 120_000);

  it.each([
    [['nonsense'], "unknown command 'nonsense'", 'See "gitops-healthcare --help".'],
    [['commit'], "unknown command 'commit'", '(Did you mean commits?)'],
    [['audit', 'head', '--x'], "unknown option '--x'", 'See "gitops-healthcare audit head --help".'],
    [['review', 'a1b2c3d'], "missing required argument 'status'", 'See "gitops-healthcare review --help".'],
  ])('says what to do after %j', async (words, message, advice) => {
    expect(await here.program.run(words)).toEqual({
      code: 2,
      stdout: '',
      stderr: `error: ${message}\n${advice}\n`,
    });
  });

  it('prints its version', async () => {
    const { version } = (await import('../../package.json')) as { version: string };
    expect(await here.program.run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('ends quietly when its reader has seen enough', async () => {
    const { child, ended } = here.program.start(['--data', here.folder, 'commits', '--all', '--json']);
    child.stdout?.once('data', () => child.stdout?.destroy());
    expect((await ended).stderr).toBe('');
  });

  it('completes commands and flags in bash', async () => {
    const { code, stdout } = await here.program.run(['completion', 'bash']);
    expect(code).toBe(0);
    const file = join(here.folder, 'completion.bash');
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
    expect(await here.program.run(['completion', 'tcsh'])).toMatchObject({ code: 2 });
  });

  it('colours a table only where it is asked to in a pipe', async () => {
    const { stdout } = await here.run(['high-risk'], { env: { FORCE_COLOR: '1' } });
    expect(stdout).toContain('\u001b[');
    const plain = await here.run(['high-risk'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } });
    expect(plain.stdout).not.toContain('\u001b[');
  });
});
