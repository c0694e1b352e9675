import type { InvocationContext } from '@azure/functions';
import pLimit from 'p-limit';
import { systemClock } from '../lib/clock';
import { loadConfig } from '../lib/config';
import { auditAccess } from '../lib/evidence';
import { processDelivery as processStored, reconcileRef } from '../lib/ingest';
import { accessId, getStore } from '../lib/store';
import { following } from '../lib/telemetry';

/** What we look at of an item in the inbox: part 0 stands for its delivery, a ref for its chain of pushes, an access for an entry of the log. */
interface InboxItem {
  id: string;
  tenantId: string;
  deliveryId: string;
  /** Only a hint, and enough of one: whatever makes a delivery pending again shows it again. */
  status?: string;
  traceparent?: string;
}

/** Most of the time of one is waiting for the store. */
const deliveriesAtOnce = 8;

/** Scores and stores the commits of deliveries. May run twice. */
export async function processDelivery(documents: unknown[], context: InvocationContext): Promise<void> {
  const limit = pLimit(deliveriesAtOnce);
  const outcomes = await Promise.allSettled(
    (documents as InboxItem[]).map(({ id, tenantId, deliveryId, status, traceparent }) =>
      limit(async () => {
        // That it was settled shows the delivery once more.
        if (id === 'part-0' && status === 'pending')
          await following('processDelivery', [traceparent], () => process(tenantId, deliveryId, context));
        if (id === accessId) await auditAccess(getStore(), tenantId, deliveryId, systemClock);
        if (id === 'ref') await reconcile(tenantId, deliveryId, context);
      }),
    ),
  );
  // One that met a passing fault holds none of the others up; the retry policy runs all again, and what is done stays done.
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

async function process(tenantId: string, deliveryId: string, context: InvocationContext): Promise<void> {
  const reference = { tenantId, deliveryId };
  const store = getStore();
  const policy = await store.settings.policyOf(tenantId);
  const processed = await processStored(store, reference, policy, systemClock, {
    enriches: loadConfig().gitHub.credentials !== undefined,
  });
  if (processed.kind === 'failed')
    context.error('delivery set aside', { deliveryId, error: processed.error });
  if (processed.kind === 'processed')
    context.log('delivery processed', { deliveryId, commits: processed.commits });
}

async function reconcile(tenantId: string, key: string, context: InvocationContext): Promise<void> {
  const { found, filled } = await reconcileRef(getStore(), tenantId, key, systemClock);
  if (found > 0) context.warn('pushes are missing', { ref: key, gaps: found });
  if (filled > 0) context.log('missing pushes were found', { ref: key, gaps: filled });
}
