import { BulkOperationType, type Container, type JSONObject } from '@azure/cosmos';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Stored } from '../commit';
import { onStore, statusOf, transact } from './faults';
import { allRows, Conditions } from './query';

/** A break in the chain of a ref, from when it was found to when it was filled. */
export interface RefGap {
  /** The last object name known before the break; absent where none is. */
  lastKnown?: string;
  /** What the first push behind the break began from. */
  before: string;
  foundAt: string;
  filledAt?: string;
  /** Asking the forge for what is missing: how often it failed, why, and when it is tried again. */
  attempts?: number;
  error?: string;
  nextAttemptAt?: string;
}

/** One change of what we know about a ref that belongs in the audit log. */
export interface RefChange {
  /** From 1, without gaps. */
  revision: number;
  action: 'gap' | 'gap-filled';
  at: string;
  contentHash: string;
  detail: Record<string, string>;
}

/** What is known of one ref of one repository. Has no end of life: a quiet ref must be known when it wakes. */
export interface RefItem {
  id: 'ref';
  tenantId: string;
  /** `ref:` repository number `:` hash of the ref's name; begins like no delivery does. */
  deliveryId: string;
  ttl: -1;
  repository: string;
  repositoryId: number;
  ref: string;
  /** Each push once, however often it was delivered. */
  pushes: number;
  firstPush: { before: string; at: string };
  lastPush: { deliveryId: string; after: string; at: string; pusher?: string };
  chain: { nodes: string[]; open: Record<string, number> }[];
  /** Absent where a push did not tell when it was made. */
  ends?: { firstAt: string; origins: string[]; lastAt: string; tips: string[] };
  gaps: RefGap[];
  gapsFound: number;
  gapsFilled: number;
  revision: number;
  changes: RefChange[];
}

/** That one push was counted; expires with the deliveries. */
export interface SeenPush {
  /** `push:` and what tells this push from every other. */
  id: string;
  tenantId: string;
  deliveryId: string;
  at: string;
}

/** The refs of each tenant, beside the inbox and in its container. */
export class RefStore {
  private readonly turns = new Map<string, LimitFunction>();

  constructor(private readonly container: Container) {}

  /** Does the work once all that came before it with the same ref is done: two writers here would only get into each other's way. */
  async inTurn<T>(tenantId: string, key: string, work: () => Promise<T>): Promise<T> {
    const ref = `${tenantId} ${key}`;
    const turn = this.turns.get(ref) ?? pLimit(1);
    this.turns.set(ref, turn);
    try {
      return await turn(work);
    } finally {
      if (turn.activeCount + turn.pendingCount === 0) this.turns.delete(ref);
    }
  }

  async get(tenantId: string, key: string): Promise<Stored<RefItem> | undefined> {
    const { resource } = await onStore(() =>
      this.container.item('ref', [tenantId, key]).read<Stored<RefItem>>(),
    );
    return resource;
  }

  async hasSeen(push: SeenPush): Promise<boolean> {
    const { resource } = await onStore(() =>
      this.container.item(push.id, [push.tenantId, push.deliveryId]).read(),
    );
    return resource !== undefined;
  }

  /**
   * Stores the next version of a ref, together with the push that it comes from, both or neither. False where the push was
   * counted before or somebody else has written the ref: read both again.
   */
  async write(ref: RefItem, previous: Stored<RefItem> | undefined, push?: SeenPush): Promise<boolean> {
    const operations = [
      previous
        ? {
            operationType: BulkOperationType.Replace,
            id: ref.id,
            resourceBody: asBody(ref),
            ifMatch: previous._etag,
          }
        : { operationType: BulkOperationType.Create, resourceBody: asBody(ref) },
      ...(push ? [{ operationType: BulkOperationType.Create, resourceBody: asBody(push) }] : []),
    ];
    try {
      await transact(this.container, operations, [ref.tenantId, ref.deliveryId]);
      return true;
    } catch (error) {
      if ([404, 409, 412].includes(statusOf(error) ?? 0)) return false;
      throw error;
    }
  }

  /** The refs of a tenant in the order of their keys, after one of them; those of a repository beside each other. */
  page(
    tenantId: string,
    filter: { repository?: string | undefined; after?: string | undefined },
    limit: number,
  ): Promise<Stored<RefItem>[]> {
    const conditions = new Conditions()
      .add('c.tenantId = ?', tenantId)
      .add('c.deliveryId > ?', filter.after ?? 'ref:')
      .add('c.deliveryId < ?', 'ref;')
      .add('c.id = ?', 'ref');
    if (filter.repository !== undefined) conditions.add('c.repository = ?', filter.repository);
    return allRows(
      this.container,
      conditions.query('SELECT *', `ORDER BY c.deliveryId ASC OFFSET 0 LIMIT ${limit}`),
    );
  }
}

const asBody = (item: object) => item as unknown as JSONObject;
