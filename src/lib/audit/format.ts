import * as z from 'zod';
import { CommitHash, TenantId } from '../commit';

/** The version of the format that `docs/audit-format.md` describes. Version 1, with one head a day, is read as well. */
export const formatVersion = 2;

/** What the first entry of a chain names as its predecessor: 64 zeros. */
export const genesisHash = '0'.repeat(64);

/**
 * The id of a head: `head-` and which head of its day it is, from 1. Whoever writes next in that day creates the next
 * number, and only one can. Format version 1 had one head a day, `head`, that was replaced: number 0.
 */
export function headIdOf(number: number): string {
  return number === 0 ? 'head' : `head-${number}`;
}

/** Which head of its day an id is; undefined where it is not a head's. */
export function headNumberOf(id: unknown): number | undefined {
  if (id === 'head') return 0;
  if (typeof id !== 'string' || !id.startsWith('head-')) return undefined;
  const [, number] = /^head-([1-9][0-9]{0,14})$/.exec(id) ?? [];
  return number === undefined ? undefined : Number(number);
}

/** A Cosmos DB transactional batch holds 100 operations; one of them creates the head. */
export const entriesPerBatchMax = 99;

/**
 * Added by Cosmos DB, or (`ttl`) set by a legal hold: never part of a hash, never exported.
 * https://learn.microsoft.com/azure/cosmos-db/resource-model
 */
export const systemFields = ['_rid', '_self', '_etag', '_attachments', '_ts', '_lsn', 'ttl'] as const;

/** The actions that this version writes. Readers accept any other of the same spelling. */
export const auditActions = [
  'recorded',
  'amended',
  'reviewed',
  'gap',
  'gap-filled',
  'redelivered',
  'settings',
  'digest',
  'exported',
  'queried',
  'hold',
] as const;

/** Lower-case words joined by `-`, at most 32 characters. */
export const AuditAction = z.string().regex(/^[a-z][a-z-]{0,31}$/, 'must be lower-case words joined by "-"');
export type AuditAction = (typeof auditActions)[number] | (string & {});

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hexadecimal');
const Day = z.iso.date();
const Instant = z.iso.datetime({ precision: 3 });
const Sequence = z.int().min(1);

/** Neither a lone surrogate (RFC 8785 section 3.2.2.2 has no form for one) nor a control character. */
const Text = z.string().regex(/^[^\p{Surrogate}\p{Cc}]*$/u, 'must be well-formed text without controls');

/** What a change is about; with the revision it is the entry's id, so it keeps to what Cosmos DB allows there. */
const Subject = Text.min(1)
  .max(200)
  .regex(/^[^/\\?#]*$/, 'must not hold "/", "\\", "?" or "#"');

/** Facts of an action that has more to say than the fields of every entry; at most 20. */
const Detail = z
  .record(Text.max(64), z.union([Text.max(1024), z.int(), z.boolean()]))
  .refine((detail) => Object.keys(detail).length <= 20, 'must not have more than 20 members');

const change = {
  tenantId: TenantId,
  /** For a commit its hash; for anything else a name with a character that no commit hash has (`digest:2026-01-31`). */
  subject: Subject,
  commitHash: CommitHash.optional(),
  revision: z.int().min(1),
  action: AuditAction,
  /** The subject of a token (at most 512) after the id of its issuer. */
  actor: Text.min(1).max(640),
  /** Of the subject as it was after this change. */
  contentHash: Sha256,
  detail: Detail.optional(),
};

const subjectIsItsCommit = ({ subject, commitHash }: { subject: string; commitHash?: string | undefined }) =>
  commitHash === undefined ? !/^[A-Za-z0-9]{7,64}$/.test(subject) : subject === commitHash;
const subjectMessage = { path: ['subject'], message: 'must be the commit hash, or not look like one' };

/** One change that belongs in the log, whether it is there yet or not. `at` is when the change was made. */
export const AuditableChange = z
  .object({ ...change, at: Instant })
  .refine(subjectIsItsCommit, subjectMessage);
export type AuditableChange = Omit<z.infer<typeof AuditableChange>, 'action'> & { action: AuditAction };

/**
 * One item of the chain in container `audit`, partition key [tenantId, auditDate].
 *
 * `sequence` counts per tenant from 1 and without gaps over all days. `previousAuditDate` stands only in the first entry of
 * a day (never in the first of the chain) and names the day that the entry before it is in, so that what is
 * missing can be dated. `hash` is `hashEntry` of all the rest.
 */
export const AuditEntry = z
  .object({
    ...change,
    id: z.string(),
    auditDate: Day,
    previousAuditDate: Day.optional(),
    sequence: Sequence,
    changedAt: Instant,
    recordedAt: Instant,
    previousHash: Sha256,
    hash: Sha256,
    formatVersion: z.int().min(1),
  })
  .refine(subjectIsItsCommit, subjectMessage)
  .refine(({ id, subject, revision }) => id === entryId(subject, revision), {
    path: ['id'],
    message: 'must be the subject and the revision, joined by ":"',
  });
export type AuditEntry = Omit<z.infer<typeof AuditEntry>, 'action'> & { action: AuditAction };

/** A place in the chain: the entry of that number has that hash, and is in that day. */
export const ChainPosition = z.object({ auditDate: Day, sequence: Sequence, hash: Sha256 });
export type ChainPosition = z.infer<typeof ChainPosition>;

/**
 * A head of a tenant and day: where the day's entries begin and where they ended when it was created, in the transactional
 * batch that creates the last of them. The last one of a day counts. `hash` is its last entry's, `headHash` is `hashHead`
 * of all the rest, and `previousHead` the last head of the last day that had entries (null for the first).
 */
export const AuditHead = ChainPosition.extend({
  id: z.string().refine((id) => headNumberOf(id) !== undefined, 'must be head, or head- and a number'),
  tenantId: TenantId,
  firstSequence: Sequence,
  /** Entries of this day. */
  entries: z.int().min(1),
  previousHead: ChainPosition.extend({ headHash: Sha256 }).nullable(),
  updatedAt: Instant,
  headHash: Sha256,
  formatVersion: z.int().min(1),
});
export type AuditHead = z.infer<typeof AuditHead>;

/** The id of the entry for one revision of one subject: a change seen twice is one entry. */
export function entryId(subject: string, revision: number): string {
  return `${subject}:${revision}`;
}
