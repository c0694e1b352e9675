import { BulkOperationType, type Container, type JSONObject, type OperationInput } from '@azure/cosmos';
import { type AuditEntry, type AuditHead, headIdOf, headNumberOf } from '../audit';
import type { Stored } from '../commit';
import { onStore, statusOf, transact } from './faults';
import { allRows, Conditions, pages } from './query';

const idsAQuery = 250;

const tenantsSeenMax = 1_000;

/** The hash chain of each tenant: entries, and a head with each batch of them. Items are created and read, and nothing else. */
export class AuditStore {
  /** The last head of each tenant that this process has seen or made. */
  private readonly lastSeen = new Map<string, AuditHead>();

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

  /**
   * The last head, of the whole chain or up to a day; undefined where the chain has not begun. Each day has its first head
   * under a known id, so that only the heads of the last day are looked through.
   */
  async latestHead(tenantId: string, upTo?: string): Promise<Stored<AuditHead> | undefined> {
    const first = this.heads(tenantId).addIn('c.id', [headIdOf(0), headIdOf(1)]);
    if (upTo !== undefined) first.add('c.auditDate <= ?', upTo);
    const [auditDate] = await allRows<string>(
      this.container,
      first.query('SELECT VALUE c.auditDate', 'ORDER BY c.auditDate DESC OFFSET 0 LIMIT 1'),
    );
    // The first heads of a day expire before its last.
    const candidates = this.heads(tenantId).add('NOT IS_DEFINED(c.subject)');
    if (auditDate !== undefined) candidates.add('c.auditDate >= ?', auditDate);
    if (upTo !== undefined) candidates.add('c.auditDate <= ?', upTo);
    const spec = candidates.query('SELECT *', 'ORDER BY c.tenantId DESC, c.sequence DESC OFFSET 0 LIMIT 1');
    const [head] = await allRows<Stored<AuditHead>>(this.container, spec);
    if (upTo === undefined) this.remember(tenantId, head);
    return head;
  }

  /** The first day that is kept of the log; undefined where nothing is. */
  async firstDate(tenantId: string): Promise<string | undefined> {
    const spec = this.heads(tenantId)
      .addIn('c.id', [headIdOf(0), headIdOf(1)])
      .query('SELECT VALUE c.auditDate', 'ORDER BY c.auditDate ASC OFFSET 0 LIMIT 1');
    return (await allRows<string>(this.container, spec))[0];
  }

  private heads(tenantId: string): Conditions {
    return new Conditions().add('c.tenantId = ?', tenantId).add('c.sequence > ?', 0);
  }

  /** The last head that this process has seen, which may not be the last any more: `append` finds out. */
  async assumedHead(tenantId: string): Promise<AuditHead | undefined> {
    return this.lastSeen.get(tenantId) ?? this.latestHead(tenantId);
  }

  private remember(tenantId: string, head: AuditHead | undefined): void {
    this.lastSeen.delete(tenantId);
    if (head) this.lastSeen.set(tenantId, head);
    for (const oldest of this.lastSeen.keys()) {
      if (this.lastSeen.size <= tenantsSeenMax) return;
      this.lastSeen.delete(oldest);
    }
  }

  /**
   * Creates the entries and their head, all or nothing; nothing is ever replaced. `lost` where somebody else has gone on
   * from `previous`, the head that the entries were chained to: read the last head again.
   */
  async append(entries: readonly AuditEntry[], head: AuditHead): Promise<'appended' | 'lost'> {
    const operations = [...entries, head].map(
      (item): OperationInput => ({
        operationType: BulkOperationType.Create,
        resourceBody: item as unknown as JSONObject,
      }),
    );
    try {
      await transact(this.container, operations, [head.tenantId, head.auditDate]);
      this.remember(head.tenantId, head);
      return 'appended';
    } catch (error) {
      this.lastSeen.delete(head.tenantId);
      if (statusOf(error) !== 409) throw error;
      return 'lost';
    }
  }

  /**
   * Ends the day of a head, so that nobody can go on in it while somebody begins another: takes the place of its next head. Gives the
   * day that the chain goes on in, which may be one that an earlier attempt chose; undefined where the day has gone on already.
   */
  async turn(head: AuditHead, auditDate: string): Promise<string | undefined> {
    const id = headIdOf((headNumberOf(head.id) ?? 0) + 1);
    const { tenantId } = head;
    const turn = { id, tenantId, auditDate: head.auditDate, turnedTo: auditDate };
    try {
      await onStore(() => this.container.items.create(turn));
      return auditDate;
    } catch (error) {
      if (statusOf(error) !== 409) throw error;
      this.lastSeen.delete(tenantId);
      const { resource } = await onStore(() =>
        this.container.item(id, [tenantId, head.auditDate]).read<Partial<typeof turn>>(),
      );
      return resource?.turnedTo;
    }
  }

  /** Entries and heads of these days up to one sequence, in the order of their sequence, a page at a time. */
  chain(
    tenantId: string,
    range: { startDate?: string | undefined; endDate?: string | undefined; upTo: number },
  ): AsyncGenerator<(AuditEntry | AuditHead)[]> {
    const spec = this.inDays(tenantId, range).query('SELECT *', 'ORDER BY c.tenantId ASC, c.sequence ASC');
    return pages(this.container, spec, 1_000);
  }

  /** The entries about commits of these days up to one sequence, in the order of their commit hashes, a page at a time. */
  bySubject(
    tenantId: string,
    range: { startDate?: string | undefined; endDate?: string | undefined; upTo: number },
  ): AsyncGenerator<AuditEntry[]> {
    const spec = this.inDays(tenantId, range)
      .add('IS_DEFINED(c.commitHash)')
      .query('SELECT *', 'ORDER BY c.subject ASC');
    return pages(this.container, spec, 1_000);
  }

  private inDays(
    tenantId: string,
    range: { startDate?: string | undefined; endDate?: string | undefined; upTo: number },
  ): Conditions {
    const conditions = new Conditions().add('c.tenantId = ?', tenantId).add('c.sequence <= ?', range.upTo);
    if (range.startDate !== undefined) conditions.add('c.auditDate >= ?', range.startDate);
    if (range.endDate !== undefined) conditions.add('c.auditDate <= ?', range.endDate);
    return conditions;
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
      .add('IS_DEFINED(c.subject)');
    if (filter.startDate !== undefined) conditions.add('c.auditDate >= ?', filter.startDate);
    if (filter.endDate !== undefined) conditions.add('c.auditDate <= ?', filter.endDate);
    if (filter.commitHash !== undefined) conditions.add('c.subject = ?', filter.commitHash);
    return allRows(
      this.container,
      conditions.query('SELECT *', `ORDER BY c.tenantId ASC, c.sequence ASC OFFSET 0 LIMIT ${limit}`),
    );
  }
}
