import { once } from 'node:events';
import { CliFailure } from '../failure';
import type { GitCommit } from './commit';
import { type LogRange, logArguments } from './logFormat';
import { LogParser } from './logParser';
import { gitMissing, spawnGit } from './run';

export interface ReadLogOptions {
  directory: string;
  range: LogRange;
  /** Only so many at the newer end of the range. */
  newest?: number;
  /** Default true. */
  lineCounts?: boolean;
  signal?: AbortSignal;
}

/**
 * Every commit of the range, oldest first, from one `git log`. Holds one commit and one chunk of output in
 * memory; git waits while the reader is busy. Ends early, without an error, when the signal is raised.
 * @throws CliFailure where git stops before the end (a missing object, a broken repository)
 */
export async function* readLog(options: ReadLogOptions): AsyncGenerator<GitCommit> {
  const { directory, range, newest, lineCounts = true, signal } = options;
  if (newest === 0) return;
  const child = spawnGit(directory, logArguments(range, newest, lineCounts));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (stderr.length < 4_000) stderr += text;
  });
  let startError: unknown;
  child.once('error', (error) => {
    startError = error;
  });
  const closed = once(child, 'close').catch(() => undefined);
  const stop = (): void => void child.kill();
  signal?.addEventListener('abort', stop, { once: true });

  const parser = new LogParser(lineCounts);
  let last: string | undefined;
  try {
    const unfinished: Buffer[] = [];
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = chunk.indexOf(0); end >= 0; end = chunk.indexOf(0, start)) {
        let token = chunk.subarray(start, end);
        if (unfinished.length > 0) token = Buffer.concat([...unfinished.splice(0), token]);
        start = end + 1;
        const commit = parser.push(token);
        if (commit) {
          last = commit.commitHash;
          yield commit;
        }
      }
      if (start < chunk.length) unfinished.push(chunk.subarray(start));
    }
    await closed;
    if (signal?.aborted) return;
    if (startError) throw gitMissing(startError);
    if (child.exitCode !== 0) throw stoppedEarly(stderr, last);
    const commit = parser.end();
    if (commit) yield commit;
  } finally {
    signal?.removeEventListener('abort', stop);
    child.kill();
  }
}

function stoppedEarly(stderr: string, last: string | undefined): CliFailure {
  const reason = stderr.trim().split('\n').at(-1) || 'no reason given';
  const where = last ? ` after commit ${last.slice(0, 12)}` : '';
  return new CliFailure(
    'foundWrong',
    `git stopped${where}: ${reason}`,
    /unable to read|bad object|missing/i.test(reason)
      ? 'The repository lacks objects. Fetch them (git fetch --refetch), or read without line counts (--no-lines).'
      : 'See what "git fsck" says about the repository, then run the same command again.',
  );
}
