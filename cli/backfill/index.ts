import { homedir } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from '../client';
import {
  countCommits,
  findHead,
  type GitCommit,
  hasCommit,
  openRepository,
  readLog,
  resolveSince,
} from '../git';
import { inBatches } from './batches';
import { planRuns } from './plan';
import { type Posting, toPosting } from './posting';
import { inOrder, sendBatch } from './sending';
import { type FinishedHistory, type Run, StateFile } from './stateFile';
import type { BackfillOptions, BackfillSummary } from './types';

export type {
  BackfillOptions,
  BackfillProgress,
  BackfillStart,
  BackfillSummary,
  FailedCommit,
} from './types';

const batchCommitsMax = 500;
const batchBytesMax = 6_000_000;
const parallelDefault = 3;
const failuresKeptMax = 100;

function stateFileDefault(): string {
  const folder = process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state');
  return join(folder, 'gitops-healthcare', 'backfill.json');
}

/**
 * Sends the history of a git repository to the API, oldest first, and goes on where an earlier run stopped.
 * May run any number of times: a commit that is stored already is left as it is.
 * @throws CliFailure where the repository cannot be read, or the API refuses or cannot be reached
 */
export async function backfill(options: BackfillOptions): Promise<BackfillSummary> {
  const beganMs = performance.now();
  const repository = await openRepository(options.repositoryPath);
  const head = await findHead(repository, options.branch);
  const client = new ApiClient(options);
  const summary: BackfillSummary = {
    ...{ read: 0, sent: 0, total: 0, stored: 0, updated: 0, unchanged: 0, failed: 0 },
    repository: options.repositoryName ?? repository.name,
    branch: head?.branch,
    resumedAt: 0,
    isShallow: repository.isShallow,
    isPartial: repository.isPartial,
    interrupted: false,
    failures: [],
    cut: [],
    durationMs: 0,
  };
  if (!head) {
    options.onStart?.(summary);
    return summary;
  }

  const sinceSeconds =
    options.since === undefined ? undefined : await resolveSince(repository, options.since);
  const state = new StateFile(options.stateFile ?? stateFileDefault(), {
    apiUrl: client.apiUrl,
    tenantId: client.tenantId,
    repository: summary.repository,
  });
  const history = options.restart ? { finished: [], refused: [] } : await state.read();
  const { runs, finished } = await planRuns(repository, client, history, {
    tip: head.commitHash,
    ...(sinceSeconds === undefined ? {} : { sinceSeconds }),
  });
  const refused = new Set<string>();
  for (const hash of history.refused) if (await hasCommit(repository, hash)) refused.add(hash);
  summary.total = refused.size;
  for (const run of runs) {
    summary.total += run.total;
    summary.resumedAt += run.done;
  }
  summary.read = summary.sent = summary.resumedAt;
  options.onStart?.(summary);

  const reading = {
    directory: repository.directory,
    lineCounts: options.lineCounts ?? !repository.isPartial,
    ...(options.signal ? { signal: options.signal } : {}),
  };
  try {
    await send(readRefused([...refused]), () => state.write({ ...history, finished, refused: [...refused] }));
    for (const run of runs) {
      await send(readRun(run), (commits) => {
        run.done += commits.length;
        run.newestDone = commits.at(-1)?.commitHash ?? run.newestDone;
        run.lastStored =
          commits.findLast(({ commitHash }) => !refused.has(commitHash))?.commitHash ?? run.lastStored;
        return state.write({ run, finished, refused: [...refused] });
      });
      if (options.signal?.aborted) break;
      finished.push(await finishedHistory(run));
      await state.write({ finished, refused: [...refused] });
    }
  } catch (error) {
    if (!options.signal?.aborted) throw error;
  }
  summary.interrupted = summary.sent < summary.total;
  summary.durationMs = performance.now() - beganMs;
  return summary;

  async function send(
    commits: AsyncIterable<GitCommit>,
    onSent: (commits: readonly Posting[]) => Promise<void>,
  ): Promise<void> {
    const batches = inBatches(postings(commits), {
      commitsMax: Math.min(Math.max(options.batchSize ?? batchCommitsMax, 1), batchCommitsMax),
      bytesMax: batchBytesMax,
    });
    await inOrder(
      batches,
      { parallel: options.parallel ?? parallelDefault, signal: options.signal },
      (batch) => sendBatch(client, batch),
      async (batch, outcome) => {
        summary.stored += outcome.stored;
        summary.updated += outcome.updated;
        summary.unchanged += outcome.unchanged;
        summary.failed += outcome.failures.length;
        summary.failures.push(...outcome.failures.slice(0, failuresKeptMax - summary.failures.length));
        summary.sent += batch.length;
        for (const { commitHash } of batch) refused.delete(commitHash);
        for (const { commitHash } of outcome.failures) refused.add(commitHash);
        await onSent(batch);
        options.onProgress?.(summary);
      },
    );
  }

  async function* postings(commits: AsyncIterable<GitCommit>): AsyncGenerator<Posting> {
    for await (const commit of commits) {
      const posting = toPosting(commit, summary.repository, summary.branch);
      if (posting.isCut) summary.cut.push(posting.commitHash);
      summary.read += 1;
      yield posting;
    }
  }

  function readRun(run: Run): AsyncGenerator<GitCommit> {
    return readLog({ ...reading, range: run, newest: run.total - run.done });
  }

  async function* readRefused(hashes: readonly string[]): AsyncGenerator<GitCommit> {
    for (const tip of hashes) yield* readLog({ ...reading, range: { tip }, newest: 1 });
  }

  async function finishedHistory(run: Run): Promise<FinishedHistory> {
    const { tip, sinceSeconds } = run;
    const history = { tip, ...(sinceSeconds === undefined ? {} : { sinceSeconds }) };
    return repository.isShallow
      ? { ...history, shallowCount: await countCommits(repository, history) }
      : history;
  }
}
