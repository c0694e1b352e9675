import { type ApiClient, ApiFailure } from '../client';
import { CliFailure } from '../failure';
import { type Batch, toBatch } from './batches';
import type { Posting } from './posting';
import type { FailedCommit } from './types';

/** What the API answers to a batch, as far as it is needed here. */
interface BatchAnswer {
  stored: number;
  updated: number;
  unchanged: number;
  failed: number;
  results: { status: string; problem?: { status?: number; title?: string; detail?: string } }[];
}

export interface BatchOutcome {
  stored: number;
  updated: number;
  unchanged: number;
  failures: FailedCommit[];
}

/**
 * Posts a batch. One that the API finds too large is halved. Commits that it refuses come back as failures.
 * @throws CliFailure where the API cannot be reached or refuses the whole request
 */
export async function sendBatch(client: ApiClient, batch: Batch): Promise<BatchOutcome> {
  let answer: BatchAnswer;
  try {
    answer = await client.json<BatchAnswer>('/commits', { method: 'POST', body: batch.body });
  } catch (error) {
    if (!(error instanceof ApiFailure) || (error.status !== 413 && error.status !== 400)) throw error;
    const { commits } = batch;
    if (commits.length === 1) return { ...nothing, failures: failuresOf(commits, error.message) };
    const middle = Math.ceil(commits.length / 2);
    const halves = [commits.slice(0, middle), commits.slice(middle)];
    const outcomes = [];
    for (const half of halves) outcomes.push(await sendBatch(client, toBatch(half)));
    return outcomes.reduce(sum, nothing);
  }
  if (!Array.isArray(answer.results) || answer.results.length !== batch.commits.length) {
    throw new CliFailure(
      'unreachable',
      `${client.apiUrl} does not answer a batch of commits as this API`,
      'Check --api-url: it ends in /api.',
    );
  }
  const failures = batch.commits.flatMap((commit, index) => {
    const result = answer.results[index];
    if (result?.status !== 'failed') return [];
    return failuresOf([commit], result.problem?.detail ?? result.problem?.title ?? 'no reason given');
  });
  const { stored, updated, unchanged } = answer;
  return { stored, updated, unchanged, failures };
}

const nothing: BatchOutcome = { stored: 0, updated: 0, unchanged: 0, failures: [] };

function failuresOf(commits: readonly Posting[], reason: string): FailedCommit[] {
  return commits.map(({ commitHash }) => ({ commitHash, reason }));
}

function sum(a: BatchOutcome, b: BatchOutcome): BatchOutcome {
  return {
    stored: a.stored + b.stored,
    updated: a.updated + b.updated,
    unchanged: a.unchanged + b.unchanged,
    failures: [...a.failures, ...b.failures],
  };
}

/**
 * Runs a task for each item, some at once, and tells of each result in the order of the items. After the first error
 * nothing new begins; what is under way is waited for, told of as far as the order allows, and the error is thrown.
 */
export async function inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  parallel: number,
  task: (item: Item) => Promise<Result>,
  onResult: (item: Item, result: Result) => Promise<void> | void,
): Promise<void> {
  const waiting: Promise<{ item: Item; result: Result } | { error: unknown }>[] = [];
  let failure: { error: unknown } | undefined;

  const settleFirst = async (): Promise<void> => {
    const first = await waiting.shift();
    if (first === undefined || failure) return;
    if ('error' in first) failure = first;
    else await onResult(first.item, first.result);
  };

  try {
    for await (const item of items) {
      waiting.push(
        task(item).then(
          (result) => ({ item, result }),
          (error: unknown) => ({ error }),
        ),
      );
      if (waiting.length >= parallel) await settleFirst();
      if (failure) break;
    }
  } catch (error) {
    while (waiting.length > 0) await settleFirst();
    throw error;
  }
  while (waiting.length > 0) await settleFirst();
  if (failure) throw failure.error;
}
