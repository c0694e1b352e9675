import type { InvocationContext, Timer } from '@azure/functions';
import { systemClock } from '../lib/clock';
import { loadConfig } from '../lib/config';
import { deliverOpen, makeDigests } from '../lib/digest';
import { auditDigests } from '../lib/evidence';
import { getStore } from '../lib/store';
import { digestFailures } from '../lib/telemetry';
import { channelsOf, eachTenant } from './eachTenant';

/** Makes the digests that are due, and sends them. May run twice. */
export async function dailyDigest(_timer: Timer, context: InvocationContext): Promise<void> {
  const store = getStore();
  await eachTenant(
    context,
    async (tenantId) => {
      const channels = await channelsOf(tenantId);
      const told = channels.map(({ name, type, minLevel }) => ({ name, kind: type, minLevel }));
      for (const { kind, digest } of await makeDigests(store, tenantId, told, systemClock)) {
        const { digestDate, commits, highRiskTotal: highRisk } = digest;
        context.log('digest made', { tenantId, kind, digestDate, commits, highRisk });
      }
      await auditDigests(store, tenantId, systemClock);
      const sent = await deliverOpen(
        { store, options: loadConfig(), clock: systemClock },
        tenantId,
        channels,
      );
      digestFailures(sent.failed);
      context.log('digest sent', { tenantId, ...sent });
    },
    () => digestFailures(1),
  );
}
