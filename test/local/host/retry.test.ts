import type { RetryContext, RetryOptions } from '../../../local/host/contract';
import { delays, type RetryOutcome, runWithRetry } from '../../../local/host/retry';

const immediately: RetryOptions = {
  retryStrategy: 'fixedDelay',
  maxRetryCount: 2,
  delayInterval: { seconds: 0 },
};

/** Fails the first so many times. */
async function runFailing(
  times: number,
  options: RetryOptions | undefined,
  stopAfter = Number.POSITIVE_INFINITY,
): Promise<{ outcome: RetryOutcome; contexts: (RetryContext | undefined)[]; failures: number }> {
  const contexts: (RetryContext | undefined)[] = [];
  const stopping = new AbortController();
  let failures = 0;
  const outcome = await runWithRetry(options, {
    signal: stopping.signal,
    onFailure: () => failures++,
    attempt: async (context) => {
      contexts.push(context);
      if (contexts.length >= stopAfter) stopping.abort();
      if (contexts.length <= times) throw new Error(`failure ${contexts.length}`);
    },
  });
  return { outcome, contexts, failures };
}

it('gives up after one failure where there is no policy, and gives no retry context', async () => {
  expect(await runFailing(1, undefined)).toEqual({
    outcome: 'exhausted',
    contexts: [undefined],
    failures: 1,
  });
});

it('counts the retries in the context, from the first attempt on, with the last exception', async () => {
  const { outcome, contexts } = await runFailing(2, immediately);
  expect(outcome).toBe('succeeded');
  expect(contexts).toMatchObject([
    { retryCount: 0, maxRetryCount: 2 },
    { retryCount: 1, maxRetryCount: 2, exception: { message: 'failure 1' } },
    { retryCount: 2, maxRetryCount: 2, exception: { message: 'failure 2' } },
  ]);
});

it('is exhausted after the first attempt and maxRetryCount retries', async () => {
  const { outcome, failures } = await runFailing(9, immediately);
  expect([outcome, failures]).toEqual(['exhausted', 3]);
});

it('goes on for ever under a maxRetryCount of -1', async () => {
  const { outcome, failures } = await runFailing(50, { ...immediately, maxRetryCount: -1 });
  expect([outcome, failures]).toEqual(['succeeded', 50]);
});

it('makes no further attempt once the host stops, and calls that stopped', async () => {
  const { outcome, failures } = await runFailing(9, { ...immediately, maxRetryCount: -1 }, 3);
  expect([outcome, failures]).toEqual(['stopped', 3]);
});

it('calls a run stopped that succeeded while the host was stopping', async () => {
  expect((await runFailing(0, undefined, 1)).outcome).toBe('stopped');
});

it('leaves a waiting retry at once when the host stops', async () => {
  const stopping = new AbortController();
  const startedAt = Date.now();
  const outcome = await runWithRetry(
    { ...immediately, delayInterval: { seconds: 60 } },
    {
      signal: stopping.signal,
      onFailure: () => setImmediate(() => stopping.abort()),
      attempt: () => Promise.reject(new Error('failure')),
    },
  );
  expect(outcome).toBe('stopped');
  expect(Date.now() - startedAt).toBeLessThan(5000);
});

it('waits the same whole seconds each time under a fixed delay', () => {
  const next = delays({ retryStrategy: 'fixedDelay', delayInterval: { seconds: 3 } });
  expect([next(), next()]).toEqual([3000, 3000]);
});

it('doubles what it adds to the minimum, up to the maximum, under exponential backoff', () => {
  const options: RetryOptions = {
    retryStrategy: 'exponentialBackoff',
    minimumInterval: { seconds: 2 },
    maximumInterval: { seconds: 15 },
  };
  const next = delays(options, () => 0.5);
  expect([next(), next(), next(), next(), next(), next()]).toEqual([
    2000, 4000, 6000, 10_000, 15_000, 15_000,
  ]);
});

it('spreads exponential delays by a fifth', () => {
  const options: RetryOptions = {
    retryStrategy: 'exponentialBackoff',
    minimumInterval: { seconds: 10 },
    maximumInterval: { seconds: 100 },
  };
  const [low, high] = [delays(options, () => 0), delays(options, () => 1)];
  low();
  high();
  expect([low(), high()]).toEqual([18_000, 22_000]);
});
