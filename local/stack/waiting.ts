import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks until there is an answer, at most so long.
 * @returns undefined where the time ran out
 */
export async function until<T>(
  ask: () => Promise<T | undefined>,
  timeoutMs: number,
  signal?: AbortSignal,
  pauseMs = 200,
): Promise<T | undefined> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline && !signal?.aborted) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await sleep(pauseMs);
  }
  return undefined;
}
