import type { ApiClient } from '../client';
import { ApiFailure } from '../client';
import { commitBehind, countCommits, type GitRepository, hasCommit, isAncestor } from '../git';
import type { FinishedHistory, Run, SentHistory } from './stateFile';

/**
 * What there is to send: first the rest of an interrupted run, then what the branch holds beyond it and beyond what was
 * finished before. Whatever in the record does not fit the repository or the store any more is left out: then more is
 * sent than needed, and nothing is missed.
 */
export async function planRuns(
  repository: GitRepository,
  client: ApiClient,
  history: Pick<SentHistory, 'run' | 'finished'>,
  wanted: { tip: string; sinceSeconds?: number },
): Promise<{ runs: Run[]; finished: FinishedHistory[] }> {
  const finished: FinishedHistory[] = [];
  for (const past of history.finished) {
    if (await stillTrue(repository, client, past)) finished.push(past);
  }
  const runs: Run[] = [];
  const interrupted = history.run;
  if (interrupted && (await canResume(repository, client, interrupted, wanted))) runs.push(interrupted);

  const covered = [...finished, ...runs].filter((past) => covers(past, wanted));
  const { tip, sinceSeconds } = wanted;
  const rest: Run = {
    tip,
    exclude: covered.map((past) => past.tip),
    ...(sinceSeconds === undefined ? {} : { sinceSeconds }),
    total: 0,
    done: 0,
  };
  rest.total = await countCommits(repository, rest);
  if (rest.total > 0) runs.push(rest);
  return { runs, finished };
}

/** A history from an earlier date covers one from a later date. */
function covers(past: { sinceSeconds?: number }, wanted: { sinceSeconds?: number }): boolean {
  if (past.sinceSeconds === undefined) return true;
  return wanted.sinceSeconds !== undefined && past.sinceSeconds <= wanted.sinceSeconds;
}

async function stillTrue(
  repository: GitRepository,
  client: ApiClient,
  past: FinishedHistory,
): Promise<boolean> {
  if (!(await hasCommit(repository, past.tip))) return false;
  if (past.shallowCount !== undefined) {
    const range = {
      tip: past.tip,
      ...(past.sinceSeconds === undefined ? {} : { sinceSeconds: past.sinceSeconds }),
    };
    if ((await countCommits(repository, range)) !== past.shallowCount) return false;
  }
  return isStored(client, past.tip);
}

async function canResume(
  repository: GitRepository,
  client: ApiClient,
  run: Run,
  wanted: { tip: string; sinceSeconds?: number },
): Promise<boolean> {
  if (run.lastStored === undefined || !covers(run, wanted)) return false;
  if (!(await hasCommit(repository, run.tip)) || !(await isAncestor(repository, run.tip, wanted.tip)))
    return false;
  for (const hash of run.exclude) if (!(await hasCommit(repository, hash))) return false;
  if ((await countCommits(repository, run)) !== run.total) return false;
  if ((await commitBehind(repository, run, run.total - run.done)) !== run.newestDone) return false;
  return isStored(client, run.lastStored);
}

/** Whether the API has a commit. A token that may write but not read is no reason to send everything again. */
async function isStored(client: ApiClient, commitHash: string): Promise<boolean> {
  try {
    await (await client.request(`/commits/${commitHash}`, { accept: 'application/json' })).body?.cancel();
    return true;
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 404) return false;
    if (error instanceof ApiFailure && error.status === 403) return true;
    throw error;
  }
}
