import {
  type AuditEntry,
  ChainVerifier,
  type CompareOptions,
  compareWithStore,
  isSoundEntry,
  StoreComparison,
  type StoredRecord,
  type VerificationReport,
  type Witness,
} from '../audit';
import type { Clock } from '../clock';
import { type CommitItem, contentHashOf } from '../commit';
import type { Store } from '../store';
import { type DayRange, readChain } from './readChain';

const problemsMax = 100;

/**
 * Recomputes the chain of a tenant and holds the commits in the store against their entries: where the whole log is asked for,
 * both ways; of a range of days, the commits that its entries are about. `trustedHeads` are what others kept of the
 * chain: each must be in it. A few pages are in memory at a time, however long the log is.
 * @throws StoreUnavailable
 */
export async function verifyAudit(
  store: Store,
  tenantId: string,
  range: DayRange,
  options: { retentionDays: number; clock: Clock; trustedHeads?: readonly Witness[] },
): Promise<VerificationReport> {
  const now = options.clock();
  const { retentionDays, trustedHeads = [] } = options;
  let upTo = 0;
  const verifier = new ChainVerifier({
    tenantId,
    now,
    retentionDays,
    trustedHeads,
    ...(range.startDate !== undefined && { startDate: range.startDate }),
    onEntry: ({ sequence }) => {
      upTo = Math.max(upTo, Number(sequence));
    },
  });
  for await (const item of readChain(store, tenantId, range)) verifier.add(item);
  const report = verifier.finish();
  const isPart = range.startDate !== undefined || range.endDate !== undefined;
  const entries = soundEntries(store, tenantId, { ...range, upTo });
  const compared = isPart
    ? await comparePart(store, tenantId, entries, { now, retentionDays, isPart })
    : await compareWithStore(flat(entries), allRecords(store, tenantId), { now, retentionDays });
  const problems = [...report.problems, ...compared.problems].slice(0, problemsMax);
  const problemsFound = report.problemsFound + compared.problemsFound;
  return {
    ...report,
    valid: problemsFound === 0,
    problems,
    problemsFound,
    notes: [...report.notes, ...compared.notes].slice(0, problemsMax),
  };
}

/** What is wrong with the others the chain has told already. */
async function* soundEntries(
  store: Store,
  tenantId: string,
  range: DayRange & { upTo: number },
): AsyncGenerator<AuditEntry[]> {
  for await (const page of store.audit.bySubject(tenantId, range)) yield page.filter(isSoundEntry);
}

/** The records of these entries alone; all entries of one record are compared together. */
async function comparePart(
  store: Store,
  tenantId: string,
  pages: AsyncIterable<AuditEntry[]>,
  options: CompareOptions,
): Promise<ReturnType<StoreComparison['finish']>> {
  const comparison = new StoreComparison(options);
  const compare = async (entries: AuditEntry[]) => {
    for (const entry of entries) comparison.addEntry(entry);
    const records = await store.commits.find(tenantId, [...new Set(entries.map(({ subject }) => subject))]);
    for (const commit of records.values()) comparison.addRecord(recordOf(commit));
    comparison.settle();
  };
  let waiting: AuditEntry[] = [];
  for await (const page of pages) {
    const entries = [...waiting, ...page];
    const last = entries.at(-1)?.subject;
    await compare(entries.filter(({ subject }) => subject !== last));
    waiting = entries.filter(({ subject }) => subject === last);
  }
  await compare(waiting);
  return comparison.finish();
}

async function* allRecords(store: Store, tenantId: string): AsyncGenerator<StoredRecord> {
  for await (const page of store.commits.everything(tenantId))
    for (const commit of page) yield recordOf(commit);
}

function recordOf(commit: CommitItem): StoredRecord {
  const { commitHash, revision, changes } = commit;
  return { subject: commitHash, revision, contentHash: contentHashOf(commit), changes };
}

async function* flat<T>(pages: AsyncIterable<T[]>): AsyncGenerator<T> {
  for await (const page of pages) yield* page;
}
