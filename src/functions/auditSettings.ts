import type { InvocationContext } from '@azure/functions';
import { systemClock } from '../lib/clock';
import { auditSettings as audit } from '../lib/evidence';
import { getStore } from '../lib/store';

/** Brings the changes of settings into the audit log. May run twice. */
export async function auditSettings(documents: unknown[], context: InvocationContext): Promise<void> {
  for (const { id, settings } of documents as { id: string; settings?: unknown }[]) {
    if (settings === undefined) continue;
    const entries = await audit(getStore(), id, systemClock);
    if (entries > 0) context.log('settings audited', { tenantId: id, entries });
  }
}
