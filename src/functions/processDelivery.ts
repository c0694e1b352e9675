import { app, type InvocationContext } from '@azure/functions';
import { systemClock } from '../lib/clock';
import { type DeliveryReference, processDelivery } from '../lib/ingest';
import { defaultRiskPolicy } from '../lib/risk';
import { getStore } from '../lib/store';
import { onChangesOf } from './changeFeed';

app.cosmosDB('processDelivery', {
  ...onChangesOf('deliveries', 'processDelivery'),
  handler: async (documents: unknown[], context: InvocationContext) => {
    for (const { tenantId, deliveryId } of documents as DeliveryReference[]) {
      const processed = await processDelivery(
        getStore(),
        { tenantId, deliveryId },
        defaultRiskPolicy,
        systemClock,
      );
      if (processed.kind === 'failed')
        context.error('delivery set aside', { deliveryId, error: processed.error });
      if (processed.kind === 'processed')
        context.log('delivery processed', { deliveryId, commits: processed.commits });
    }
  },
});
