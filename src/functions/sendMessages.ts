import type { InvocationContext, Timer } from '@azure/functions';
import { systemClock } from '../lib/clock';
import { loadConfig } from '../lib/config';
import { announceCritical, deliverOpen } from '../lib/digest';
import { getStore } from '../lib/store';
import { changeFeedLag, deliveriesPending, digestFailures, isTelemetryOn } from '../lib/telemetry';
import { channelsOf, eachTenant } from './eachTenant';

/** Announces critical commits, and sends what is still to be sent. May run twice. */
export async function sendMessages(_timer: Timer, context: InvocationContext): Promise<void> {
  const store = getStore();
  const inbox: Waiting[] = [];
  await eachTenant(
    context,
    async (tenantId) => {
      const channels = await channelsOf(tenantId);
      const told = channels
        .filter(({ announceCritical: isAsked }) => isAsked)
        .map(({ name, type, minLevel }) => ({ name, kind: type, minLevel }));
      if (told.length > 0) await announceCritical(store, tenantId, told, systemClock);
      const sent = await deliverOpen(
        { store, options: loadConfig(), clock: systemClock },
        tenantId,
        channels,
      );
      digestFailures(sent.failed);
      if (isTelemetryOn()) inbox.push(await store.deliveries.waiting(tenantId));
      if (sent.sent + sent.failed > 0) context.log('messages sent', { tenantId, ...sent });
    },
    () => digestFailures(1),
  );
  if (isTelemetryOn()) tellInbox(inbox);
}

interface Waiting {
  deliveries: number;
  since?: string;
}

/** A trigger that is silent measures no lag of its own; the inbox that it leaves full does. */
function tellInbox(inbox: readonly Waiting[]): void {
  deliveriesPending(inbox.reduce((sum, { deliveries }) => sum + deliveries, 0));
  const oldest = inbox.flatMap(({ since }) => since ?? []).sort()[0];
  if (oldest === undefined) return;
  const lagSeconds = Math.max(0, (Date.now() - Date.parse(oldest)) / 1_000);
  changeFeedLag(lagSeconds, { 'faas.name': 'processDelivery' });
}
