import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BackfillSummary } from '../../../cli/backfill';
import type { CommitItem } from '../../../src/lib/commit';
import {
  poll,
  type RunningStack,
  startStackForSuite,
  startStackProcess,
  temporaryFolder,
} from '../../e2e/runningStack';
import { git, type MadeCommit, TestRepositories } from '../gitRepository';
import { Program, type RunOptions } from '../program';

// The built program, a process a run, against the built stack; each test has a tenant of its own.
// A test starts up to a dozen processes: on a busy machine that takes its time.

jest.setTimeout(120_000);

const repositories = new TestRepositories();
const program = new Program();
let stack: RunningStack;
let tenants = 0;

startStackForSuite((started) => {
  stack = started;
});

afterEach(() => repositories.dispose());

afterAll(() => program.dispose());

/** A tenant that nothing is known of yet, and the program with a token for it. */
async function newTenant() {
  tenants += 1;
  const tenantId = `backfill-${tenants}`;
  const { stdout } = await program.run(['--data', stack.dataDirectory, 'token', '--tenant', tenantId]);
  const as = ['--data', stack.dataDirectory, '--tenant', tenantId, '--token', stdout.trim()];
  const run = (args: string[], options?: RunOptions) => program.run([...as, ...args], options);
  return {
    run,
    start: (args: string[]) => program.start([...as, ...args]),
    backfill: async (...args: string[]) => {
      const { code, stdout, stderr } = await run(['backfill', '--json', ...args]);
      return { code, stderr, summary: JSON.parse(stdout || 'null') as BackfillSummary };
    },
    show: async (hash: string) => JSON.parse((await run(['show', hash, '--json'])).stdout) as CommitItem,
  };
}

const numbered = (count: number): MadeCommit[] =>
  Array.from({ length: count }, (_, n) => ({ message: `m${n}`, files: [[`f${n % 50}`, `${n}\n`]] as const }));

describe('backfill', () => {
  it('stores every commit once, a second run sends nothing, and a new commit alone is sent', async () => {
    const { backfill, run } = await newTenant();
    const repository = repositories.make(numbered(60));
    expect((await backfill('--repo', repository)).summary).toMatchObject({
      total: 60,
      stored: 60,
      failed: 0,
    });
    const again = await run(['backfill', '--repo', repository]);
    expect(again.code).toBe(0);
    expect(again.stderr).toContain('Nothing to send');
    git(repository, 'commit', '-q', '--allow-empty', '-m', 'one more');
    expect((await backfill('--repo', repository)).summary).toMatchObject({ total: 1, stored: 1 });
    expect((await backfill('--repo', repository, '--restart')).summary).toMatchObject({
      total: 61,
      unchanged: 61,
    });
  });

  it('stores what git says of a commit', async () => {
    const { backfill, show } = await newTenant();
    const body = 'line\n'.repeat(20);
    const repository = repositories.make([
      {
        message: 'first',
        files: [
          ['old.txt', body],
          ['pic.png', Buffer.from([0, 1])],
        ],
      },
      {
        message: Buffer.from('R\xf6ntgen\n\nHIPAA: Applicable', 'latin1'),
        author: 'Zoë',
        email: 'zoe@example.org',
        date: '1736984733 -0500',
        files: [
          ['old.txt', null],
          ['new.txt', `${body}more\n`],
          ['pic.png', Buffer.from([0, 2])],
        ],
      },
    ]);
    await backfill('--repo', repository, '--as', 'clinic/records');
    const [hash, parent] = git(repository, 'rev-list', 'main').split('\n') as [string, string];
    expect(await show(hash)).toMatchObject({
      message: 'Röntgen\n\nHIPAA: Applicable',
      author: 'zoe@example.org',
      authorName: 'Zoë',
      timestamp: '2025-01-15T23:45:33.000Z',
      commitDate: '2025-01-15',
      committer: { name: 'Zoë', email: 'zoe@example.org', timestamp: '2025-01-15T23:45:33.000Z' },
      parents: [parent],
      isMerge: false,
      repositories: ['clinic/records'],
      branches: ['main'],
      filesChanged: ['new.txt', 'pic.png'],
      fileChanges: [
        { path: 'new.txt', status: 'renamed', previousPath: 'old.txt', linesAdded: 1, linesDeleted: 0 },
        { path: 'pic.png', status: 'modified' },
      ],
      linesAdded: 1,
      linesDeleted: 0,
    });
  });

  it('killed again and again goes on where it stopped, and loses and repeats nothing', async () => {
    const { start, backfill } = await newTenant();
    const commits = 1_000;
    const repository = repositories.make(numbered(commits));
    const args = ['backfill', '--json', '--repo', repository, '--batch-size', '40', '--parallel', '2'];
    const doneAfter: number[] = [];
    for (let kill = 0; kill < 4; kill += 1) {
      const before = doneAfter.at(-1) ?? 0;
      const { child, ended } = start(args);
      await poll(async () => ((doneIn(stateFile()) ?? 0) >= before + 120 ? true : undefined), 30_000);
      child.kill('SIGKILL');
      await ended;
      doneAfter.push(doneIn(stateFile()) ?? 0);
    }
    const { summary } = await backfill('--repo', repository, '--batch-size', '40');
    expect(summary.resumedAt).toBe(doneAfter.at(-1));
    expect(summary).toMatchObject({ total: commits, sent: commits, failed: 0, interrupted: false });
    // What was on its way when the process died may have arrived: at most the requests under way.
    expect(summary.unchanged).toBeLessThanOrEqual(2 * 40);
    expect(summary.stored + summary.unchanged).toBe(commits - summary.resumedAt);
    expect((await backfill('--repo', repository, '--restart')).summary.unchanged).toBe(commits);
  }, 120_000);

  it('stops cleanly on Ctrl-C with 130, and goes on', async () => {
    const { start, backfill } = await newTenant();
    const repository = repositories.make(numbered(800));
    const { child, ended, stderr } = start([
      'backfill',
      '--repo',
      repository,
      '--batch-size',
      '25',
      '--parallel',
      '1',
    ]);
    await poll(async () => ((doneIn(stateFile()) ?? 0) >= 100 ? true : undefined), 30_000);
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    expect(stderr()).toContain('Stopped. The same command goes on from here.');
    const sent = Number(/commits sent +\d+ \((\d+) of 800\)/.exec(stdout)?.[1]);
    expect(sent).toBeGreaterThanOrEqual(100);
    const { summary } = await backfill('--repo', repository);
    expect(summary).toMatchObject({ resumedAt: sent, stored: 800 - sent, unchanged: 0 });
  }, 60_000);

  it('begins again where the history has another order than when it was interrupted', async () => {
    const { start, backfill } = await newTenant();
    const repository = repositories.make(numbered(300));
    const state = join(repositories.folder(), 'state.json');
    const args = ['--repo', repository, '--state', state];
    const { child, ended } = start(['backfill', ...args, '--batch-size', '20', '--parallel', '1']);
    await poll(async () => ((doneIn(state) ?? 0) >= 100 ? true : undefined), 30_000);
    child.kill('SIGINT');
    await ended;
    const sent = doneIn(state) ?? 0;
    const other = git(repository, 'rev-parse', 'main');
    writeFileSync(state, readFileSync(state, 'utf8').replace(/("newestDone": )"\w+"/, `$1"${other}"`));
    expect((await backfill(...args)).summary).toMatchObject({
      resumedAt: 0,
      stored: 300 - sent,
      unchanged: sent,
    });
  }, 60_000);

  it('goes on by itself while the app is started anew', async () => {
    const data = await temporaryFolder();
    const own = await startStackProcess(data.path);
    const port = new URL(own.apiUrl).port;
    const repository = repositories.make(numbered(1_500));
    const args = ['--data', data.path, 'backfill', '--json', '--repo', repository, '--batch-size', '50'];
    const { ended } = program.start(args);
    await poll(
      async () => ((doneIn(join(data.path, 'backfill.json')) ?? 0) >= 200 ? true : undefined),
      30_000,
    );
    await own.kill();
    const anew = await startStackProcess(data.path, ['--no-ingest', '--port', port]);
    const { code, stdout } = await ended;
    await anew.kill();
    await data.remove();
    expect(code).toBe(0);
    const summary = JSON.parse(stdout) as BackfillSummary;
    expect(summary).toMatchObject({ total: 1_500, sent: 1_500, failed: 0 });
    expect(summary.stored + summary.unchanged).toBe(1_500);
  }, 120_000);

  it('gets everything in while the database throttles and drops connections', async () => {
    const { backfill } = await newTenant();
    const faults = `${stack.cosmosEndpoint}/_faults`;
    const add = (fault: object) =>
      fetch(faults, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ container: 'commits', ...fault }),
      });
    // Longer than the app waits by itself, so that the answer is 503 with Retry-After.
    expect((await add({ status: 429, retryAfterMs: 6_000, count: 2 })).ok).toBe(true);
    await add({ status: 449, probability: 0.1, count: 10 });
    await add({ drop: 'after', probability: 0.1, count: 3 });
    const repository = repositories.make(numbered(240));
    const { code, summary } = await backfill('--repo', repository, '--batch-size', '40');
    await fetch(faults, { method: 'DELETE' });
    expect({ code, failed: summary.failed, sent: summary.sent }).toEqual({ code: 0, failed: 0, sent: 240 });
    expect((await backfill('--repo', repository, '--restart')).summary.unchanged).toBe(240);
  }, 90_000);

  it('sends all again where the record of progress is broken, or the app has forgotten', async () => {
    const { backfill } = await newTenant();
    const repository = repositories.make(numbered(8));
    const state = join(repositories.folder(), 'state.json');
    await backfill('--repo', repository, '--state', state);
    writeFileSync(state, '{"version":1,"histor');
    expect((await backfill('--repo', repository, '--state', state)).summary).toMatchObject({ unchanged: 8 });
    const other = await newTenant();
    const { histories } = JSON.parse(readFileSync(state, 'utf8')) as { histories: Record<string, unknown> };
    await other.backfill(
      '--repo',
      repositories.make([{ message: 'another' }]),
      '--as',
      'r',
      '--state',
      state,
    );
    const after = JSON.parse(readFileSync(state, 'utf8')) as { histories: Record<string, unknown> };
    // As if the other tenant had been sent the same history, and lost it since.
    const [key] = Object.keys(after.histories).filter((each) => !(each in histories));
    writeFileSync(
      state,
      JSON.stringify({ version: 1, histories: { [key ?? '']: Object.values(histories)[0] } }),
    );
    const again = await other.backfill('--repo', repository, '--as', 'r', '--state', state);
    expect(again.summary).toMatchObject({ total: 8, stored: 8 });
  });

  it('reads one branch, from one day on, or all', async () => {
    const repository = repositories.make(numbered(10));
    git(repository, 'branch', 'older', 'main~5');
    const first = await newTenant();
    const older = await first.backfill('--repo', repository, '--branch', 'older');
    expect(older.summary).toMatchObject({ branch: 'older', stored: 5 });
    expect((await first.backfill('--repo', repository)).summary).toMatchObject({ branch: 'main', stored: 5 });
    const second = await newTenant();
    const since = await second.backfill('--repo', repository, '--since', '2023-11-14T22:17:20Z');
    expect(since.summary).toMatchObject({ stored: 6 });
    // A part of the history is no reason to leave the rest out later.
    expect((await second.backfill('--repo', repository)).summary).toMatchObject({ stored: 4, unchanged: 6 });
  });

  it('says of a shallow clone what it lacks, and sends the rest once it is deepened', async () => {
    const { backfill, run } = await newTenant();
    const origin = repositories.make(numbered(12));
    const parent = repositories.folder();
    git(parent, 'clone', '-q', '--depth=4', `file://${origin}`, 'clone');
    const clone = join(parent, 'clone');
    const shallow = await run(['backfill', '--repo', clone, '--as', 'r']);
    expect(shallow.stderr).toContain('This is a shallow clone: its older commits are not here');
    expect(shallow.stdout).toMatch(/stored +4\n/);
    git(clone, 'fetch', '-q', '--unshallow');
    expect((await backfill('--repo', clone, '--as', 'r')).summary).toMatchObject({ total: 12, stored: 8 });
  });

  it('reads a partial clone without line counts, and fetches nothing', async () => {
    const { backfill, show } = await newTenant();
    const origin = repositories.make(numbered(3));
    git(origin, 'config', 'uploadpack.allowFilter', 'true');
    const parent = repositories.folder();
    git(parent, 'clone', '-q', '--filter=blob:none', '--no-checkout', `file://${origin}`, 'clone');
    const clone = join(parent, 'clone');
    const objects = git(clone, 'count-objects', '-v');
    const { stderr, summary } = await backfill('--repo', clone);
    expect(stderr).toContain('This is a partial clone without file contents');
    expect(summary.stored).toBe(3);
    expect(git(clone, 'count-objects', '-v')).toBe(objects);
    const commit = await show(git(clone, 'rev-parse', 'HEAD'));
    expect(commit.filesChanged).toEqual(['f2']);
    expect(commit).not.toHaveProperty('linesAdded');
  });

  it('takes a bare repository, and an empty one', async () => {
    const { backfill } = await newTenant();
    const bare = repositories.make(numbered(3), { bare: true });
    expect((await backfill('--repo', bare)).summary).toMatchObject({ stored: 3 });
    const empty = await backfill('--repo', repositories.make([]));
    expect(empty).toMatchObject({ code: 0, summary: { total: 0, stored: 0 } });
  });

  it('sends a commit of 60,000 files whole', async () => {
    const { backfill, show } = await newTenant();
    const files = Array.from(
      { length: 60_000 },
      (_, n) => [`d${n % 300}/some/file${n}.ts`, `${n % 10}\n`] as const,
    );
    const repository = repositories.make([{ message: 'import', files }]);
    expect((await backfill('--repo', repository)).summary).toMatchObject({ stored: 1, failed: 0, cut: [] });
    const commit = await show(git(repository, 'rev-parse', 'main'));
    expect(commit.filesChangedCount).toBe(60_000);
    expect(new Set(commit.filesChanged).size).toBe(60_000);
    expect(commit.linesAdded).toBe(60_000);
  }, 60_000);

  it('says which commits the app refuses and why, and ends with 1', async () => {
    const { run, backfill } = await newTenant();
    const repository = repositories.make(numbered(7));
    const { code, stdout, stderr } = await run(['backfill', '--repo', repository, '--as', 'n'.repeat(400)]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/failed +7\n/);
    expect(
      stderr.split('\n').filter((line) => /^[0-9a-f]{12} was refused: .*repository/.test(line)),
    ).toHaveLength(5);
    expect((await backfill('--repo', repository)).summary).toMatchObject({ stored: 7, failed: 0 });
  });

  it('sends a refused commit again with every later run, and says again that it was refused', async () => {
    const { run, backfill } = await newTenant();
    const repository = repositories.make([
      { message: 'good', files: [['a', '1']] },
      { message: 'a path beyond 4,096 letters', files: [[`${'long/'.repeat(900)}file`, '1']] },
      { message: 'good again', files: [['a', '2']] },
    ]);
    const first = await backfill('--repo', repository);
    expect(first).toMatchObject({ code: 1, summary: { total: 3, stored: 2, failed: 1 } });
    const second = await backfill('--repo', repository);
    expect(second).toMatchObject({ code: 1, summary: { total: 1, stored: 0, unchanged: 0, failed: 1 } });
    expect(second.summary.failures).toEqual([
      { commitHash: git(repository, 'rev-parse', 'main~1'), reason: expect.stringContaining('filesChanged') },
    ]);
    expect((await run(['backfill', '--repo', repository])).stderr).toMatch(/^[0-9a-f]{12} was refused: /m);
  });

  it.each([
    ['a folder that is no repository', (path: string) => ['--repo', path], 1, 'is not a git repository'],
    ['a folder that is not there', (path: string) => ['--repo', `${path}/gone`], 1, 'is not a folder'],
    [
      'a date that is none',
      (path: string) => ['--repo', path, '--since', 'banana'],
      2,
      '"banana" is not a date',
    ],
    [
      'a branch that is not there',
      (path: string) => ['--repo', path, '--branch', 'gone'],
      1,
      'no branch "gone"',
    ],
    ['a batch of none', (path: string) => ['--repo', path, '--batch-size', '0'], 2, 'from 1 to 500'],
  ])('of %s says so', async (name, args, code, message) => {
    const { run } = await newTenant();
    const path = name.startsWith('a folder') ? repositories.folder() : repositories.make(numbered(1));
    const ended = await run(['backfill', ...args(path)]);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toContain(message);
  });

  it('with a token that may not write ends with 1 and says so', async () => {
    const { stdout } = await program.run(['--data', stack.dataDirectory, 'token', '--roles', 'commits.read']);
    const repository = repositories.make(numbered(1));
    const args = ['--data', stack.dataDirectory, '--token', stdout.trim(), 'backfill', '--repo', repository];
    const { code, stderr } = await program.run(args);
    expect(code).toBe(1);
    expect(stderr).toContain('commits.write');
  });
});

const stateFile = (): string => join(stack.dataDirectory, 'backfill.json');

/** How far the run under way has got, by its state file. */
function doneIn(path: string): number | undefined {
  try {
    const { histories } = JSON.parse(readFileSync(path, 'utf8')) as {
      histories: Record<string, { run?: { done: number } }>;
    };
    return Object.values(histories)
      .flatMap(({ run }) => (run ? [run.done] : []))
      .at(-1);
  } catch {
    return undefined;
  }
}
