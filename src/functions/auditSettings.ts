import { app, type InvocationContext } from '@azure/functions';
import { systemClock } from '../lib/clock';
import { auditSettings } from '../lib/evidence';
import { getStore } from '../lib/store';
import { onChangesOf } from './changeFeed';

app.cosmosDB('auditSettings', {
  ...onChangesOf('tenants', 'auditSettings'),
  handler: async (documents: unknown[], context: InvocationContext) => {
    for (const { id, settings } of documents as { id: string; settings?: unknown }[]) {
      if (settings === undefined) continue;
      const entries = await auditSettings(getStore(), id, systemClock);
      if (entries > 0) context.log('settings audited', { tenantId: id, entries });
    }
  },
});
