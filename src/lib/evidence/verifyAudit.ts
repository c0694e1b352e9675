import {
  type AuditEntry,
  ChainVerifier,
  StoreComparison,
  type VerificationReport,
  type Witness,
} from '../audit';
import type { Clock } from '../clock';
import { contentHashOf } from '../commit';
import type { Store } from '../store';
import { type DayRange, readChain } from './readChain';

const problemsMax = 100;

/**
 * Recomputes the chain of a tenant and, where the whole of it is asked for, holds every commit in the store against its
 * entries, both ways. `trustedHeads` are what others kept of the chain: each must be in it.
 */
export async function verifyAudit(
  store: Store,
  tenantId: string,
  range: DayRange,
  options: { retentionDays: number; clock: Clock; trustedHeads?: readonly Witness[] },
): Promise<VerificationReport> {
  const now = options.clock();
  const { retentionDays, trustedHeads = [] } = options;
  const comparison = new StoreComparison({ now, retentionDays });
  const verifier = new ChainVerifier({
    tenantId,
    now,
    retentionDays,
    trustedHeads,
    ...(range.startDate !== undefined && { startDate: range.startDate }),
    onEntry: (entry) => {
      if (entry.commitHash !== undefined) comparison.addEntry(entry as unknown as AuditEntry);
    },
  });
  for await (const item of readChain(store, tenantId, range)) verifier.add(item);
  const report = verifier.finish();
  if (range.startDate !== undefined || range.endDate !== undefined) return report;
  for await (const page of store.commits.everything(tenantId)) {
    for (const commit of page) {
      comparison.addRecord({
        subject: commit.commitHash,
        revision: commit.revision,
        contentHash: contentHashOf(commit),
        changes: commit.changes,
      });
    }
  }
  const compared = comparison.finish();
  const problems = [...report.problems, ...compared.problems].slice(0, problemsMax);
  const problemsFound = report.problemsFound + compared.problemsFound;
  return {
    ...report,
    valid: problemsFound === 0,
    problems,
    problemsFound,
    notes: [...report.notes, ...compared.notes],
  };
}
