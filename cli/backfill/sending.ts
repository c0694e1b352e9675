import pLimit from 'p-limit';
import { type ApiClient, ApiFailure } from '../client';
import { CliFailure } from '../failure';
import { bodyOf } from './batches';
import type { Posting } from './posting';
import type { FailedCommit } from './types';

/** What the API answers to a batch, as far as it is needed here. */
interface BatchAnswer {
  stored: number;
  updated: number;
  unchanged: number;
  results: { status: string; error?: { status: number; title: string; detail?: string } }[];
}

export interface BatchOutcome {
  stored: number;
  updated: number;
  unchanged: number;
  failures: FailedCommit[];
}

const roundsMax = 6;

/**
 * Posts a batch. One that the API finds too large is halved; commits that met a passing fault are sent again; those
 * that it refuses come back as failures.
 * @throws CliFailure where the API cannot be reached or refuses the whole request
 */
export async function sendBatch(client: ApiClient, commits: readonly Posting[]): Promise<BatchOutcome> {
  let outcome = nothing;
  let left = commits;
  for (let round = 1; left.length > 0; round += 1) {
    const answer = await post(client, left);
    if (answer === 'refused') return sum(outcome, await sendHalves(client, left));
    const passing: Posting[] = [];
    const failures: FailedCommit[] = [];
    for (const [index, commit] of left.entries()) {
      const result = answer.results[index];
      if (result?.status !== 'failed') continue;
      if (round < roundsMax && isPassing(result.error?.status)) passing.push(commit);
      else failures.push(failureOf(commit, result.error?.detail ?? result.error?.title ?? 'no reason given'));
    }
    const { stored, updated, unchanged } = answer;
    outcome = sum(outcome, { stored, updated, unchanged, failures });
    left = passing;
    if (left.length > 0) await client.pause(round);
  }
  return outcome;
}

async function post(client: ApiClient, commits: readonly Posting[]): Promise<BatchAnswer | 'refused'> {
  let answer: BatchAnswer;
  try {
    answer = await client.json<BatchAnswer>('/commits', { method: 'POST', body: bodyOf(commits) });
  } catch (error) {
    if (error instanceof ApiFailure && (error.status === 413 || error.status === 400)) {
      if (commits.length > 1) return 'refused';
      const failed = { status: 'failed', error: { status: error.status, title: error.message } };
      return { stored: 0, updated: 0, unchanged: 0, results: [failed] };
    }
    throw error;
  }
  if (Array.isArray(answer.results) && answer.results.length === commits.length) return answer;
  throw new CliFailure(
    'unreachable',
    `${client.apiUrl} does not answer a batch of commits as this API`,
    'Check --api-url: it ends in /api.',
  );
}

async function sendHalves(client: ApiClient, commits: readonly Posting[]): Promise<BatchOutcome> {
  const middle = Math.ceil(commits.length / 2);
  const first = await sendBatch(client, commits.slice(0, middle));
  return sum(first, await sendBatch(client, commits.slice(middle)));
}

/** 409: somebody else wrote the same commit at the same time. */
function isPassing(status: number | undefined): boolean {
  return status === 409 || status === 429 || status === 503;
}

function failureOf({ commitHash }: Posting, reason: string): FailedCommit {
  return { commitHash, reason };
}

const nothing: BatchOutcome = { stored: 0, updated: 0, unchanged: 0, failures: [] };

function sum(a: BatchOutcome, b: BatchOutcome): BatchOutcome {
  return {
    stored: a.stored + b.stored,
    updated: a.updated + b.updated,
    unchanged: a.unchanged + b.unchanged,
    failures: [...a.failures, ...b.failures],
  };
}

/** So many items beyond those under way are held ready, so that the reading never waits for an answer. */
const itemsAhead = 2;

/**
 * Runs a task for each item, some at once, and tells of each result in the order of the items. After the first error, or
 * once the signal is raised, nothing new begins; what is under way is waited for, told of as far as the order allows,
 * and the error is thrown.
 */
export async function inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  { parallel, signal }: { parallel: number; signal?: AbortSignal | undefined },
  task: (item: Item) => Promise<Result>,
  onResult: (item: Item, result: Result) => Promise<void> | void,
): Promise<void> {
  const limit = pLimit(parallel);
  const waiting: Promise<{ item: Item; result: Result } | { error: unknown } | undefined>[] = [];
  let hasFailed = false;
  let failure: { error: unknown } | undefined;

  const start = (item: Item) =>
    limit(async () => {
      if (hasFailed || signal?.aborted) return undefined;
      try {
        return { item, result: await task(item) };
      } catch (error) {
        hasFailed = true;
        return { error };
      }
    });

  const settleFirst = async (): Promise<void> => {
    const first = await waiting.shift();
    if (first === undefined || failure) return;
    if ('error' in first) failure = first;
    else await onResult(first.item, first.result);
  };

  try {
    for await (const item of items) {
      waiting.push(start(item));
      if (waiting.length >= parallel + itemsAhead) await settleFirst();
      if (hasFailed) break;
    }
  } finally {
    while (waiting.length > 0) await settleFirst();
  }
  if (failure) throw failure.error;
}
