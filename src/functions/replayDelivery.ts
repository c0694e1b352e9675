import { Problem } from '../lib/errors';
import { endpoint } from './endpoint';

export const replayDelivery = endpoint('replayDelivery', async ({ request, store, tenantId }) => {
  const deliveryId = request.params.deliveryId ?? '';
  const isDelivery = /^[A-Za-z0-9-]{1,100}$/.test(deliveryId);
  const outcome = isDelivery ? await store.deliveries.replay(tenantId, deliveryId) : 'not-found';
  if (outcome === 'not-found')
    throw new Problem('not-found', {
      detail: 'There is no delivery with this id; they are kept for 30 days.',
    });
  if (outcome === 'other-state')
    throw new Problem('conflict', { detail: 'The delivery was not set aside: it is under way, or done.' });
  return { status: 202, jsonBody: { deliveryId, status: outcome } };
});
