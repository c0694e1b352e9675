import { Problem } from '../lib/errors';
import { endpoint } from './endpoint';

endpoint('getDigest', async ({ request, store, tenantId }) => {
  const date = request.params.date ?? '';
  const digest = /^\d{4}-\d{2}-\d{2}$/.test(date) ? await store.digests.get(tenantId, date) : undefined;
  if (!digest) throw new Problem('not-found', { detail: 'There is no digest of this day.' });
  return { headers: { etag: digest._etag }, jsonBody: digest };
});
