import { setTimeout as sleep } from 'node:timers/promises';
import type { RetryContext, RetryOptions } from './contract';
import { messageOf, stackOf } from './errors';

/** How a run under a retry policy ended. After all but `stopped` the trigger goes on to what comes next. */
export type RetryOutcome = 'succeeded' | 'exhausted' | 'stopped';

export interface RetriedRun {
  /** Runs the function once. The context is absent where there is no policy. @throws what the function threw. */
  attempt(context: RetryContext | undefined): Promise<void>;
  onFailure(error: unknown): void;
  /** Aborted when the host stops: no further attempt is made. */
  signal: AbortSignal;
}

/**
 * Runs a function under its retry policy, in memory, as the host does: without one a failure counts as `exhausted` at once;
 * a `maxRetryCount` of -1 is for ever; the delays are whole seconds.
 * Source: azure-webjobs-sdk, `FunctionExecutorExtensions.cs`.
 */
export async function runWithRetry(
  options: RetryOptions | undefined,
  run: RetriedRun,
): Promise<RetryOutcome> {
  const delayMs = options && delays(options);
  const maxRetryCount = options?.maxRetryCount ?? 0;
  let exception: RetryContext['exception'];
  for (let retryCount = 0; ; retryCount++) {
    try {
      await run.attempt(options && { retryCount, maxRetryCount, exception });
      return run.signal.aborted ? 'stopped' : 'succeeded';
    } catch (error) {
      run.onFailure(error);
      exception = { message: messageOf(error), source: '', stackTrace: stackOf(error) };
    }
    if (run.signal.aborted) return 'stopped';
    if (!delayMs || (maxRetryCount >= 0 && retryCount >= maxRetryCount)) return 'exhausted';
    await sleep(delayMs(), undefined, { signal: run.signal }).catch(() => undefined);
    if (run.signal.aborted) return 'stopped';
  }
}

/**
 * The delay before each next attempt. Exponential: the minimum first, then the minimum plus 1, 2, 4 … times the minimum, give
 * or take a fifth, up to the maximum. Source: azure-webjobs-sdk, `RandomizedExponentialBackoffStrategy.cs`.
 */
export function delays(options: RetryOptions, random: () => number = Math.random): () => number {
  if (options.retryStrategy !== 'exponentialBackoff') {
    const delayMs = (options.delayInterval?.seconds ?? 0) * 1000;
    return () => delayMs;
  }
  const minimumMs = (options.minimumInterval?.seconds ?? 0) * 1000;
  const maximumMs = (options.maximumInterval?.seconds ?? 0) * 1000;
  let exponent = 0;
  return () => {
    const growth = exponent === 0 ? 0 : (0.8 + 0.4 * random()) * 2 ** (exponent - 1) * minimumMs;
    const delayMs = minimumMs + growth;
    if (delayMs >= maximumMs) return maximumMs;
    exponent++;
    return delayMs;
  };
}
