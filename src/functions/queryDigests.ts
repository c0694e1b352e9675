import { endpoint } from './endpoint';

endpoint('queryDigests', async ({ query, store, tenantId }) => {
  return { jsonBody: { items: await store.digests.latest(tenantId, query.limit) } };
});
