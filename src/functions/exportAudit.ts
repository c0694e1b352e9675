import { exportAudit as exportLog, noteAccess } from '../lib/evidence';
import { streamedText } from './commitStream';
import { endpoint } from './endpoint';

export const exportAudit = endpoint('exportAudit', async ({ query, store, tenantId, principal, now }) => {
  await noteAccess(store, tenantId, {
    action: 'exported',
    actor: principal.subject,
    at: now,
    asked: { function: 'exportAudit', ...query },
  });
  const name = [`audit-${tenantId}`, query.startDate, query.endDate].filter(Boolean).join('-');
  return streamedText('application/x-ndjson', `${name}.ndjson`, exportLog(store, tenantId, query, now));
});
