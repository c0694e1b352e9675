import { app } from '@azure/functions';
import { systemClock } from '../lib/clock';
import { loadConfig } from '../lib/config';
import { makeDigest } from '../lib/digest';
import { getStore } from '../lib/store';
import { kindOf } from './endpoint';

app.timer('dailyDigest', {
  schedule: loadConfig().digestSchedule,
  handler: async (_timer, context) => {
    const store = getStore();
    let failed = 0;
    for (const { id: tenantId } of await store.tenants.all()) {
      try {
        const { kind, digest } = await makeDigest(store, tenantId, systemClock);
        context.log('digest made', {
          tenantId,
          kind,
          commits: digest.commits,
          highRisk: digest.highRiskTotal,
        });
      } catch (error) {
        // One tenant's trouble is not another's: the rest get their digest, and this one is told below.
        failed++;
        context.error('digest failed', { tenantId, error: kindOf(error) });
      }
    }
    if (failed > 0) throw new Error(`${failed} digests could not be made`);
  },
});
