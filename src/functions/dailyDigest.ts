import type { InvocationContext, Timer } from '@azure/functions';
import { systemClock } from '../lib/clock';
import { loadConfig } from '../lib/config';
import { type Digest, deliverOpen, makeDigests } from '../lib/digest';
import { type AuditCheck, auditDigests, checkAudit } from '../lib/evidence';
import { getStore } from '../lib/store';
import { auditProblems, digestFailures } from '../lib/telemetry';
import { channelsOf, eachTenant } from './eachTenant';

/** Makes the digests that are due, sends them, and counts for the dashboard that people open then. May run twice. */
export async function dailyDigest(_timer: Timer, context: InvocationContext): Promise<void> {
  const store = getStore();
  await eachTenant(
    context,
    async (tenantId) => {
      const channels = await channelsOf(tenantId);
      const told = channels.map(({ name, type, minLevel }) => ({ name, kind: type, minLevel }));
      let unchecked: unknown;
      const check = (kept: Digest['auditHead']) =>
        verified(context, tenantId, kept).catch((error: unknown) => {
          // People get their digest all the same, and it does not say that the log is right.
          unchecked = error;
          return undefined;
        });
      for (const { kind, digest } of await makeDigests(store, tenantId, told, systemClock, check)) {
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
      await store.stats.countAhead(tenantId);
      if (unchecked) throw unchecked;
    },
    () => digestFailures(1),
  );
}

/** Verifies the log of a tenant, and says so where an alert listens. */
async function verified(
  context: InvocationContext,
  tenantId: string,
  kept: Digest['auditHead'],
): Promise<AuditCheck | undefined> {
  const { retentionDays } = loadConfig();
  const check = await checkAudit(getStore(), tenantId, {
    retentionDays,
    clock: systemClock,
    ...(kept && { kept }),
  });
  if (!check) return undefined;
  const { valid, entries, isWhole, problemsFound, problems } = check;
  auditProblems(problemsFound);
  if (valid) context.log('audit verified', { tenantId, entries, isWhole });
  else {
    const kinds = [...new Set(problems.map(({ kind }) => kind))];
    context.error('audit verification failed', { tenantId, entries, problemsFound, kinds });
  }
  return check;
}
