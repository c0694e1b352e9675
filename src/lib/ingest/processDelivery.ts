import type { Clock } from '../clock';
import { Problem, StoreUnavailable } from '../errors';
import type { RiskPolicy } from '../risk';
import type { Store } from '../store';
import { commitsOfParts } from './receiveDelivery';
import { storeCommits } from './storeCommits';

/** What the change feed tells of a delivery that we rely on: which one it is. All else is read again. */
export interface DeliveryReference {
  tenantId: string;
  deliveryId: string;
}

export type Processed =
  | { kind: 'processed'; commits: number }
  | { kind: 'failed'; error: string }
  | { kind: 'nothing-to-do' };

const commitsABatch = 500;

/**
 * Scores and stores the commits of one delivery and marks it processed. Idempotent. A delivery that can never be processed
 * is marked failed with the reason and stays there to be looked at and replayed; what may pass is thrown.
 * @throws StoreUnavailable: run it again
 */
export async function processDelivery(
  store: Store,
  reference: DeliveryReference,
  policy: RiskPolicy,
  clock: Clock,
): Promise<Processed> {
  const parts = await store.deliveries.parts(reference.tenantId, reference.deliveryId);
  const [first] = parts;
  // Part 0 is written last: without it the delivery was never acknowledged, and with it all the others are there.
  if (first?.part !== 0 || first.status !== 'pending') return { kind: 'nothing-to-do' };
  try {
    const commits = commitsOfParts(parts);
    for (let from = 0; from < commits.length; from += commitsABatch) {
      const outcomes = await storeCommits(store, {
        tenantId: first.tenantId,
        source: 'github',
        actor: `github:${first.push.sender ?? first.push.pusher ?? 'unknown'}`,
        at: clock().toISOString(),
        commits: commits.slice(from, from + commitsABatch),
        policy,
      });
      const failed = outcomes.find((outcome) => outcome.kind === 'failed');
      if (failed?.kind === 'failed') throw failed.problem;
    }
    await store.deliveries.settle(first, { status: 'processed', processedAt: clock().toISOString() });
    return { kind: 'processed', commits: commits.length };
  } catch (error) {
    if (error instanceof StoreUnavailable || (error instanceof Problem && error.code === 'conflict'))
      throw error;
    const reason = error instanceof Problem ? error.code : 'internal';
    await store.deliveries.settle(first, {
      status: 'failed',
      error: reason,
      processedAt: clock().toISOString(),
    });
    return { kind: 'failed', error: reason };
  }
}
