import { endpoint } from './endpoint';

export const queryDeliveries = endpoint('queryDeliveries', async ({ query, store, tenantId }) => {
  const { status, limit } = query;
  const [deliveries, { pending, failed }] = await Promise.all([
    store.deliveries.withStatus(tenantId, status, limit),
    store.deliveries.counts(tenantId),
  ]);
  return {
    jsonBody: {
      items: deliveries.map(({ deliveryId, receivedAt, processedAt, error, push }) => {
        const { repository, ref, before, after } = push;
        return { deliveryId, status, receivedAt, processedAt, error, repository, ref, before, after };
      }),
      counts: { pending, failed },
    },
  };
});
