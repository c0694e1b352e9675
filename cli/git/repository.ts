import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { CliFailure } from '../failure';
import { type LogRange, orderArguments, rangeArguments } from './logFormat';
import { git } from './run';

export interface GitRepository {
  /** Where git commands run. */
  directory: string;
  /** `owner/name` of the remote it was cloned from, else the folder's name. */
  name: string;
  isBare: boolean;
  /** History was cut off when it was cloned: older commits are not here. */
  isShallow: boolean;
  /** File contents were left out when it was cloned: line counts would have to be fetched one by one. */
  isPartial: boolean;
}

/** @throws CliFailure where the path is no repository, or git refuses to read it */
export async function openRepository(path: string): Promise<GitRepository> {
  const directory = resolve(path);
  const found = await stat(directory).catch(() => undefined);
  if (!found?.isDirectory()) {
    throw new CliFailure(
      'foundWrong',
      `${directory} is not a folder`,
      'Give the path of a git repository: --repo PATH.',
    );
  }
  const facts = await git(directory, [
    'rev-parse',
    '--is-bare-repository',
    '--is-shallow-repository',
    '--absolute-git-dir',
  ]);
  if (facts.code !== 0) throw cannotOpen(directory, facts.stderr);
  const [bare, shallow, gitDirectory = directory] = facts.stdout.split('\n');
  const promisor = await git(directory, ['config', '--get-regexp', '^remote\\..*\\.promisor$', 'true']);
  const isBare = bare === 'true';
  return {
    directory,
    name: await repositoryName(directory, isBare ? gitDirectory : undefined),
    isBare,
    isShallow: shallow === 'true',
    isPartial: promisor.code === 0,
  };
}

function cannotOpen(directory: string, stderr: string): CliFailure {
  if (/dubious ownership/.test(stderr)) {
    return new CliFailure(
      'foundWrong',
      `git does not trust ${directory}: it belongs to another user`,
      `If you trust it: git config --global --add safe.directory ${directory}`,
    );
  }
  if (/not a git repository/.test(stderr)) {
    return new CliFailure(
      'foundWrong',
      `${directory} is not a git repository`,
      'Give the path of a git repository: --repo PATH.',
    );
  }
  return new CliFailure(
    'foundWrong',
    `git cannot read ${directory}: ${stderr.split('\n').at(-1)}`,
    'See what "git status" says there.',
  );
}

async function repositoryName(directory: string, bareDirectory: string | undefined): Promise<string> {
  const remote = await git(directory, ['config', '--get', 'remote.origin.url']);
  const named = remote.code === 0 ? nameOfRemote(remote.stdout) : undefined;
  if (named) return named;
  if (bareDirectory) {
    const folder = basename(bareDirectory);
    return folder === '.git' ? basename(dirname(bareDirectory)) : folder.replace(/\.git$/, '');
  }
  const top = await git(directory, ['rev-parse', '--show-toplevel']);
  return basename(top.code === 0 && top.stdout ? top.stdout : directory);
}

/** `owner/name` of a remote's address (https, ssh, or `git@host:owner/name.git`); none for a path on this machine. */
export function nameOfRemote(url: string): string | undefined {
  const path =
    /^[a-z][a-z0-9+.-]*:\/\/[^/]+\/(.+)$/i.exec(url)?.[1] ??
    /^(?:[^@/\s]+@)?[^:/\s]{2,}:(?!\/)(.+)$/.exec(url)?.[1];
  if (path === undefined || /^file:/i.test(url)) return undefined;
  const name = path
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .replace(/^\/+/, '');
  return name === '' ? undefined : name;
}

export interface Head {
  commitHash: string;
  /** Absent where no branch is checked out. */
  branch?: string;
}

/**
 * The newest commit of a branch (default: of HEAD); undefined where there is no commit yet.
 * @throws CliFailure where the branch does not exist
 */
export async function findHead(repository: GitRepository, branch?: string): Promise<Head | undefined> {
  const { directory } = repository;
  const revision = branch ?? 'HEAD';
  const commit = await git(directory, [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${revision}^{commit}`,
  ]);
  if (commit.code === 0) {
    const reference = await git(directory, [
      'rev-parse',
      '--symbolic-full-name',
      '--end-of-options',
      revision,
    ]);
    // A tag or a hash is no branch.
    const name = /^refs\/(?:heads|remotes\/[^/]+)\/(.+)$/m.exec(reference.stdout)?.[1];
    return { commitHash: commit.stdout, ...(name === undefined || name === 'HEAD' ? {} : { branch: name }) };
  }
  if (branch === undefined) return undefined;
  throw new CliFailure(
    'foundWrong',
    `there is no branch "${branch}" in ${directory}`,
    'See the branches with "git branch --all".',
  );
}

/** How many commits a range holds. @throws CliFailure where the range cannot be walked */
export async function countCommits(repository: GitRepository, range: LogRange): Promise<number> {
  const counted = await git(repository.directory, ['rev-list', '--count', ...rangeArguments(range), '--']);
  if (counted.code !== 0) {
    throw new CliFailure(
      'foundWrong',
      `git cannot walk the history of ${repository.directory}: ${counted.stderr.split('\n').at(-1)}`,
      'See what "git fsck" says about the repository.',
    );
  }
  return Number(counted.stdout);
}

/** The newest commit of a range but so many, in the order in which `readLog` reads. */
export async function commitBehind(
  repository: GitRepository,
  range: LogRange,
  newest: number,
): Promise<string | undefined> {
  const place = ['--max-count=1', `--skip=${newest}`];
  const found = await git(repository.directory, [
    'rev-list',
    ...orderArguments,
    ...place,
    ...rangeArguments(range),
    '--',
  ]);
  return found.code === 0 && found.stdout !== '' ? found.stdout : undefined;
}

/** Whether the repository has this commit. */
export async function hasCommit(repository: GitRepository, commitHash: string): Promise<boolean> {
  return (await git(repository.directory, ['cat-file', '-e', `${commitHash}^{commit}`])).code === 0;
}

/** Whether the second commit reaches the first. */
export async function isAncestor(repository: GitRepository, first: string, second: string): Promise<boolean> {
  return (await git(repository.directory, ['merge-base', '--is-ancestor', first, second])).code === 0;
}

/** The whole hash of a commit by its beginning; undefined where the folder's repository has none or several. */
export async function expandHash(directory: string, beginning: string): Promise<string | undefined> {
  if (!/^[0-9a-f]{4,64}$/i.test(beginning)) return undefined;
  const found = await git(directory, ['rev-parse', '--verify', '--quiet', `${beginning}^{commit}`]).catch(
    () => undefined,
  );
  return found?.code === 0 ? found.stdout : undefined;
}
