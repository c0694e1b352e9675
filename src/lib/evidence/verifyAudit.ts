import { type AuditEntry, ChainVerifier, headId, StoreComparison, type VerificationReport } from '../audit';
import type { Clock } from '../clock';
import { contentHashOf } from '../commit';
import type { Store } from '../store';

export interface VerifyRange {
  /** Inclusive days of the log; the whole log where absent. */
  startDate?: string | undefined;
  endDate?: string | undefined;
}

const problemsMax = 100;

/**
 * Recomputes the chain of a tenant and, where the whole of it is asked for, holds every commit in the store against its
 * entries, both ways.
 */
export async function verifyAudit(
  store: Store,
  tenantId: string,
  range: VerifyRange,
  options: { retentionDays: number; clock: Clock },
): Promise<VerificationReport> {
  const now = options.clock();
  const { retentionDays } = options;
  const comparison = new StoreComparison({ now, retentionDays });
  const verifier = new ChainVerifier({
    tenantId,
    now,
    retentionDays,
    ...(range.startDate !== undefined && { startDate: range.startDate }),
    onEntry: (entry) => {
      if (entry.commitHash !== undefined) comparison.addEntry(entry as unknown as AuditEntry);
    },
  });
  // The head comes first: what is appended while this reads is left out, and the log is verified as it stood now.
  const head = await store.audit.latestHead(tenantId);
  const isAsked =
    head !== undefined &&
    head.auditDate <= (range.endDate ?? head.auditDate) &&
    head.auditDate >= (range.startDate ?? '');
  for await (const page of store.audit.chain(tenantId, { ...range, upTo: head?.sequence ?? 0 })) {
    for (const item of page) if (item.id !== headId || item.auditDate !== head?.auditDate) verifier.add(item);
  }
  if (isAsked) verifier.add(head);
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
