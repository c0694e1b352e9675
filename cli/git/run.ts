import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { CliFailure } from '../failure';

/**
 * Nothing that git would ask or fetch: no prompt, no lazy fetch of a partial clone, no replaced objects (a
 * commit is what its hash says), no index lock, English messages. Its output comes in whole buffers, not flushed after
 * each commit.
 */
const quietEnvironment = {
  GIT_FLUSH: '0',
  GIT_TERMINAL_PROMPT: '0',
  GIT_NO_LAZY_FETCH: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_PAGER: '',
  LC_ALL: 'C',
};

/** Variables that would make git look at another repository than the one it is told. */
const misleading = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_NAMESPACE',
  'GIT_EXTERNAL_DIFF',
];

export function spawnGit(
  directory: string,
  arguments_: readonly string[],
): ChildProcessByStdio<null, Readable, Readable> {
  const environment = { ...process.env, ...quietEnvironment };
  for (const name of misleading) delete environment[name as keyof typeof environment];
  return spawn('git', ['-C', directory, ...arguments_], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
}

/** git is not installed, or not on the PATH. */
export function gitMissing(cause: unknown): CliFailure {
  return new CliFailure(
    'foundWrong',
    'git could not be started',
    'Install git 2.31 or newer and see that it is on the PATH.',
    { cause },
  );
}

export interface GitAnswer {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a git command with a short answer. @throws CliFailure where git itself is missing */
export async function git(directory: string, arguments_: readonly string[]): Promise<GitAnswer> {
  const child = spawnGit(directory, arguments_);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', (error) => reject(gitMissing(error)));
    child.once('close', (exitCode) => resolve(exitCode ?? 1));
  });
  return { code, stdout: stdout.trim(), stderr: stderr.trim() };
}
