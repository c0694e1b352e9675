import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock';
import { sha256OfJson } from '../commit';
import { type AccessItem, accessId, type Store } from '../store';
import { appendAudit } from './appendAudit';

export interface Access {
  action: AccessItem['action'];
  actor: string;
  at: Date;
  /** What was asked for: the function and its parameters. Absent ones are left out. */
  asked: Record<string, string | number | undefined>;
}

const prefix = 'audit-access:';

/**
 * Notes durably that somebody reads the audit log; the answer waits for it, so no answer is without its note. The entry is
 * made from it by the change feed: only there has a chain one writer, however many regions answer.
 * @throws StoreUnavailable: nothing may be answered
 */
export function noteAccess(store: Store, tenantId: string, access: Access): Promise<void> {
  const { action, actor, at, asked } = access;
  const known = Object.entries(asked).filter(([, value]) => value !== undefined);
  const detail = Object.fromEntries(known) as AccessItem['detail'];
  const deliveryId = `${prefix}${randomUUID()}`;
  return store.accesses.add({
    id: accessId,
    tenantId,
    deliveryId,
    action,
    actor,
    at: at.toISOString(),
    detail,
  });
}

/**
 * Brings a noted access into the log. It is read again: the trigger rewrites date strings in what it delivers. May run any
 * number of times.
 * @throws StoreUnavailable: run it again
 */
export async function auditAccess(
  store: Store,
  tenantId: string,
  deliveryId: string,
  clock: Clock,
): Promise<number> {
  const access = await store.accesses.get(tenantId, deliveryId);
  if (!access) return 0;
  const { action, actor, at, detail } = access;
  const contentHash = sha256OfJson({ action, actor, at, detail });
  const change = { tenantId, subject: deliveryId, revision: 1, action, actor, at, contentHash, detail };
  return appendAudit(store, tenantId, [change], clock);
}
