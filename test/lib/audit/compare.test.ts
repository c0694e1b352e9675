import {
  type AuditableChange,
  type AuditEntry,
  type CompareOptions,
  chainChanges,
  compareWithStore,
  type StoredRecord,
} from '../../../src/lib/audit';
import { changeOf } from './chains';

const now = new Date('2026-02-01T00:00:00.000Z');

function recordOf(number: number, revisions = 1): { record: StoredRecord; changes: AuditableChange[] } {
  const changes = Array.from({ length: revisions }, (_, index) => {
    const contentHash = changeOf(number * 100 + index).contentHash;
    return changeOf(number, { revision: index + 1, contentHash });
  });
  const { subject, contentHash } = changes.at(-1) ?? changeOf(number);
  const record = {
    subject,
    revision: revisions,
    contentHash,
    changes: changes.map(({ revision, action, actor, at, contentHash: hash }) => ({
      ...{ revision, action, actor, at },
      contentHash: hash,
    })),
  };
  return { record, changes };
}

const entriesOf = (changes: AuditableChange[]): AuditEntry[] =>
  chainChanges(undefined, changes, new Date('2026-01-31T12:00:00.000Z')).entries;
const one = recordOf(1, 3);
const other = recordOf(2);
const entries = entriesOf([...one.changes, ...other.changes]);
const { subject } = one.record;
const edited = (edit: Partial<StoredRecord>): StoredRecord[] => [{ ...one.record, ...edit }, other.record];
const differences = async (records: StoredRecord[], log = entries, options: Partial<CompareOptions> = {}) => {
  const bySubject = (a: { subject: string }, b: { subject: string }) => (a.subject < b.subject ? -1 : 1);
  const { problems, notes } = await compareWithStore([...log].sort(bySubject), [...records].sort(bySubject), {
    now,
    ...options,
  });
  return [...problems, ...notes].map(({ kind, id }) => `${kind} ${id}`);
};

describe('compareWithStore', () => {
  it('finds nothing where each record is what its entries say', async () => {
    expect(await differences([one.record, other.record])).toEqual([]);
  });

  it.each<[string, StoredRecord[], string]>([
    ['content was altered', edited({ contentHash: changeOf(9).contentHash }), `${subject}:3`],
    ['older copy was put back', edited({ ...recordOf(1, 2).record }), `${subject}:3`],
    [
      'history was altered',
      edited({
        changes: one.record.changes.map((each) => ({
          ...each,
          actor: each.revision === 2 ? 'eve' : each.actor,
        })),
      }),
      `${subject}:2`,
    ],
    [
      'history hides a change',
      edited({ changes: one.record.changes.filter(({ revision }) => revision !== 2) }),
      `${subject}:2`,
    ],
    ['record is missing', [other.record], `${subject}:3`],
  ])('says store-differs where the %s', async (_name, records, id) => {
    expect(await differences(records)).toEqual([`store-differs ${id}`]);
  });

  it('says store-differs where a record has a change without an entry', async () => {
    expect(await differences([one.record, other.record], entriesOf(one.changes))).toEqual([
      `store-differs ${other.record.subject}:1`,
    ]);
  });

  it('finds a content and its history altered together, since the log has the old hash', async () => {
    const contentHash = changeOf(9).contentHash;
    const changes = one.record.changes.map((each) => (each.revision === 3 ? { ...each, contentHash } : each));
    expect(await differences(edited({ contentHash, changes }))).toEqual([`store-differs ${subject}:3`]);
  });

  it('refuses a log and a store that come in another order than it takes for granted', async () => {
    const descending = [one.record, other.record].sort((a, b) => (a.subject < b.subject ? 1 : -1));
    await expect(compareWithStore([], descending, { now })).rejects.toThrow(RangeError);
  });

  it('takes nothing for missing where only a part of the entries is given', async () => {
    expect(await differences([one.record], entries.slice(1, 2), { isPart: true })).toEqual([]);
    const altered = edited({ contentHash: changeOf(9).contentHash }).slice(0, 1);
    expect(await differences(altered, entries.slice(1, 2), { isPart: true })).toEqual([
      `store-differs ${subject}:3`,
    ]);
  });

  it('waits a while for the entry of a fresh change', async () => {
    const fresh = { now: new Date('2026-01-31T12:01:00.000Z') };
    expect(await differences([one.record, other.record], entriesOf(one.changes), fresh)).toEqual([
      `pending ${other.record.subject}:1`,
    ]);
  });

  it('takes what was kept long enough as lawfully gone, on either side', async () => {
    const late = { now: new Date('2033-02-01T00:00:00.000Z'), retentionDays: 2557 };
    expect(await differences([one.record], entriesOf(one.changes.slice(1)), late)).toEqual([
      `expired ${subject}:1`,
    ]);
    expect(await differences([one.record], entries, late)).toEqual([`expired ${other.record.subject}:1`]);
  });
});
