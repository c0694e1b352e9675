import type { Container } from '@azure/cosmos';
import type { IncomingCommit, Stored } from '../commit';
import { traceOfNow } from '../telemetry';
import { onStore, statusOf } from './faults';
import { allRows, Conditions } from './query';

/** What one push said, whatever its size; the same in each part. */
export interface PushFacts {
  /** `owner/name`. */
  repository: string;
  /** The forge's own number of the repository; survives renaming. */
  repositoryId: number;
  defaultBranch?: string;
  ref: string;
  /** Object names before and after; 40 zeros where the ref did not exist or is gone. */
  before: string;
  after: string;
  created: boolean;
  deleted: boolean;
  forced: boolean;
  /** When the forge took the push; the same in every delivery of it. */
  pushedAt?: string;
  pusher?: string;
  sender?: string;
  senderIsBot: boolean;
}

export type DeliveryStatus = 'pending' | 'processed' | 'failed';

/** One part of a webhook delivery, normalised: the durable inbox. Part 0 is written last and makes the delivery whole. */
export interface DeliveryItem {
  /** `part-N`. */
  id: string;
  tenantId: string;
  deliveryId: string;
  part: number;
  parts: number;
  event: 'push';
  /** Counts in part 0 alone. */
  status: DeliveryStatus;
  receivedAt: string;
  processedAt?: string;
  /** What went wrong, in words fit for everybody. */
  error?: string;
  push: PushFacts;
  /** Absent where `packedCommits` holds them. */
  commits?: readonly IncomingCommit[];
  /** This part's slice of the commits of a large delivery: JSON, gzip, base64, cut. */
  packedCommits?: string;
  /** Of the request that brought it, where telemetry is on. */
  traceparent?: string;
}

/** That GitHub is still to be asked about commits of a delivery. */
export interface EnrichmentItem {
  id: 'enrichment';
  tenantId: string;
  deliveryId: string;
  status: 'enriching';
  receivedAt: string;
  repository: string;
  branch: string;
  /** Those that are left. */
  commitHashes: string[];
  attempts: number;
  /** Not before. */
  nextAttemptAt: string;
  error?: string;
}

export class DeliveryStore {
  constructor(private readonly container: Container) {}

  /**
   * Stores every part; `duplicate` where the delivery was whole already. Running it again after a crash in the middle
   * completes what is missing.
   */
  async add(parts: readonly DeliveryItem[]): Promise<'stored' | 'duplicate'> {
    const [first, ...rest] = parts;
    if (!first) throw new RangeError('a delivery has at least one part');
    await Promise.all(rest.map((part) => this.create(part)));
    return (await this.create(first)) ? 'stored' : 'duplicate';
  }

  /** False where it exists already. */
  private async create(part: DeliveryItem): Promise<boolean> {
    try {
      await onStore(() => this.container.items.create({ ...part, ...traceOfNow() }));
      return true;
    } catch (error) {
      if (statusOf(error) === 409) return false;
      throw error;
    }
  }

  /** The parts of a delivery that are there, in their order. */
  async parts(tenantId: string, deliveryId: string): Promise<Stored<DeliveryItem>[]> {
    const spec = new Conditions()
      .add('c.tenantId = ?', tenantId)
      .add('c.deliveryId = ?', deliveryId)
      .query('SELECT *');
    const parts = await allRows<Stored<DeliveryItem>>(this.container, spec, {
      partitionKey: [tenantId, deliveryId],
    });
    return parts.sort((a, b) => a.part - b.part);
  }

  /** Notes on part 0 how a delivery ended. False where it has changed since it was read. */
  async settle(
    item: Stored<DeliveryItem>,
    outcome: Pick<DeliveryItem, 'status' | 'processedAt' | 'error'>,
  ): Promise<boolean> {
    const { error: _, processedAt: __, ...rest } = item;
    try {
      await onStore(() =>
        this.container
          .item(item.id, [item.tenantId, item.deliveryId])
          .replace({ ...rest, ...outcome }, { accessCondition: { type: 'IfMatch', condition: item._etag } }),
      );
      return true;
    } catch (error) {
      if (statusOf(error) === 412) return false;
      throw error;
    }
  }

  /**
   * Puts a delivery that was set aside back into the inbox, so that it is processed once more. `other-state` where it was not
   * set aside: it is under way, or done.
   */
  async replay(tenantId: string, deliveryId: string): Promise<'pending' | 'other-state' | 'not-found'> {
    const [first] = await this.parts(tenantId, deliveryId);
    if (first?.part !== 0) return 'not-found';
    if (first.status !== 'failed') return 'other-state';
    return (await this.settle(first, { status: 'pending' })) ? 'pending' : 'other-state';
  }

  /**
   * How many deliveries wait and were set aside, and of how many GitHub is still to be asked about the commits. Those that are done
   * are not counted: there are many, and they say nothing.
   */
  async counts(tenantId: string): Promise<Record<'pending' | 'failed' | EnrichmentItem['status'], number>> {
    const spec = new Conditions()
      .add('c.tenantId = ?', tenantId)
      .addIn('c.status', ['pending', 'failed', 'enriching'])
      .addIn('c.id', ['part-0', 'enrichment'])
      .query('SELECT c.status, COUNT(1) AS deliveries', 'GROUP BY c.status');
    const rows = await allRows<{ status: string; deliveries: number }>(this.container, spec);
    const of = (status: string) => rows.find((row) => row.status === status)?.deliveries ?? 0;
    return { pending: of('pending'), failed: of('failed'), enriching: of('enriching') };
  }

  /** Notes that GitHub is to be asked; once a delivery. */
  async addEnrichment(item: EnrichmentItem): Promise<void> {
    try {
      await onStore(() => this.container.items.create(item));
    } catch (error) {
      if (statusOf(error) !== 409) throw error;
    }
  }

  /** What GitHub may be asked about now, the oldest first. */
  enrichments(tenantId: string, now: string, limit: number): Promise<Stored<EnrichmentItem>[]> {
    const spec = new Conditions()
      .add('c.tenantId = ?', tenantId)
      .add('c.status = ?', 'enriching')
      .add('c.nextAttemptAt <= ?', now)
      .query('SELECT *', `ORDER BY c.receivedAt ASC OFFSET 0 LIMIT ${limit}`);
    return allRows(this.container, spec);
  }

  /** Keeps what is left to ask, or takes the item away where nothing is. Somebody else's later word stands. */
  async keepEnrichment(item: Stored<EnrichmentItem>): Promise<void> {
    const stored = this.container.item(item.id, [item.tenantId, item.deliveryId]);
    const accessCondition = { type: 'IfMatch', condition: item._etag };
    try {
      await onStore(() =>
        item.commitHashes.length === 0
          ? stored.delete({ accessCondition })
          : stored.replace(item, { accessCondition }),
      );
    } catch (error) {
      if (statusOf(error) !== 412 && statusOf(error) !== 404) throw error;
    }
  }

  /** How many deliveries of a tenant wait to be processed, and since when the oldest does. */
  async waiting(tenantId: string): Promise<{ deliveries: number; since?: string }> {
    const spec = new Conditions()
      .add('c.tenantId = ?', tenantId)
      .add('c.status = ?', 'pending')
      .add('c.id = ?', 'part-0')
      .query('SELECT COUNT(1) AS deliveries, MIN(c.receivedAt) AS since');
    const [row] = await allRows<{ deliveries: number; since?: string }>(this.container, spec);
    return row ?? { deliveries: 0 };
  }

  /** The deliveries in one state, oldest first, without their commits. */
  async withStatus(
    tenantId: string,
    status: DeliveryStatus,
    limit: number,
  ): Promise<Omit<DeliveryItem, 'commits'>[]> {
    const spec = new Conditions()
      .add('c.tenantId = ?', tenantId)
      .add('c.status = ?', status)
      .add('c.part = ?', 0)
      .query(
        'SELECT c.id, c.tenantId, c.deliveryId, c.part, c.parts, c.event, c.status, c.receivedAt, c.processedAt, c.error, c.push',
        `ORDER BY c.receivedAt ASC OFFSET 0 LIMIT ${limit}`,
      );
    return allRows(this.container, spec);
  }
}
