import { app, type InvocationContext } from '@azure/functions';
import { systemClock } from '../lib/clock';
import { loadConfig } from '../lib/config';
import { processDelivery, reconcileRef } from '../lib/ingest';
import { getStore } from '../lib/store';
import { onChangesOf } from './changeFeed';

/** What we look at of an item in the inbox: part 0 stands for its delivery, and a ref for its chain of pushes. */
interface InboxItem {
  id: string;
  tenantId: string;
  deliveryId: string;
}

app.cosmosDB('processDelivery', {
  ...onChangesOf('deliveries', 'processDelivery'),
  handler: async (documents: unknown[], context: InvocationContext) => {
    for (const { id, tenantId, deliveryId } of documents as InboxItem[]) {
      if (id === 'part-0') await process(tenantId, deliveryId, context);
      if (id === 'ref') await reconcile(tenantId, deliveryId, context);
    }
  },
});

async function process(tenantId: string, deliveryId: string, context: InvocationContext): Promise<void> {
  const reference = { tenantId, deliveryId };
  const store = getStore();
  const policy = await store.settings.policyOf(tenantId);
  const processed = await processDelivery(store, reference, policy, systemClock, {
    enriches: loadConfig().githubToken !== undefined,
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
