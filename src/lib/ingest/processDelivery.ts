import type { Clock } from '../clock';
import type { IncomingCommit } from '../commit';
import { Problem, StoreUnavailable } from '../errors';
import type { RiskPolicy } from '../risk';
import type { DeliveryItem, EnrichmentItem, Store } from '../store';
import { notePush } from './notePush';
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
 * Adds the push of one delivery to the chain of its ref, scores and stores its commits, and marks it processed. Idempotent. A
 * delivery that can never be processed is marked failed with the reason and stays there to be looked at and replayed; every commit of it that
 * can be stored is. What may pass is thrown.
 * @param options.enriches whether GitHub can be asked for what a push does not tell
 * @throws StoreUnavailable: run it again
 */
export async function processDelivery(
  store: Store,
  reference: DeliveryReference,
  policy: RiskPolicy,
  clock: Clock,
  { enriches = false }: { enriches?: boolean } = {},
): Promise<Processed> {
  const parts = await store.deliveries.parts(reference.tenantId, reference.deliveryId);
  const [first] = parts;
  // Part 0 is written last: without it the delivery was never acknowledged, and with it all the others are there.
  if (first?.part !== 0 || first.status !== 'pending') return { kind: 'nothing-to-do' };
  if (parts.length < first.parts) throw new StoreUnavailable(1, new Error('A part cannot be seen yet'));
  let processed: Processed;
  try {
    // First of all: the push was seen, whatever becomes of its commits.
    await notePush(store, first, clock);
    const commits = await commitsOfParts(parts);
    processed = await storeAll(store, first, commits, policy, clock);
    if (enriches && processed.kind === 'processed' && commits.length > 0)
      await store.deliveries.addEnrichment(enrichmentOf(first, commits, clock().toISOString()));
  } catch (error) {
    if (isPassing(error)) throw error;
    processed = { kind: 'failed', error: error instanceof Problem ? error.code : 'internal' };
  }
  await store.deliveries.settle(first, {
    status: processed.kind === 'failed' ? 'failed' : 'processed',
    processedAt: clock().toISOString(),
    ...(processed.kind === 'failed' && { error: processed.error }),
  });
  return processed;
}

function enrichmentOf(
  { tenantId, deliveryId, receivedAt, push }: DeliveryItem,
  commits: readonly IncomingCommit[],
  now: string,
): EnrichmentItem {
  return {
    id: 'enrichment',
    tenantId,
    deliveryId,
    status: 'enriching',
    receivedAt,
    repository: push.repository,
    branch: commits[0]?.branches[0] ?? push.ref,
    commitHashes: commits.map(({ commitHash }) => commitHash),
    attempts: 0,
    nextAttemptAt: now,
  };
}

async function storeAll(
  store: Store,
  { tenantId, push }: DeliveryItem,
  commits: readonly IncomingCommit[],
  policy: RiskPolicy,
  clock: Clock,
): Promise<Processed> {
  const problems: Problem[] = [];
  for (let from = 0; from < commits.length; from += commitsABatch) {
    const outcomes = await storeCommits(store, {
      tenantId,
      source: 'github',
      actor: `github:${push.sender ?? push.pusher ?? 'unknown'}`,
      at: clock().toISOString(),
      commits: commits.slice(from, from + commitsABatch),
      policy,
    });
    problems.push(...outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [outcome.problem] : [])));
  }
  // While one may still get through, the delivery is not done with.
  const passing = problems.find(isPassing);
  if (passing) throw passing;
  const [problem] = problems;
  return problem ? { kind: 'failed', error: problem.code } : { kind: 'processed', commits: commits.length };
}

function isPassing(error: unknown): boolean {
  return error instanceof StoreUnavailable || (error instanceof Problem && error.code === 'conflict');
}
