import { Findings, type Place } from './findings';
import type { AuditEntry } from './format';
import { entryId } from './format';
import type { AuditNote, AuditProblem } from './report';

/** A change as a stored item lists it in `changes[]`. */
export interface RecordedChange {
  revision: number;
  action: string;
  actor: string;
  /** When, as an ISO 8601 instant. */
  at: string;
  contentHash: string;
}

/** A stored item as the log should know it. */
export interface StoredRecord {
  subject: string;
  revision: number;
  /** Computed anew by the caller from what is stored, never copied from the item. */
  contentHash: string;
  changes: readonly RecordedChange[];
}

export interface CompareOptions {
  /** The present instant. */
  now: Date;
  /** How long a change may be in the store and not in the log yet. Default 300,000 ms (5 minutes). */
  lagMs?: number;
  /** Days that items are kept. Without it nothing is taken as lawfully gone. */
  retentionDays?: number;
  /** Not all entries of a record are given: what is missing among them says nothing. */
  isPart?: boolean;
}

type KnownChange = Pick<
  AuditEntry,
  'sequence' | 'action' | 'actor' | 'auditDate' | 'recordedAt' | 'contentHash'
> & {
  changedAt: string;
};

const dayMs = 86_400_000;

/**
 * Holds the records of the store against the log, both ways, one subject after the other. First the entries of a subject are
 * added, then its record, then `settle`.
 *
 * Read the store after the log: a record that changed in between is newer than its last entry, which is `pending`
 * and no problem for as long as `lagMs`.
 */
export class StoreComparison {
  private readonly known = new Map<string, Map<number, KnownChange>>();
  private readonly findings = new Findings();

  constructor(private readonly options: CompareOptions) {}

  addEntry(entry: AuditEntry): void {
    const { sequence, action, actor, auditDate, recordedAt, contentHash, changedAt } = entry;
    const changes = this.known.get(entry.subject) ?? new Map<number, KnownChange>();
    this.known.set(entry.subject, changes);
    changes.set(entry.revision, { sequence, action, actor, auditDate, recordedAt, contentHash, changedAt });
  }

  addRecord(record: StoredRecord): void {
    const entries = this.known.get(record.subject) ?? new Map<number, KnownChange>();
    this.known.delete(record.subject);
    this.compareContent(record, entries.get(record.revision));
    for (const change of record.changes)
      this.compareChange(record.subject, change, entries.get(change.revision));
    const listed = new Set(record.changes.map(({ revision }) => revision));
    for (const [revision, { sequence, auditDate }] of entries) {
      if (listed.has(revision)) continue;
      const id = entryId(record.subject, revision);
      const what = revision > record.revision ? 'the record is an older copy' : 'the record hides a change';
      this.report({ sequence, id, auditDate }, `${what}: entry ${sequence} (${id}) is not in its history`);
    }
  }

  /** What is left of what was added has no record any more. */
  settle(): void {
    for (const [subject, changes] of this.known) {
      const [revision, last] = [...changes].reduce((latest, each) => (each[0] > latest[0] ? each : latest));
      const { sequence, auditDate, recordedAt } = last;
      const place = { sequence, id: entryId(subject, revision), auditDate };
      if (this.isExpired(recordedAt))
        this.findings.note('expired', place, `record ${subject} is gone: kept long enough`);
      else this.report(place, `record ${subject} is missing: entry ${sequence} is its last`);
    }
    this.known.clear();
  }

  finish(): { problems: AuditProblem[]; problemsFound: number; notes: AuditNote[] } {
    this.settle();
    const { problems, found, notes } = this.findings;
    return { problems, problemsFound: found, notes };
  }

  /** The record must be what its own last change says it is. */
  private compareContent(
    { subject, revision, contentHash, changes }: StoredRecord,
    entry: KnownChange | undefined,
  ): void {
    const last = changes.reduce<RecordedChange | undefined>(
      (latest, change) => (latest && latest.revision > change.revision ? latest : change),
      undefined,
    );
    if (last?.revision === revision && last.contentHash === contentHash) return;
    const message = `record ${subject} was altered: it is not what revision ${revision} recorded`;
    this.report({ ...placeOf(entry), id: entryId(subject, revision) }, message);
  }

  private compareChange(subject: string, change: RecordedChange, entry: KnownChange | undefined): void {
    const id = entryId(subject, change.revision);
    if (entry) {
      const same =
        entry.contentHash === change.contentHash &&
        entry.action === change.action &&
        entry.actor === change.actor &&
        entry.changedAt === change.at;
      const message = `the history of record ${subject} was altered: revision ${change.revision} is not as entry ${entry.sequence} has it`;
      if (!same) this.report({ ...placeOf(entry), id }, message);
    } else if (this.options.isPart) {
      return;
    } else if (this.isExpired(change.at)) {
      this.findings.note('expired', { id }, `the entry of ${id} is gone: kept long enough`);
    } else if (
      Math.abs(this.options.now.getTime() - Date.parse(change.at)) <= (this.options.lagMs ?? 300_000)
    ) {
      this.findings.note('pending', { id }, `${id} was changed at ${change.at} and is not in the log yet`);
    } else {
      this.report({ id }, `record ${subject} has a change that the log has not: revision ${change.revision}`);
    }
  }

  /** Entry and record are written moments apart and expire so, around midnight on different days. */
  private isExpired(at: string): boolean {
    const { now, retentionDays } = this.options;
    return retentionDays !== undefined && now.getTime() - Date.parse(at) >= (retentionDays - 1) * dayMs;
  }

  private report(place: Place, message: string): void {
    this.findings.report('store-differs', place, message);
  }
}

/**
 * Compares the log with the store while both go by, each in the order of its subjects (as `<` compares texts); only one
 * subject is in memory at a time. Entries are to be sound.
 * @throws RangeError where one of them is not in that order
 */
export async function compareWithStore(
  entries: AsyncIterable<AuditEntry> | Iterable<AuditEntry>,
  records: AsyncIterable<StoredRecord> | Iterable<StoredRecord>,
  options: CompareOptions,
): Promise<ReturnType<StoreComparison['finish']>> {
  const comparison = new StoreComparison(options);
  const log = new InOrder(entries);
  const store = new InOrder(records);
  await Promise.all([log.advance(), store.advance()]);
  while (log.current || store.current) {
    const subject = [log.current?.subject, store.current?.subject]
      .filter((each) => each !== undefined)
      .reduce((least, each) => (each < least ? each : least));
    for (; log.current?.subject === subject; await log.advance()) comparison.addEntry(log.current);
    for (; store.current?.subject === subject; await store.advance()) comparison.addRecord(store.current);
    comparison.settle();
  }
  return comparison.finish();
}

/** Walks what is in the order of its subjects, and sees that it is. */
class InOrder<T extends { subject: string }> {
  current: T | undefined;
  private readonly items: AsyncIterator<T> | Iterator<T>;

  constructor(items: AsyncIterable<T> | Iterable<T>) {
    this.items = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  }

  async advance(): Promise<void> {
    const { value, done } = await this.items.next();
    const next = done ? undefined : value;
    if (next && this.current && next.subject < this.current.subject)
      throw new RangeError(`${next.subject} stands behind ${this.current.subject}`);
    this.current = next;
  }
}

function placeOf(entry: KnownChange | undefined): Place {
  return entry ? { sequence: entry.sequence, auditDate: entry.auditDate } : {};
}
