import type { Container, JSONObject } from '@azure/cosmos';
import { onStore } from './faults';

/** The id of the item that notes an access; its partition has no other item. */
export const accessId = 'audit-access';

/** That somebody read the audit log: written before the answer, brought into the log by the change feed. */
export interface AccessItem {
  id: typeof accessId;
  tenantId: string;
  /** Names its partition; a UUID after a prefix that no delivery has. */
  deliveryId: string;
  action: 'queried' | 'exported';
  actor: string;
  /** Our clock. */
  at: string;
  /** What was asked for. */
  detail: Record<string, string | number>;
}

/** Accesses to the audit log, in the container of the inbox: a change feed and an expiry are there already. */
export class AccessStore {
  constructor(private readonly container: Container) {}

  async add(item: AccessItem): Promise<void> {
    await onStore(() => this.container.items.create(item as unknown as JSONObject));
  }

  /** Undefined where it has expired: the log has had it for weeks. */
  async get(tenantId: string, deliveryId: string): Promise<AccessItem | undefined> {
    const { resource } = await onStore(() =>
      this.container.item(accessId, [tenantId, deliveryId]).read<AccessItem>(),
    );
    return resource;
  }
}
