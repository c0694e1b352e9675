import { createHash } from 'node:crypto';
import { type AuditableChange, type AuditEntry, type AuditHead, chainChanges } from '../../../src/lib/audit';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** The first recording of the commit of that number. */
export function changeOf(number: number, overrides: Partial<AuditableChange> = {}): AuditableChange {
  const commitHash = sha256(`commit ${number}`).slice(0, 40);
  return {
    tenantId: 'tenant-001',
    subject: commitHash,
    commitHash,
    revision: 1,
    action: 'recorded',
    actor: 'github-webhook',
    at: '2026-01-31T11:59:59.000Z',
    contentHash: sha256(`content ${number}`),
    ...overrides,
  };
}

/** The changes 1 to `count`. */
export function changesOf(count: number): AuditableChange[] {
  return Array.from({ length: count }, (_, index) => changeOf(index + 1));
}

/** What container `audit` holds after `perDay` changes on each of the days, so many in a batch: its entries, then its head. */
export function itemsOf(days: string[], perDay = 5, batchSize = perDay): (AuditEntry | AuditHead)[] {
  const items: (AuditEntry | AuditHead)[] = [];
  let head: AuditHead | undefined;
  days.forEach((day, index) => {
    const changes = Array.from({ length: perDay }, (_, place) =>
      changeOf(index * perDay + place + 1, { at: `${day}T09:00:00.000Z` }),
    );
    for (let from = 0; from < perDay; from += batchSize) {
      const part = chainChanges(
        head,
        changes.slice(from, from + batchSize),
        new Date(`${day}T09:00:01.000Z`),
      );
      items.push(...part.entries, part.head);
      head = part.head;
    }
  });
  return items;
}
