import type { LegalHold } from '../settings';
import type { RetentionStore, SettingsStore } from '../store';

export interface AppliedHolds {
  holds: LegalHold[];
  /** Items that are kept from now on. */
  held: number;
  /** Items that no hold keeps any more. */
  released: number;
}

/**
 * Makes the stored items what the holds of a tenant ask for: those in the days of a hold never expire, all others expire again. May run
 * any number of times; what came into those days since, it finds.
 * @throws StoreUnavailable: run it again
 */
export async function applyHolds(
  store: { settings: Pick<SettingsStore, 'get'>; retention: RetentionStore },
  tenantId: string,
): Promise<AppliedHolds> {
  const holds = (await store.settings.get(tenantId))?.settings.holds ?? [];
  let held = 0;
  for (const hold of holds) held += await store.retention.hold(tenantId, hold);
  return { holds, held, released: await store.retention.release(tenantId, holds) };
}
