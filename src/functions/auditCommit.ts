import type { InvocationContext } from '@azure/functions';
import { systemClock } from '../lib/clock';
import { auditCommits, type CommitReference } from '../lib/evidence';
import { mergeTwins } from '../lib/ingest';
import { getStore } from '../lib/store';
import { following } from '../lib/telemetry';

/** Brings the changes of commits into the audit log, and tells who counts them. May run twice. */
export async function auditCommit(documents: unknown[], context: InvocationContext): Promise<void> {
  // Overflow items hold files alone and have no hash.
  const references = (documents as Partial<CommitReference>[]).flatMap(({ tenantId, commitHash }) =>
    tenantId !== undefined && commitHash !== undefined ? [{ tenantId, commitHash }] : [],
  );
  const causes = (documents as { traceparent?: string }[]).map(({ traceparent }) => traceparent);
  const { entries, twins } = await following('auditCommit', causes, () =>
    auditCommits(getStore(), references, systemClock),
  );
  for (const twin of twins) {
    const policy = await getStore().settings.policyOf(twin.tenantId);
    await mergeTwins(getStore(), twin, policy, systemClock().toISOString());
  }
  for (const tenantId of new Set(references.map((reference) => reference.tenantId))) {
    const changes = references.filter((reference) => reference.tenantId === tenantId).length;
    await getStore().stats.noteChanges(tenantId, changes);
  }
  context.log('commits audited', { commits: references.length, entries, twins: twins.length });
}
