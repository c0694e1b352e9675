import { isDeepStrictEqual } from 'node:util';
import {
  AuditableChange,
  type AuditEntry,
  type AuditHead,
  entryId,
  formatVersion,
  genesisHash,
  headIdOf,
  headNumberOf,
} from './format';
import { hashEntry, hashHead } from './hash';

/**
 * Appends changes of one tenant to its chain: the entries to create and the head to create with them, in one
 * transactional batch. Deterministic: the same arguments give the same hashes.
 *
 * `previousHead` is the tenant's latest head, of whatever day, or undefined where the chain begins. All entries get
 * one `auditDate`: `turnedTo`, the UTC day of `at`, or the head's day where a clock went backwards, so that the order of
 * days is the order of entries. A change that stands twice in `changes` becomes one entry. The caller leaves out
 * changes that the log already has, and sends at most `entriesPerBatchMax`.
 *
 * Throws a ZodError for a change that the format refuses (check each with `AuditableChange.safeParse` to set a bad
 * one aside), and a RangeError where the changes belong to several tenants or to another one than the head, where one revision of a
 * subject is given with two contents, and where there is neither a head nor a change.
 */
export function chainChanges(
  previousHead: AuditHead | undefined,
  changes: readonly AuditableChange[],
  at: Date,
  turnedTo?: string,
): { entries: AuditEntry[]; head: AuditHead } {
  const tenantId = previousHead?.tenantId ?? changes[0]?.tenantId;
  const distinct = distinctChanges(changes, tenantId);
  if (tenantId === undefined) throw new RangeError('A chain cannot begin without a change');
  if (previousHead && distinct.length === 0) return { entries: [], head: previousHead };

  const recordedAt = at.toISOString();
  const auditDate = laterDay(turnedTo ?? recordedAt.slice(0, 10), previousHead?.auditDate);
  const daysHead = previousHead?.auditDate === auditDate ? previousHead : undefined;

  const entries: AuditEntry[] = [];
  let sequence = previousHead?.sequence ?? 0;
  let hash = previousHead?.hash ?? genesisHash;
  for (const { at: changedAt, ...change } of distinct) {
    sequence += 1;
    const entry = {
      ...change,
      id: entryId(change.subject, change.revision),
      auditDate,
      ...(previousHead && !daysHead && entries.length === 0
        ? { previousAuditDate: previousHead.auditDate }
        : {}),
      sequence,
      changedAt,
      recordedAt,
      previousHash: hash,
      formatVersion,
    };
    hash = hashEntry(entry);
    entries.push({ ...entry, hash });
  }

  const head = {
    id: headIdOf(((daysHead && headNumberOf(daysHead.id)) ?? 0) + 1),
    tenantId,
    auditDate,
    sequence,
    hash,
    firstSequence: daysHead?.firstSequence ?? (previousHead?.sequence ?? 0) + 1,
    entries: (daysHead?.entries ?? 0) + entries.length,
    previousHead: daysHead ? daysHead.previousHead : linkTo(previousHead),
    updatedAt: recordedAt,
    formatVersion,
  } as const;
  return { entries, head: { ...head, headHash: hashHead(head) } };
}

function linkTo(head: AuditHead | undefined): AuditHead['previousHead'] {
  if (!head) return null;
  const { auditDate, sequence, hash, headHash } = head;
  return { auditDate, sequence, hash, headHash };
}

function laterDay(day: string, other: string | undefined): string {
  return other !== undefined && other > day ? other : day;
}

/** Only the fields that the format knows, each one there or absent: what is hashed is what will be stored. */
function parseChange(change: AuditableChange): AuditableChange {
  const fields = Object.entries(AuditableChange.parse(change)).filter(([, value]) => value !== undefined);
  return Object.fromEntries(fields) as AuditableChange;
}

function distinctChanges(
  changes: readonly AuditableChange[],
  tenantId: string | undefined,
): AuditableChange[] {
  const byId = new Map<string, AuditableChange>();
  for (const given of changes) {
    const change = parseChange(given);
    if (change.tenantId !== tenantId) throw new RangeError('A chain has the changes of one tenant only');
    const id = entryId(change.subject, change.revision);
    const known = byId.get(id);
    if (!known) byId.set(id, change);
    else if (!isDeepStrictEqual(known, change)) throw new RangeError(`Two different changes are both ${id}`);
  }
  return [...byId.values()];
}
