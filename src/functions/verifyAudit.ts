import { systemClock } from '../lib/clock';
import { verifyAudit } from '../lib/evidence';
import { endpoint } from './endpoint';

endpoint('verifyAudit', async ({ query, store, tenantId, config }) => {
  const options = { retentionDays: config.retentionDays, clock: systemClock };
  return { jsonBody: await verifyAudit(store, tenantId, query, options) };
});
