import { Problem } from '../lib/errors';
import { endpoint } from './endpoint';

export const auditHead = endpoint('auditHead', async ({ store, tenantId }) => {
  const head = await store.audit.latestHead(tenantId);
  if (!head) throw new Problem('not-found', { detail: 'The audit log has no entry yet.' });
  return { headers: { etag: head._etag }, jsonBody: head };
});
