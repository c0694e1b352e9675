import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GitCommit, readLog } from '../../../cli/git';
import { git, type MadeCommit, TestRepositories } from '../gitRepository';

const repositories = new TestRepositories();
afterEach(() => repositories.dispose());

async function read(directory: string, options: Partial<Parameters<typeof readLog>[0]> = {}) {
  const commits: GitCommit[] = [];
  for await (const commit of readLog({ directory, range: { tip: 'main' }, ...options })) commits.push(commit);
  return commits;
}

async function readMade(...commits: MadeCommit[]): Promise<GitCommit[]> {
  return read(repositories.make(commits));
}

const submoduleAt = '1111111111111111111111111111111111111111';

describe('reading git log', () => {
  it('gives hash, parents, people, dates with their own offset, message and counted files', async () => {
    const folder = repositories.make([
      { message: 'first\n', files: [['a.txt', 'one\ntwo\n']] },
      {
        message: 'second\n\nbody\n\nReviewed-by: Grace\n',
        files: [['a.txt', 'one\nthree\nfour\n']],
        date: '1736984733 -0500',
        author: 'Grace Hopper',
        email: 'grace@example.org',
      },
    ]);
    const commits = await read(folder);
    const [firstHash, secondHash] = git(folder, 'rev-list', '--reverse', 'main').split('\n');
    expect(commits.map(({ commitHash }) => commitHash)).toEqual([firstHash, secondHash]);
    expect(commits[1]).toEqual({
      commitHash: secondHash,
      parents: [firstHash],
      author: { name: 'Grace Hopper', email: 'grace@example.org', timestamp: '2025-01-15T18:45:33-05:00' },
      committer: { name: 'Grace Hopper', email: 'grace@example.org', timestamp: '2025-01-15T18:45:33-05:00' },
      message: 'second\n\nbody\n\nReviewed-by: Grace',
      files: [{ path: 'a.txt', status: 'modified', linesAdded: 2, linesDeleted: 1 }],
      linesAdded: 2,
      linesDeleted: 1,
    });
  });

  it('tells added, modified, removed and renamed apart, and where a renamed file came from', async () => {
    const body = `${Array.from({ length: 20 }, (_, line) => `line ${line}`).join('\n')}\n`;
    const [, second] = await readMade(
      {
        message: 'a',
        files: [
          ['old name', body],
          ['kept', 'x\n'],
          ['gone', 'y\n'],
        ],
      },
      {
        message: 'b',
        files: [
          ['old name', null],
          ['new/näme', `${body}more\n`],
          ['kept', 'x\ny\n'],
          ['gone', null],
          ['fresh', ''],
        ],
      },
    );
    expect(second?.files).toEqual([
      { path: 'fresh', status: 'added', linesAdded: 0, linesDeleted: 0 },
      { path: 'gone', status: 'removed', linesAdded: 0, linesDeleted: 1 },
      { path: 'kept', status: 'modified', linesAdded: 1, linesDeleted: 0 },
      { path: 'new/näme', status: 'renamed', previousPath: 'old name', linesAdded: 1, linesDeleted: 0 },
    ]);
  });

  it('counts no lines of binary files and of submodules', async () => {
    const [commit] = await readMade({
      message: 'a',
      files: [
        ['image.png', Buffer.from([0, 1, 2, 3])],
        ['text', 'x\n'],
      ],
      submodules: [['vendor/lib', submoduleAt]],
    });
    expect(commit?.files).toEqual([
      { path: 'image.png', status: 'added' },
      { path: 'text', status: 'added', linesAdded: 1, linesDeleted: 0 },
      { path: 'vendor/lib', status: 'added' },
    ]);
    expect(commit?.linesAdded).toBe(1);
  });

  it('keeps paths with tabs, newlines, quotes, a leading colon or control characters, and takes none for anything else', async () => {
    const paths = ['\u0001start', ':colon', '1\t2\tthree', 'a\nb', 'quo"te', 'tab\there', '-\t-\tdash', 'é'];
    const [commit] = await readMade({ message: 'a', files: paths.map((path) => [path, 'x\n'] as const) });
    expect(commit?.files.map(({ path }) => path).sort()).toEqual([...paths].sort());
    expect(commit?.files.every(({ linesAdded }) => linesAdded === 1)).toBe(true);
  });

  it('writes a path that is not UTF-8 in the quoted form of git', async () => {
    const [commit] = await readMade({
      message: 'a',
      files: [[Buffer.from('caf\xe9 "1"', 'latin1'), 'x\n']],
    });
    expect(commit?.files).toEqual([
      { path: '"caf\\351 \\"1\\""', status: 'added', linesAdded: 1, linesDeleted: 0 },
    ]);
  });

  it.each([
    ['declared ISO-8859-1', 'ISO-8859-1', Buffer.from('R\xf6ntgen', 'latin1'), 'Röntgen'],
    ['undeclared Latin-1', undefined, Buffer.from('R\xf6ntgen', 'latin1'), 'Röntgen'],
    ['undeclared Windows-1252', undefined, Buffer.from('\x93quoted\x94', 'latin1'), '“quoted”'],
    ['UTF-8', undefined, Buffer.from('Röntgen 放射'), 'Röntgen 放射'],
  ])('reads a message and a name in %s', async (_, encoding, bytes, expected) => {
    const [commit] = await readMade({ message: bytes, author: bytes, ...(encoding ? { encoding } : {}) });
    expect(commit?.message).toBe(expected);
    expect(commit?.author.name).toBe(expected);
  });

  it('reads messages that are empty, that look like diff output, or that begin with control characters', async () => {
    const messages = ['', ':100644 100644 0 0 M\n1\t2\tx', '\u0001abc', '\n\n  led by blank lines'];
    const commits = await readMade(
      ...messages.map((message) => ({ message, files: [['f', message]] as const })),
    );
    expect(commits.map(({ message }) => message)).toEqual(messages);
  });

  it('reads a repository whose hashes are SHA-256', async () => {
    const folder = repositories.folder();
    git(folder, 'init', '-q', '--object-format=sha256', '-b', 'main');
    git(folder, 'commit', '-q', '--allow-empty', '-m', 'a');
    writeFileSync(join(folder, 'f'), 'x\n');
    git(folder, 'add', '.');
    git(folder, 'commit', '-q', '-m', 'b');
    const [first, second] = await read(folder);
    expect(second?.commitHash).toMatch(/^[0-9a-f]{64}$/);
    expect(second?.parents).toEqual([first?.commitHash]);
    expect(second?.files).toEqual([{ path: 'f', status: 'added', linesAdded: 1, linesDeleted: 0 }]);
  });

  it('gives a merge its parents and no files, an octopus merge and several roots included', async () => {
    const commits = await readMade(
      { message: 'root', files: [['a', '1']] },
      { message: 'side', files: [['b', '1']], parents: [1] },
      { message: 'third', files: [['c', '1']], parents: [1] },
      { message: 'other root', files: [['d', '1']], parents: [] },
      { message: 'octopus', parents: [1, 2, 3, 4] },
    );
    const merge = commits.at(-1);
    expect(merge?.message).toBe('octopus');
    expect(merge?.parents).toHaveLength(4);
    expect(merge?.files).toEqual([]);
    const seen = new Set<string>();
    for (const { commitHash, parents } of commits) {
      expect(parents.every((parent) => seen.has(parent))).toBe(true);
      seen.add(commitHash);
    }
  });

  it('gives a commit without a change no files and zero lines', async () => {
    const [, empty] = await readMade({ message: 'a', files: [['a', '1\n']] }, { message: 'nothing' });
    expect(empty).toMatchObject({ files: [], linesAdded: 0, linesDeleted: 0 });
  });

  it('reads a commit of 60,000 files whole', async () => {
    const files = Array.from({ length: 60_000 }, (_, n) => [`d${n % 100}/file${n}`, `${n}\n`] as const);
    const [commit, after] = await readMade(
      { message: 'import', files },
      { message: 'after', files: [['x', 'x\n']] },
    );
    expect(commit?.files).toHaveLength(60_000);
    expect(commit?.linesAdded).toBe(60_000);
    expect(after?.files).toHaveLength(1);
    // git fast-import alone takes a quarter of a minute for it on a slow disk.
  }, 120_000);

  it('reads only the newer end where the older commits are done', async () => {
    const folder = repositories.make(Array.from({ length: 10 }, (_, n) => ({ message: `m${n}` })));
    expect((await read(folder, { newest: 3 })).map(({ message }) => message)).toEqual(['m7', 'm8', 'm9']);
    expect(await read(folder, { newest: 0 })).toEqual([]);
  });

  it('leaves out what excluded commits reach, and what is older than a date', async () => {
    const folder = repositories.make(Array.from({ length: 6 }, (_, n) => ({ message: `m${n}` })));
    const hashes = git(folder, 'rev-list', '--reverse', 'main').split('\n');
    const without = await read(folder, { range: { tip: 'main', exclude: hashes.slice(3, 4) } });
    expect(without.map(({ message }) => message)).toEqual(['m4', 'm5']);
    const since = await read(folder, { range: { tip: 'main', sinceSeconds: 1_700_000_000 + 2 * 60 } });
    expect(since.map(({ message }) => message)).toEqual(['m2', 'm3', 'm4', 'm5']);
  });

  it('without line counts reads the same files with a status and no counts', async () => {
    const folder = repositories.make([
      {
        message: 'a',
        files: [
          ['a', '1\n'],
          ['b', '2\n'],
        ],
      },
    ]);
    const [commit] = await read(folder, { lineCounts: false });
    expect(commit?.files).toEqual([
      { path: 'a', status: 'added' },
      { path: 'b', status: 'added' },
    ]);
    expect(commit).not.toHaveProperty('linesAdded');
  });

  it('is not changed by the configuration of whoever runs it', async () => {
    const body = 'same\n'.repeat(30);
    const folder = repositories.make([
      {
        message: 'a',
        files: [
          ['a', body],
          ['z', '1\n'],
        ],
      },
      {
        message: 'b',
        files: [
          ['a', null],
          ['b', body],
          ['z', '2\n'],
        ],
      },
    ]);
    const before = await read(folder);
    for (const [name, value] of [
      ['diff.renames', 'false'],
      ['log.showRoot', 'false'],
      ['diff.external', 'false'],
      ['color.ui', 'always'],
      ['log.date', 'relative'],
      ['format.pretty', 'oneline'],
      ['diff.algorithm', 'patience'],
      ['i18n.logOutputEncoding', 'UTF-16'],
      ['log.diffMerges', 'first-parent'],
      ['core.quotePath', 'true'],
      ['diff.noPrefix', 'true'],
      ['log.follow', 'true'],
      ['log.decorate', 'full'],
      ['diff.relative', 'true'],
    ] as const) {
      git(folder, 'config', name, value);
    }
    expect(await read(folder)).toEqual(before);
  });

  it('says which object is missing, and at which commit git stopped', async () => {
    const folder = repositories.make([
      { message: 'a', files: [['a', '1\n']] },
      { message: 'b', files: [['a', '2\n']] },
    ]);
    const blob = git(folder, 'rev-parse', 'main:a');
    // A small import is kept as loose objects, a file each.
    rmSync(join(folder, '.git/objects', blob.slice(0, 2), blob.slice(2)));
    await expect(read(folder)).rejects.toThrow(new RegExp(`^git stopped.*${blob}`));
    expect(await read(folder, { lineCounts: false })).toHaveLength(2);
  });

  it('ends when it is told to, and leaves no git behind', async () => {
    const folder = repositories.make(
      Array.from({ length: 3_000 }, (_, n) => ({ message: `m${n}\n${'x'.repeat(500)}` })),
    );
    const stop = new AbortController();
    let read = 0;
    for await (const _ of readLog({ directory: folder, range: { tip: 'main' }, signal: stop.signal })) {
      read += 1;
      if (read === 5) stop.abort();
    }
    expect(read).toBeLessThan(3_000);
  });

  it('counts every line as plain git log --numstat does, over this whole repository', async () => {
    const folder = git(__dirname, 'rev-parse', '--show-toplevel');
    const head = git(folder, 'rev-parse', 'HEAD');
    const plain = git(folder, 'log', '--numstat', '--no-renames', '--format=', head);
    const expected = plain.split('\n').reduce(
      (sum, line) => {
        const [added, deleted] = line.split('\t');
        return { added: sum.added + (Number(added) || 0), deleted: sum.deleted + (Number(deleted) || 0) };
      },
      { added: 0, deleted: 0 },
    );
    const commits = await read(folder, { range: { tip: head } });
    expect(commits).toHaveLength(Number(git(folder, 'rev-list', '--count', head)));
    const renamed = commits.flatMap(({ files }) => files).filter(({ status }) => status === 'renamed').length;
    const sum = (of: (commit: GitCommit) => number | undefined) =>
      commits.reduce((total, commit) => total + (of(commit) ?? 0), 0);
    if (renamed === 0) {
      expect(sum((c) => c.linesAdded)).toBe(expected.added);
      expect(sum((c) => c.linesDeleted)).toBe(expected.deleted);
    }
  });
});
