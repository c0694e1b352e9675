import type { AuditableChange } from '../audit';
import type { Clock } from '../clock';
import type { SettingsChange, Store } from '../store';
import { appendAudit } from './appendAudit';

/**
 * Brings every change of a tenant's settings into its audit log, as `settings:<tenant>`. The item is read again: the feed
 * shows its latest version only, and it carries its own history. May run any number of times.
 * @throws StoreUnavailable: run it again
 */
export async function auditSettings(store: Store, tenantId: string, clock: Clock): Promise<number> {
  const record = await store.settings.get(tenantId);
  const all = record?.changes ?? [];
  const changes = all.map(
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
  const holds = await Promise.all(
    all
      .filter(({ changed }) => changed.includes('holds'))
      .map((change) => holdChange(store, tenantId, change)),
  );
  return appendAudit(store, tenantId, [...changes, ...holds], clock);
}

const detailCharsMax = 1_024;

/** Which holds stood after a change, each with its days and its reason: `hold:<tenant>`, by the revision of the settings. */
async function holdChange(
  store: Store,
  tenantId: string,
  { revision, actor, at, contentHash }: SettingsChange,
): Promise<AuditableChange> {
  const holds = (await store.settings.version(tenantId, revision))?.settings.holds ?? [];
  const detail = Object.fromEntries(
    holds
      .slice(0, 19)
      .map(({ name, startDate, endDate, reason }) => [
        `hold ${name}`,
        `${startDate} to ${endDate}: ${reason}`.slice(0, detailCharsMax),
      ]),
  );
  return {
    tenantId,
    subject: `hold:${tenantId}`,
    revision,
    action: 'hold',
    actor,
    at,
    contentHash,
    detail: { standing: holds.length, ...detail },
  };
}
