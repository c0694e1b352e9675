import { AuditEntry, AuditHead, formatVersion, headNumberOf } from './format';
import { hashEntry, hashHead } from './hash';

/** An item that says it is an entry, and what a check of it alone tells. */
export interface SeenEntry {
  item: Record<string, unknown>;
  /** Undefined where the item has no usable number. */
  sequence: number | undefined;
  id: string;
  tenantId: string;
  auditDate: string;
  previousAuditDate: string | undefined;
  previousHash: string;
  hash: string;
  /** The hash that the content has; undefined where it has none. */
  contentsHash: string | undefined;
  /** Undefined where the item is of this format and has the right hash. */
  fault: string | undefined;
}

/** A head as found, or what is wrong with it. */
export type SeenHead =
  | { head: AuditHead; fault: undefined }
  | { head: undefined; auditDate: string | undefined; fault: string };

export function isHead(item: unknown): item is object {
  return typeof item === 'object' && item !== null && 'id' in item && headNumberOf(item.id) !== undefined;
}

/** Whether an item is an entry of this format with the hash that it carries. */
export function isSoundEntry(item: object): item is AuditEntry {
  return readEntry(item).fault === undefined;
}

/** Reads what may be anything; never throws. `fault` is what is known to be wrong with it already. */
export function readEntry(found: unknown, fault?: string): SeenEntry {
  const item =
    typeof found === 'object' && found !== null && !Array.isArray(found)
      ? (found as Record<string, unknown>)
      : {};
  const contentsHash = attempt(() => hashEntry(item));
  return {
    item,
    sequence:
      Number.isSafeInteger(item.sequence) && Number(item.sequence) > 0 ? Number(item.sequence) : undefined,
    id: textOf(item.id),
    tenantId: textOf(item.tenantId),
    auditDate: textOf(item.auditDate),
    previousAuditDate: typeof item.previousAuditDate === 'string' ? item.previousAuditDate : undefined,
    previousHash: textOf(item.previousHash),
    hash: textOf(item.hash),
    contentsHash,
    fault: fault ?? faultOf(AuditEntry, item, item.hash, contentsHash),
  };
}

/** As `readEntry`, for a head. */
export function readHead(item: object, known?: string): SeenHead {
  const fields = item as Record<string, unknown>;
  const contentsHash = attempt(() => hashHead(item));
  const fault = known ?? faultOf(AuditHead, fields, fields.headHash, contentsHash);
  if (fault === undefined) return { head: item as AuditHead, fault };
  return {
    head: undefined,
    auditDate: typeof fields.auditDate === 'string' ? fields.auditDate : undefined,
    fault,
  };
}

type Schema = typeof AuditEntry | typeof AuditHead;

function faultOf(schema: Schema, item: Record<string, unknown>, hash: unknown, right: string | undefined) {
  if (right === undefined) return 'it has no canonical form';
  if (typeof item.formatVersion === 'number' && item.formatVersion > formatVersion) {
    return `format version ${item.formatVersion} is newer than this verifier`;
  }
  if (right !== hash) return 'its content does not have the hash that it carries';
  const { error } = schema.safeParse(item);
  const issue = error?.issues[0];
  return issue ? `it is not of this format: ${issue.path.join('.')} ${issue.message}` : undefined;
}

function attempt(compute: () => string): string | undefined {
  try {
    return compute();
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
