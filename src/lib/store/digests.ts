import type { Container, JSONObject } from '@azure/cosmos';
import type { Stored } from '../commit';
import { onStore, statusOf } from './faults';
import { allRows, Conditions } from './query';

/** What every digest item has; the rest is the digest's own. */
export interface DigestEnvelope {
  /** The digest's day, `YYYY-MM-DD`. */
  id: string;
  tenantId: string;
  digestDate: string;
}

export class DigestStore<T extends DigestEnvelope> {
  constructor(private readonly container: Container) {}

  /** Makes a tenant's digest of a day once: who comes second gets the one that is there. */
  async create(digest: T): Promise<{ kind: 'created' | 'existing'; digest: Stored<T> }> {
    try {
      const { resource } = await onStore(() => this.container.items.create(digest as unknown as JSONObject));
      return { kind: 'created', digest: resource as unknown as Stored<T> };
    } catch (error) {
      if (statusOf(error) !== 409) throw error;
      const existing = await this.get(digest.tenantId, digest.id);
      if (!existing) throw error;
      return { kind: 'existing', digest: existing };
    }
  }

  async get(tenantId: string, date: string): Promise<Stored<T> | undefined> {
    const { resource } = await onStore(() => this.container.item(date, tenantId).read<Stored<T>>());
    return resource;
  }

  /** Newest first. */
  async latest(tenantId: string, limit: number): Promise<Stored<T>[]> {
    const spec = new Conditions()
      .add('c.tenantId = ?', tenantId)
      .query('SELECT *', `ORDER BY c.digestDate DESC OFFSET 0 LIMIT ${limit}`);
    return allRows(this.container, spec, { partitionKey: tenantId });
  }
}
