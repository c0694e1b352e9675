import type { ChainPosition } from './format';

/**
 * What happened to a record, as far as what is left of it tells:
 * - `altered`: its content is not what was chained, or it is not a record of this format;
 * - `removed`: it, or a whole stretch before the next record, is gone;
 * - `truncated`: the end of a day, or of the chain, is gone;
 * - `inserted`: it is there and the chain has no place for it;
 * - `reordered`: it stands in another record's place;
 * - `forked`: two histories, each right in itself, part here;
 * - `store-differs`: the log is sound and the record that it speaks of is another one, or none.
 */
export type ProblemKind =
  | 'altered'
  | 'removed'
  | 'truncated'
  | 'inserted'
  | 'reordered'
  | 'forked'
  | 'store-differs';

/** What a reader should know and that is no fault: kept long enough, outside the range asked for, not in the log yet. */
export type NoteKind = 'expired' | 'outside-range' | 'pending';

/** One finding; the fields that are there say where. `message` is a sentence for people. */
export interface Finding<Kind extends string> {
  kind: Kind;
  sequence?: number;
  id?: string;
  auditDate?: string;
  message: string;
}

export type AuditProblem = Finding<ProblemKind>;
export type AuditNote = Finding<NoteKind>;

/** `valid` exactly where `problemsFound` is 0. */
export interface VerificationReport {
  valid: boolean;
  /** Entries read. */
  entries: number;
  /** The last entry of the chain as read; null where there was none. */
  head: ChainPosition | null;
  /** The first ones in the order of the chain; at most `problemsMax`. */
  problems: AuditProblem[];
  /** All of them, those beyond `problemsMax` too. */
  problemsFound: number;
  notes: AuditNote[];
}

/** What somebody kept of a chain: the hash of its last entry then, and best its number too. */
export interface Witness {
  hash: string;
  sequence?: number;
}

export interface VerifyOptions {
  /** What others kept of this chain: each must be in it. */
  trustedHeads?: readonly Witness[];
  /** Where the chain must end, no earlier and no later. */
  expectedHead?: { sequence: number; hash: string };
  /** Days that items are kept; with `now`, what is missing and old enough is a note and no problem. */
  retentionDays?: number;
  now?: Date;
  /** The first day asked for (YYYY-MM-DD): what is missing before it is a note and no problem. */
  startDate?: string;
  /** Default: whatever the first sound item says. */
  tenantId?: string;
  /** Called with each sound entry that has its place, in order, as it was given. */
  onEntry?(entry: Record<string, unknown>): void;
}
