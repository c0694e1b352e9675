import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { countCommits, findHead, openRepository, resolveSince } from '../../../cli/git';
import { nameOfRemote } from '../../../cli/git/repository';
import { git, TestRepositories } from '../gitRepository';

const repositories = new TestRepositories();
afterEach(() => repositories.dispose());

const threeCommits = [{ message: 'a' }, { message: 'b' }, { message: 'c' }];

describe('opening a repository', () => {
  it.each([
    ['https://github.com/clinic/records.git', 'clinic/records'],
    ['https://token@github.com/clinic/records', 'clinic/records'],
    ['git@github.com:clinic/records.git', 'clinic/records'],
    ['ssh://git@github.com:22/clinic/records.git/', 'clinic/records'],
    ['https://gitlab.example/group/sub/records.git', 'group/sub/records'],
    ['/srv/git/records.git', undefined],
    ['../records', undefined],
    ['file:///srv/git/records.git', undefined],
    ['C:\\git\\records', undefined],
    ['C:/git/records', undefined],
  ])('names a clone of %s %s', (url, name) => {
    expect(nameOfRemote(url)).toBe(name);
  });

  it('is named after its remote, else after its folder, from any folder within', async () => {
    const folder = repositories.make(threeCommits);
    mkdirSync(join(folder, 'deep/er'), { recursive: true });
    expect((await openRepository(join(folder, 'deep/er'))).name).toBe(basename(folder));
    git(folder, 'remote', 'add', 'origin', 'git@github.com:clinic/records.git');
    expect((await openRepository(folder)).name).toBe('clinic/records');
  });

  it('reads a bare repository, and names it without .git', async () => {
    const origin = repositories.make(threeCommits);
    const bare = join(repositories.folder(), 'records.git');
    git(origin, 'clone', '-q', '--bare', '.', bare);
    git(bare, 'remote', 'remove', 'origin');
    const repository = await openRepository(bare);
    expect(repository).toMatchObject({ isBare: true, isShallow: false, name: 'records' });
    expect(await countCommits(repository, { tip: 'main' })).toBe(3);
  });

  it('says of a shallow clone and of a partial clone what they are', async () => {
    const origin = repositories.make(threeCommits);
    git(origin, 'config', 'uploadpack.allowFilter', 'true');
    const parent = repositories.folder();
    git(parent, 'clone', '-q', '--depth=1', `file://${origin}`, 'shallow');
    git(parent, 'clone', '-q', '--filter=blob:none', '--no-checkout', `file://${origin}`, 'partial');
    expect(await openRepository(join(parent, 'shallow'))).toMatchObject({
      isShallow: true,
      isPartial: false,
    });
    expect(await openRepository(join(parent, 'partial'))).toMatchObject({
      isShallow: false,
      isPartial: true,
    });
  });

  it('finds no head in an empty repository, and names the branch of any other', async () => {
    const empty = await openRepository(repositories.make([]));
    expect(await findHead(empty)).toBeUndefined();
    const folder = repositories.make(threeCommits);
    git(folder, 'branch', 'side', 'main~1');
    const repository = await openRepository(folder);
    expect(await findHead(repository)).toEqual({
      commitHash: git(folder, 'rev-parse', 'main'),
      branch: 'main',
    });
    expect(await findHead(repository, 'side')).toEqual({
      commitHash: git(folder, 'rev-parse', 'side'),
      branch: 'side',
    });
    git(folder, 'tag', '-a', 'v1', '-m', 'one', 'main~1');
    expect(await findHead(repository, 'v1')).toEqual({ commitHash: git(folder, 'rev-parse', 'main~1') });
    const parent = repositories.folder();
    git(parent, 'clone', '-q', folder, 'clone');
    const clone = await openRepository(join(parent, 'clone'));
    expect(await findHead(clone, 'origin/side')).toMatchObject({ branch: 'side' });
    git(folder, 'checkout', '-q', '--detach', 'main');
    expect(await findHead(repository)).toEqual({ commitHash: git(folder, 'rev-parse', 'main') });
  });

  it('takes a branch name that begins with a dash for a name and not for an option', async () => {
    const repository = await openRepository(repositories.make(threeCommits));
    await expect(findHead(repository, '--all')).rejects.toThrow('there is no branch "--all"');
  });

  it('says of a folder that is no repository, and of one that is not there, what they are', async () => {
    const folder = repositories.folder();
    await expect(openRepository(folder)).rejects.toThrow(`${folder} is not a git repository`);
    await expect(openRepository(join(folder, 'gone'))).rejects.toThrow('is not a folder');
  });
});

describe('--since', () => {
  it('takes a day as its beginning in UTC, an instant and a span', async () => {
    const repository = await openRepository(repositories.make(threeCommits));
    expect(await resolveSince(repository, '2025-01-31')).toBe(Date.UTC(2025, 0, 31) / 1000);
    expect(await resolveSince(repository, '2025-01-31T08:00:00Z')).toBe(Date.UTC(2025, 0, 31, 8) / 1000);
    const weeks = await resolveSince(repository, '2 weeks ago');
    expect(Math.abs(Date.now() / 1000 - weeks - 14 * 86_400)).toBeLessThan(3_700);
  });

  it.each(['banana', '', '2025-02-31', '31.01.2025', 'now', '--all'])(
    'refuses %j, which git would take for now',
    async (since) => {
      const repository = await openRepository(repositories.make([]));
      await expect(resolveSince(repository, since)).rejects.toThrow('is not a date');
    },
  );
});
