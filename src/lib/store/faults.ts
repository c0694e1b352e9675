import { setTimeout as sleep } from 'node:timers/promises';
import type { Container, OperationInput, OperationResponse } from '@azure/cosmos';
import { StoreUnavailable } from '../errors';
import { observed } from './operation';

/** A failure as the SDK throws it: Cosmos statuses are numbers, network faults are strings. */
interface CosmosFailure {
  code?: number | string;
  retryAfterInMs?: number;
}

/** Statuses that say something about the item or the request; every other one is about the account, and may pass. */
const aboutTheItem = new Set([400, 404, 409, 412, 413]);
const conflictRetriesMax = 6;

/** The HTTP status of a Cosmos failure, or undefined for anything else. */
export function statusOf(error: unknown): number | undefined {
  const code = (error as CosmosFailure | null)?.code;
  return typeof code === 'number' ? code : undefined;
}

/** The batch ran and one of its operations was refused, or it could not be sent at all. */
export class BatchRefused extends Error {
  constructor(readonly code: number) {
    super(`The batch was refused with ${code}`);
    this.name = 'BatchRefused';
  }
}

/**
 * One transactional batch: all of it happens, or none of it. May have happened although it fails here (a time-out).
 * The SDK hides the status of a batch that failed as a whole; what it hides may pass, so it counts as passing.
 * What was written is not sent back, only the `eTag` of each item.
 * @throws BatchRefused with the status of the operation that was refused; StoreUnavailable
 */
export async function transact(
  container: Container,
  operations: OperationInput[],
  partitionKey: string[],
): Promise<OperationResponse[]> {
  return onStore(async () => {
    const { result } = await container.items
      .batch(operations, partitionKey, { contentResponseOnWriteEnabled: false })
      .catch((error: unknown) => {
        throw statusOf(error) === undefined
          ? Object.assign(new Error('The batch could not be sent', { cause: error }), { code: 503 })
          : error;
      });
    const refused = result?.find(({ statusCode }) => statusCode >= 300 && statusCode !== 424);
    if (refused) throw new BatchRefused(refused.statusCode);
    if (result?.length !== operations.length) throw new BatchRefused(503);
    return result;
  });
}

/**
 * Runs one operation on the store. A concurrent-write conflict inside the service (449, which the SDK leaves to us) is
 * tried again with jitter; what may pass by itself becomes `StoreUnavailable`; everything else is thrown as it is.
 * The operation may run more than once; in the telemetry it is one.
 */
export async function onStore<T>(operation: () => Promise<T>): Promise<T> {
  return observed(() => untilSettled(operation));
}

async function untilSettled<T>(operation: () => Promise<T>): Promise<T> {
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

/**
 * A network fault has a text for its code (ECONNRESET, TimeoutError). A key that was rotated (401, 403) counts as passing
 * too: it is the operator's to mend, and no reason to set aside what is in the inbox. An error without a code is a
 * mistake of ours.
 */
function isPassing(error: unknown): boolean {
  const { code, name } = (error ?? {}) as { code?: number | string; name?: string };
  if (typeof code === 'number') return !aboutTheItem.has(code);
  return code !== undefined || name === 'AbortError' || name === 'RestError';
}
