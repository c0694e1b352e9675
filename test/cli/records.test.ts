import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CommitItem } from '../../src/lib/commit';
import { poll } from '../e2e/runningStack';
import { git } from './gitRepository';
import { history, type StackWithHistory, startStackWithHistory } from './stackWithHistory';

// The built program, a process a command, against the built stack: reading and reviewing the record.

let here: StackWithHistory;

beforeAll(async () => {
  here = await startStackWithHistory();
}, 120_000);

afterAll(() => here?.dispose());

describe('commits', () => {
  it('lists them newest first in a table of 80 columns', async () => {
    const { code, stdout, stderr } = await here.run(['commits', '--limit', '5']);
    const lines = stdout.trimEnd().split('\n');
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'The first 5; there are more: --limit or --all.\n' });
    expect(lines[0]).toMatch(/^COMMIT +DATE +RISK +SUBJECT/);
    expect(lines[1]).toContain('docs: page 29');
    expect(lines).toHaveLength(6);
    expect(lines.every((line) => line.length <= 80)).toBe(true);
    expect(stdout).not.toContain('\u001b');
  });

  it('with --json is one document, with --all --json one commit a line', async () => {
    const page = await here.json<{ items: CommitItem[]; nextCursor: string | null }>([
      'commits',
      '--limit',
      '7',
    ]);
    expect(page.items).toHaveLength(7);
    expect(page.nextCursor).not.toBeNull();
    const { stdout } = await here.run(['commits', '--all', '--json']);
    const all = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as CommitItem);
    expect(all).toHaveLength(history.length);
    expect(all.slice(0, 7)).toEqual(page.items);
  });

  it('filters by author, level and score', async () => {
    const by = async (...args: string[]) =>
      (await here.json<{ items: CommitItem[] }>(['commits', '--limit', '100', ...args])).items;
    expect(await by('--author', 'grace@example.org')).toHaveLength(15);
    expect((await by('--min-risk', '0.7')).map(({ commitHash }) => commitHash)).toEqual([here.riskyHash]);
    expect(await by('--level', 'low')).toHaveLength(29);
  });

  it('says so where none match, and that is no failure', async () => {
    const { code, stdout, stderr } = await here.run(['commits', '--author', 'nobody@example.org']);
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No commits of the last 30 days match; --since goes further back.\n',
    });
  });

  it('walks a range of years, which the API takes one by one', async () => {
    const old = { message: 'chore: long ago', author: 'old@example.org' };
    const commits = ['2017-03-01', '2020-12-31', '2021-01-01'].map((date, n) => ({
      ...old,
      ...{ commitHash: `a9e0000${n}`, timestamp: `${date}T00:00:00Z` },
    }));
    const tenant = ['--tenant', 'years'];
    const token = (await here.run([...tenant, 'token'])).stdout.trim();
    const { apiUrl } = JSON.parse(readFileSync(join(here.folder, 'stack.json'), 'utf8')) as {
      apiUrl: string;
    };
    const posted = await fetch(`${apiUrl}/v1/tenants/years/commits`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ commits }),
    });
    expect(posted.status).toBe(200);
    const range = [...tenant, '--token', token, 'commits', '--since', '2016-01-01', '--until', '2022-06-30'];
    const { stdout } = await here.run([...range, '--all', '--json']);
    const hashes = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as CommitItem).commitHash);
    expect(hashes).toEqual(['a9e00002', 'a9e00001', 'a9e00000']);
    const csv = (await here.run([...range, '--format', 'csv'])).stdout.trimEnd().split('\r\n');
    expect(csv.map((line) => line.split(',')[0])).toEqual(['commitHash', ...hashes]);
    expect(await here.json([...range, '--limit', '2'])).toMatchObject({ items: [{}, {}], hasMore: true });
    expect(await here.json([...range, '--limit', '3'])).toMatchObject({
      items: [{}, {}, {}],
      hasMore: false,
    });
    const backwards = await here.run(['commits', '--since', '2022-01-01', '--until', '2021-01-01']);
    expect(backwards).toMatchObject({ code: 2, stdout: '' });
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
    const { code, stdout, stderr } = await here.run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('formats and counts', () => {
  it('hands on CSV, NDJSON and SARIF as the API streams them', async () => {
    const csv = (await here.run(['commits', '--format', 'csv'])).stdout.trimEnd().split('\n');
    expect(csv.length).toBeGreaterThan(history.length);
    expect(csv[0]).toContain('commitHash');
    const lines = (await here.run(['commits', '--format', 'ndjson'])).stdout.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as CommitItem).commitHash)).toHaveLength(history.length);
    const sarif = JSON.parse((await here.run(['high-risk', '--format', 'sarif'])).stdout) as {
      version: string;
    };
    expect(sarif.version).toBe('2.1.0');
    expect(await here.run(['commits', '--format', 'xml'])).toMatchObject({ code: 2 });
  });

  it('lists what changed since an instant', async () => {
    const later = new Date(Date.now() + 3_600_000).toISOString();
    expect((await here.run(['commits', '--updated-since', later])).stdout).toBe('');
    const { items } = await here.json<{ items: CommitItem[] }>([
      'commits',
      '--updated-since',
      '2020-01-01T00:00:00Z',
    ]);
    expect(items).toHaveLength(history.length);
  });

  it('counts by day, level, repository and author', async () => {
    const stats = await here.json<{ commits: number; byLevel: object; byAuthor: object }>(['stats']);
    expect(stats).toMatchObject({
      commits: history.length,
      byLevel: { low: 29, critical: 1 },
      byAuthor: { 'ada@example.org': 15, 'grace@example.org': 15 },
    });
    const { code, stdout } = await here.run(['stats', '--top', '1']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^30 commits from \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d\n\nDAY +COMMITS/);
    expect(stdout).toContain('and 1 more (--top)');
    expect((await here.run(['stats', '--format', 'csv'])).stdout).toMatch(/^date,by,name,commits\r?\n/);
  });
});

describe('high-risk and show', () => {
  it('lists the risky commit alone, and shows why it is risky', async () => {
    const { items } = await here.json<{ items: CommitItem[] }>(['high-risk']);
    expect(items.map(({ commitHash }) => commitHash)).toEqual([here.riskyHash]);
    const { code, stdout } = await here.run(['show', here.riskyHash]);
    expect(code).toBe(0);
    expect(stdout).toContain(`commit ${here.riskyHash}`);
    expect(stdout).toContain('Ada <ada@example.org>');
    expect(stdout).toContain('PHI-Impact: Direct');
    expect(stdout).toContain('added     src/auth/login.ts');
    expect(stdout).toMatch(/Why\n {2}\d\.\d\d {2}(likelihood|impact) +\S/);
    expect(stdout).toMatch(/recorded by local:local/);
  });

  it('says so where nothing is risky enough', async () => {
    const { code, stderr } = await here.run(['high-risk', '--threshold', '1']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^No commit of the last 7 days reaches 1\.\n$/);
  });

  it('knows a short hash where the repository is the present folder', async () => {
    const { stdout } = await here.run(['show', here.riskyHash.slice(0, 8)], { cwd: here.repository });
    expect(stdout).toContain(`commit ${here.riskyHash}`);
    const elsewhere = await here.run(['show', here.riskyHash.slice(0, 8)]);
    expect(elsewhere).toMatchObject({ code: 1, stdout: '' });
    expect(elsewhere.stderr).toContain('Give the whole hash');
  });

  it('shows the commit as the API has it with --json', async () => {
    const commit = await here.json<CommitItem>(['show', here.riskyHash]);
    expect(commit).toEqual(await (await here.stack.call(`/commits/${here.riskyHash}`)).json());
  });
});

describe('review', () => {
  it('records who found what, shows it, and the audit log has it', async () => {
    const hash = git(here.repository, 'rev-parse', 'main~1');
    const { code, stdout } = await here.run(['review', hash, 'approved', '--note', 'two of us looked']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/approved by local:local\n$/);
    const commit = await here.json<CommitItem>(['show', hash]);
    expect(commit.review).toMatchObject({ status: 'approved', note: 'two of us looked' });
    const entries = await poll(async () => {
      const { items } = (await (await here.stack.call(`/audit?commitHash=${hash}`)).json()) as {
        items: { action: string }[];
      };
      return items.length === 2 ? items.map(({ action }) => action) : undefined;
    });
    expect(entries).toEqual(['recorded', 'reviewed']);
  });

  it('of a commit that is not there ends with 1', async () => {
    const { code, stderr } = await here.run(['review', 'f'.repeat(40), 'approved']);
    expect(code).toBe(1);
    expect(stderr).toContain(`no commit ${'f'.repeat(40)} in tenant ${here.stack.tenantId}`);
  });
});

describe('digest', () => {
  it('lists the digests and shows one', async () => {
    const { items } = await here.json<{ items: { digestDate: string }[] }>(['digest']);
    const day = items[0]?.digestDate ?? '';
    expect((await here.run(['digest'])).stdout).toContain(day);
    const { code, stdout } = await here.run(['digest', day]);
    expect(code).toBe(0);
    expect(stdout).toContain(`Digest of ${day}`);
    expect(stdout).toMatch(/audit head {2}\d+:[0-9a-f]{64}\n/);
  });

  it('is handed on as Markdown and as a page', async () => {
    const { items } = await here.json<{ items: { digestDate: string }[] }>(['digest']);
    const day = items[0]?.digestDate ?? '';
    expect((await here.run(['digest', day, '--format', 'markdown'])).stdout).toMatch(/^# /m);
    expect((await here.run(['digest', day, '--format', 'html'])).stdout).toMatch(/<html/i);
  });

  it.each([[[]], [['--format', 'markdown']]])('of a day without one ends with 1 (%j)', async (flags) => {
    expect(await here.run(['digest', '2001-01-01', ...flags])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'error: There is no digest of this day\n"gitops-healthcare digest" lists the days that have one.\n',
    });
  });
});

describe('audit', () => {
  it('prints its head in the form that verify takes', async () => {
    const { stdout } = await here.run(['audit', 'head']);
    expect(stdout).toMatch(/^\d+:[0-9a-f]{64}\n$/);
  });

  it('verifies against the store', async () => {
    const { code, stdout } = await here.run(['audit', 'verify']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^valid: \d+ entries, head \d+:[0-9a-f]{64}\n$/);
  });

  const golden = resolve(__dirname, '../golden/audit-export.ndjson');

  it('verifies an export with nothing else, from a file or a pipe, and holds it against a head that was kept', async () => {
    const { code, stdout } = await here.program.run(['audit', 'verify', golden]);
    expect(code).toBe(0);
    const head = /head (\d+:[0-9a-f]{64})/.exec(stdout)?.[1] ?? '';
    expect(await here.program.run(['audit', 'verify', golden, '--head', head])).toMatchObject({ code: 0 });
    const other = await here.program.run(['audit', 'verify', golden, '--head', 'f'.repeat(64)]);
    expect(other).toMatchObject({ code: 1 });
    expect(other.stdout).toContain('forked');
  });

  it('ends with 1 for an export with one changed letter, and names the entry', async () => {
    const text = readFileSync(golden, 'utf8');
    const changed = text.replace('"actor":"github-webhook"', '"actor":"github-webhoof"');
    const { code, stdout } = await here.program.run(['audit', 'verify', '-', '--json'], { input: changed });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      valid: false,
      problems: [expect.objectContaining({ kind: 'altered', sequence: 1 })],
    });
  });

  it('exports the log to a file that verifies offline, and never over one that is there', async () => {
    const file = resolve(here.folder, 'audit.ndjson');
    const saved = await here.run(['audit', 'export', '--output', file]);
    expect(saved).toMatchObject({ code: 0, stderr: '' });
    expect(saved.stdout).toMatch(/audit\.ndjson: \d+ entries, head \d+:[0-9a-f]{64}\n$/);
    const verified = await here.program.run(['audit', 'verify', file]);
    expect(verified.stdout).toBe(`valid${saved.stdout.slice(file.length)}`);
    expect(await here.run(['audit', 'export', '--output', file])).toMatchObject({
      code: 2,
      stderr: `error: ${file} is there already\nGive another --output.\n`,
    });
    expect(existsSync(`${file}.part`)).toBe(false);
  });

  it('exports to a pipe, the manifest last', async () => {
    const { code, stdout } = await here.run(['audit', 'export', '--since', '2001-01-01']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      id: 'manifest',
      startDate: '2001-01-01',
    });
  });

  it('ends with 2 for an export into a folder that is not there, and leaves nothing', async () => {
    const file = resolve(here.folder, 'none/audit.ndjson');
    expect(await here.run(['audit', 'export', '--output', file])).toMatchObject({
      code: 2,
      stderr: `error: cannot write ${file}: ENOENT\nGive a file in a folder that is there.\n`,
    });
  });

  it('ends with 2 for a file that is not there', async () => {
    expect(await here.program.run(['audit', 'verify', 'nothing.ndjson'])).toMatchObject({
      code: 2,
      stderr: 'error: cannot read nothing.ndjson: ENOENT\nGive the file of an export.\n',
    });
  });
});
