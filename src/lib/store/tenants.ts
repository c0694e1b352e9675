import type { Container } from '@azure/cosmos';
import { onStore, statusOf } from './faults';

export interface TenantItem {
  id: string;
  createdAt: string;
}

/** The registry of tenants: who has ever sent something. */
export class TenantStore {
  private readonly known = new Set<string>();

  constructor(private readonly container: Container) {}

  /** Makes sure that the tenant is in the registry; costs nothing after the first time in a process. */
  async register(tenantId: string, at: Date): Promise<void> {
    if (this.known.has(tenantId)) return;
    const tenant: TenantItem = { id: tenantId, createdAt: at.toISOString() };
    try {
      await onStore(() => this.container.items.create(tenant));
    } catch (error) {
      if (statusOf(error) !== 409) throw error;
    }
    this.known.add(tenantId);
  }

  async all(): Promise<TenantItem[]> {
    const { resources } = await onStore(() =>
      this.container.items
        .query<TenantItem>(
          // Older versions of settings lie in the same container.
          'SELECT c.id, c.createdAt FROM c WHERE NOT IS_DEFINED(c.versionOf)',
        )
        .fetchAll(),
    );
    return resources;
  }
}
