import { type AuditEntry, type AuditHead, headNumberOf } from '../audit';
import type { Store } from '../store';

/** Inclusive days of the log; the whole log where absent. */
export interface DayRange {
  startDate?: string | undefined;
  endDate?: string | undefined;
}

const beyondMax = 1_000;

/**
 * The chain of a tenant as it stood when the reading began, in the order that a verifier asks for, a page in memory at a
 * time. What is appended meanwhile is left out; what stands behind the head although the head has not moved is not.
 * @throws StoreUnavailable
 */
export async function* readChain(
  store: Store,
  tenantId: string,
  range: DayRange,
): AsyncGenerator<AuditEntry | AuditHead> {
  const head = await store.audit.latestHead(tenantId);
  let waiting: AuditHead[] = [];
  for await (const page of store.audit.chain(tenantId, { ...range, upTo: head?.sequence ?? 0 })) {
    for (const item of page) {
      // Items of one sequence come in any order; a head is to stand behind its last entry.
      if (waiting[0] && item.sequence !== waiting[0].sequence) {
        yield* waiting;
        waiting = [];
      }
      if (!isHead(item)) yield item;
      else if (item.id !== head?.id || item.auditDate !== head.auditDate) waiting.push(item);
    }
  }
  yield* waiting;
  const isAsked = (date: string) => date <= (range.endDate ?? date) && date >= (range.startDate ?? '');
  const beyond = (await entriesBehind(store, tenantId, head)).filter(({ auditDate }) => isAsked(auditDate));
  yield* beyond.filter(({ auditDate }) => auditDate === head?.auditDate);
  if (head && isAsked(head.auditDate)) yield head;
  yield* beyond.filter(({ auditDate }) => auditDate !== head?.auditDate);
}

function isHead(item: AuditEntry | AuditHead): item is AuditHead {
  return headNumberOf(item.id) !== undefined;
}

/** Entries and head are written together, so none can be behind a head that is read after them and is still the same. */
async function entriesBehind(
  store: Store,
  tenantId: string,
  head: AuditHead | undefined,
): Promise<AuditEntry[]> {
  const behind = await store.audit.page(tenantId, { after: head?.sequence ?? 0 }, beyondMax);
  if (behind.length === 0) return [];
  const now = await store.audit.latestHead(tenantId);
  return now?.sequence === head?.sequence ? behind : [];
}
