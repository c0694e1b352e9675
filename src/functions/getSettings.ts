import { Problem } from '../lib/errors';
import { defaultTenantSettings } from '../lib/settings';
import type { SettingsRecord } from '../lib/store';
import { endpoint } from './endpoint';

export const getSettings = endpoint('getSettings', async ({ query, store, tenantId }) => {
  if (query.revision === undefined) return settingsAnswer(tenantId, await store.settings.get(tenantId));
  const record = await store.settings.version(tenantId, query.revision);
  if (!record) throw new Problem('not-found', { detail: 'The settings never had this revision.' });
  return settingsAnswer(tenantId, record);
});

/** The settings and their ETag, which is their revision: a registry item changes for other reasons too. */
export function settingsAnswer(tenantId: string, record: SettingsRecord | undefined) {
  const revision = record?.revision ?? 0;
  return {
    headers: { etag: `"settings-${revision}"` },
    jsonBody: {
      tenantId,
      revision,
      updatedAt: record?.updatedAt ?? null,
      updatedBy: record?.updatedBy ?? null,
      settings: record?.settings ?? defaultTenantSettings,
    },
  };
}
