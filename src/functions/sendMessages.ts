import { app } from '@azure/functions';
import { systemClock } from '../lib/clock';
import { loadConfig } from '../lib/config';
import { announceCritical, deliverOpen } from '../lib/digest';
import { getStore } from '../lib/store';
import { channelsOf, eachTenant } from './eachTenant';

// Every minute: with the second or two that the audit log is behind, a critical commit is told within two minutes.
app.timer('sendMessages', {
  schedule: '0 * * * * *',
  handler: async (_timer, context) => {
    const store = getStore();
    await eachTenant(context, async (tenantId) => {
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
      if (sent.sent + sent.failed > 0) context.log('messages sent', { tenantId, ...sent });
    });
  },
});
