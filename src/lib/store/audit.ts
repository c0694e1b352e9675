import { BulkOperationType, type Container, type JSONObject, type OperationInput } from '@azure/cosmos';
import { type AuditEntry, type AuditHead, headId } from '../audit';
import type { Stored } from '../commit';
import { statusOf, transact } from './faults';
import { allRows, Conditions, pages } from './query';

const idsAQuery = 250;

/** A head and the version of it that is stored. */
export type WrittenHead = AuditHead & Pick<Stored<object>, '_etag'>;

/** The hash chain of each tenant: entries, and one head a day. */
export class AuditStore {
  constructor(private readonly container: Container) {}

  /** Which of these entry ids are in the log already, on whatever day. */
  async existing(tenantId: string, ids: readonly string[]): Promise<Set<string>> {
    const found = new Set<string>();
    for (let from = 0; from < ids.length; from += idsAQuery) {
      const spec = new Conditions()
        .add('c.tenantId = ?', tenantId)
        .addIn('c.id', ids.slice(from, from + idsAQuery))
        .query('SELECT VALUE c.id');
      for (const id of await allRows<string>(this.container, spec)) found.add(id);
    }
    return found;
  }

  /** The head of the last day that has entries; undefined where the chain has not begun. */
  async latestHead(tenantId: string): Promise<Stored<AuditHead> | undefined> {
    const spec = new Conditions()
      .add('c.tenantId = ?', tenantId)
      .add('c.id = ?', headId)
      .query('SELECT *', 'ORDER BY c.auditDate DESC OFFSET 0 LIMIT 1');
    return (await allRows<Stored<AuditHead>>(this.container, spec))[0];
  }

  /**
   * Creates the entries and moves the head, all or nothing, and gives the head back as it is stored now. Undefined where
   * somebody else moved it first: read it again. `previous` is the head that the entries were chained to.
   */
  async append(
    entries: readonly AuditEntry[],
    head: AuditHead,
    previous: WrittenHead | undefined,
  ): Promise<WrittenHead | undefined> {
    const sameDay = previous?.auditDate === head.auditDate;
    const headWrite: OperationInput = sameDay
      ? {
          operationType: BulkOperationType.Replace,
          id: headId,
          resourceBody: asBody(head),
          ifMatch: previous._etag,
        }
      : { operationType: BulkOperationType.Create, resourceBody: asBody(head) };
    const operations: OperationInput[] = [
      headWrite,
      ...entries.map(
        (entry): OperationInput => ({ operationType: BulkOperationType.Create, resourceBody: asBody(entry) }),
      ),
    ];
    try {
      const [written] = await transact(this.container, operations, [head.tenantId, head.auditDate]);
      return { ...head, _etag: written?.eTag ?? '' };
    } catch (error) {
      if ([404, 409, 412].includes(statusOf(error) ?? 0)) return undefined;
      throw error;
    }
  }

  /** Entries and heads of these days up to one sequence, in the order of their sequence, a page at a time. */
  chain(
    tenantId: string,
    range: { startDate?: string | undefined; endDate?: string | undefined; upTo: number },
  ): AsyncGenerator<(AuditEntry | AuditHead)[]> {
    const conditions = new Conditions().add('c.tenantId = ?', tenantId).add('c.sequence <= ?', range.upTo);
    if (range.startDate !== undefined) conditions.add('c.auditDate >= ?', range.startDate);
    if (range.endDate !== undefined) conditions.add('c.auditDate <= ?', range.endDate);
    return pages(
      this.container,
      conditions.query('SELECT *', 'ORDER BY c.tenantId ASC, c.sequence ASC'),
      1_000,
    );
  }

  /** The hashes of the commits recorded by the entries after one sequence up to another, 250 at a time. */
  async *recordedBetween(tenantId: string, after: number, upTo: number): AsyncGenerator<string[]> {
    for (let from = after; from < upTo; from += idsAQuery) {
      const spec = new Conditions()
        .add('c.tenantId = ?', tenantId)
        .add('c.sequence > ? AND c.sequence <= ?', from, Math.min(from + idsAQuery, upTo))
        .add('c.action = ?', 'recorded')
        .query('SELECT VALUE c.subject');
      const subjects = await allRows<string>(this.container, spec);
      if (subjects.length > 0) yield subjects;
    }
  }

  /** The heads of all days, the oldest first. */
  heads(tenantId: string): Promise<AuditHead[]> {
    const spec = new Conditions()
      .add('c.tenantId = ?', tenantId)
      .add('c.id = ?', headId)
      .query('SELECT *', 'ORDER BY c.auditDate ASC');
    return allRows(this.container, spec);
  }

  /** A page of entries in the order of their sequence, after a sequence number. */
  page(
    tenantId: string,
    filter: {
      startDate?: string | undefined;
      endDate?: string | undefined;
      commitHash?: string | undefined;
      after: number;
    },
    limit: number,
  ): Promise<AuditEntry[]> {
    const conditions = new Conditions()
      .add('c.tenantId = ?', tenantId)
      .add('c.sequence > ?', filter.after)
      .add('c.id != ?', headId);
    if (filter.startDate !== undefined) conditions.add('c.auditDate >= ?', filter.startDate);
    if (filter.endDate !== undefined) conditions.add('c.auditDate <= ?', filter.endDate);
    if (filter.commitHash !== undefined) conditions.add('c.subject = ?', filter.commitHash);
    return allRows(
      this.container,
      conditions.query('SELECT *', `ORDER BY c.tenantId ASC, c.sequence ASC OFFSET 0 LIMIT ${limit}`),
    );
  }
}

const asBody = (item: object) => item as JSONObject;
