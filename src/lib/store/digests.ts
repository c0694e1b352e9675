import { BulkOperationType, type Container, type JSONObject, type OperationInput } from '@azure/cosmos';
import type { Stored } from '../commit';
import { onStore, statusOf, transact } from './faults';
import { allRows, Conditions } from './query';

/** What every digest item has; the rest is the digest's own. */
export interface DigestEnvelope {
  /** The digest's day, `YYYY-MM-DD`. */
  id: string;
  tenantId: string;
  digestDate: string;
}

const announcedId = 'announced';

/** The audit log was searched up to this sequence. */
export interface AnnouncedUpTo {
  id: string;
  tenantId: string;
  sequence: number;
}

/** A digest without its commits. */
export interface DigestListing extends DigestEnvelope {
  createdAt: string;
  commits: number;
  commitsByLevel: Record<string, number>;
  highRiskTotal: number;
  auditHead: { auditDate: string; sequence: number; hash: string } | null;
  auditCheck?: { checkedAt: string; valid: boolean; entries: number; problemsFound: number };
  channels?: Record<string, { kind: string; status: string; error?: string }>;
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

  /** What a list shows of each digest, newest first. */
  list(tenantId: string, limit: number): Promise<DigestListing[]> {
    const spec = new Conditions()
      .add('c.tenantId = ?', tenantId)
      .add('IS_DEFINED(c.fromSequence)')
      .query(
        'SELECT c.id, c.tenantId, c.digestDate, c.createdAt, c.commits, c.commitsByLevel, c.highRiskTotal, c.auditHead, c.auditCheck, c.channels',
        `ORDER BY c.digestDate DESC OFFSET 0 LIMIT ${limit}`,
      );
    return allRows(this.container, spec, { partitionKey: tenantId });
  }

  /** Newest first. */
  async latest(tenantId: string, limit: number): Promise<Stored<T>[]> {
    const spec = new Conditions()
      .add('c.tenantId = ?', tenantId)
      .add('IS_DEFINED(c.fromSequence)')
      .query('SELECT *', `ORDER BY c.digestDate DESC OFFSET 0 LIMIT ${limit}`);
    return allRows(this.container, spec, { partitionKey: tenantId });
  }

  /** The next version of an item. False where somebody else has written it since it was read. */
  async replace(item: DigestEnvelope, etag: string): Promise<boolean> {
    try {
      await onStore(() =>
        this.container
          .item(item.id, item.tenantId)
          .replace(item as unknown as JSONObject, { accessCondition: { type: 'IfMatch', condition: etag } }),
      );
      return true;
    } catch (error) {
      if ([404, 412].includes(statusOf(error) ?? 0)) return false;
      throw error;
    }
  }

  /** The messages that some channel still waits for, the oldest first. */
  async open(tenantId: string): Promise<Stored<T>[]> {
    const spec = new Conditions()
      .add('c.tenantId = ?', tenantId)
      .add('c.isOpen = ?', true)
      .query('SELECT *', 'ORDER BY c.digestDate ASC');
    return allRows(this.container, spec, { partitionKey: tenantId });
  }

  /** How far the audit log was searched for what must be announced; undefined before the first time. */
  async announced(tenantId: string): Promise<Stored<AnnouncedUpTo> | undefined> {
    const { resource } = await onStore(() =>
      this.container.item(announcedId, tenantId).read<Stored<AnnouncedUpTo>>(),
    );
    return resource;
  }

  /** Notes how far was searched, together with what was found, both or neither. False where somebody else was first. */
  async advance(
    tenantId: string,
    sequence: number,
    previous: Stored<AnnouncedUpTo> | undefined,
    announcement: DigestEnvelope | undefined,
  ): Promise<boolean> {
    const body = { id: announcedId, tenantId, sequence };
    const operations: OperationInput[] = [
      previous
        ? {
            operationType: BulkOperationType.Replace,
            id: announcedId,
            resourceBody: body,
            ifMatch: previous._etag,
          }
        : { operationType: BulkOperationType.Create, resourceBody: body },
      ...(announcement
        ? [
            {
              operationType: BulkOperationType.Create,
              resourceBody: announcement as unknown as JSONObject,
            } as const,
          ]
        : []),
    ];
    try {
      await transact(this.container, operations, [tenantId]);
      return true;
    } catch (error) {
      if ([404, 409, 412].includes(statusOf(error) ?? 0)) return false;
      throw error;
    }
  }
}
