import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailable } from '../errors';

/** A failure as the SDK throws it: Cosmos statuses are numbers, network faults are strings. */
interface CosmosFailure {
  code?: number | string;
  retryAfterInMs?: number;
}

const unreachable = new Set<number | string>([
  408,
  410,
  429,
  449,
  500,
  503,
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EPIPE',
  'TimeoutError',
  'REQUEST_SEND_ERROR',
]);
const conflictRetriesMax = 6;

/** The HTTP status of a Cosmos failure, or undefined for anything else. */
export function statusOf(error: unknown): number | undefined {
  const code = (error as CosmosFailure | null)?.code;
  return typeof code === 'number' ? code : undefined;
}

/**
 * Runs one operation on the store. A concurrent-write conflict inside the service (449, which the SDK leaves to us) is
 * tried again with jitter; what may pass by itself becomes `StoreUnavailable`; everything else is thrown as it is.
 * The operation may run more than once.
 */
export async function onStore<T>(operation: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await operation();
    } catch (error) {
      if (statusOf(error) === 449 && attempt < conflictRetriesMax) {
        await sleep(Math.random() * 20 * 2 ** attempt);
        continue;
      }
      throw isPassing(error)
        ? new StoreUnavailable(((error as CosmosFailure).retryAfterInMs ?? 1_000) / 1_000, error)
        : error;
    }
  }
}

function isPassing(error: unknown): boolean {
  const { code, name } = (error ?? {}) as { code?: number | string; name?: string };
  return (code !== undefined && unreachable.has(code)) || name === 'AbortError' || name === 'RestError';
}
