import type { AuditableChange } from '../audit';
import type { Clock } from '../clock';
import type { Store } from '../store';
import { appendAudit } from './appendAudit';

/**
 * Brings every change of a tenant's settings into its audit log, as `settings:<tenant>`. The item is read again: the feed
 * shows its latest version only, and it carries its own history. May run any number of times.
 * @throws StoreUnavailable: run it again
 */
export async function auditSettings(store: Store, tenantId: string, clock: Clock): Promise<number> {
  const record = await store.settings.get(tenantId);
  const changes = (record?.changes ?? []).map(
    ({ revision, actor, at, contentHash, changed }): AuditableChange => ({
      tenantId,
      subject: `settings:${tenantId}`,
      revision,
      action: 'settings',
      actor,
      at,
      contentHash,
      detail: { changed: changed.join(', ') },
    }),
  );
  return appendAudit(store, tenantId, changes, clock);
}
