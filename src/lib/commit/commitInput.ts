import * as z from 'zod';
import { InvalidInput, Problem } from '../errors';
import { CommitHash, TenantId } from './identifiers';
import { CalendarDate, Instant, utcDate } from './instant';
import { issuesOf } from './issues';
import { redact } from './redaction';
import { wellFormed } from './wellFormed';

const count = z.int().min(0);
const text = (lengthMax: number) => z.string().max(lengthMax);
const names = z.array(text(300).min(1)).max(1_000);
const Path = text(4_096).min(1);

/** As JSON in UTF-8: with all else that is bounded here, a commit without its files stays below the 2 MB of an item. */
const messageBytesMax = 500_000;
const Message = text(messageBytesMax).refine((message) => jsonBytes(message) <= messageBytesMax, {
  message: `must have at most ${messageBytesMax} bytes`,
});

export const FileStatus = z.enum(['added', 'modified', 'removed', 'renamed']);
export type FileStatus = z.infer<typeof FileStatus>;

/** One file of a commit. Line counts are absent for binary files and where the source does not tell them. */
export const FileChange = z.strictObject({
  path: Path,
  status: FileStatus.optional(),
  linesAdded: count.optional(),
  linesDeleted: count.optional(),
  previousPath: Path.optional(),
});
export type FileChange = z.infer<typeof FileChange>;

const Signature = z.strictObject({
  name: text(500).optional(),
  email: text(500).optional(),
  timestamp: Instant.optional(),
});

/** What the service adds to a commit; sent back with one that was read, it is passed over. */
const ours: ReadonlySet<string> = new Set([
  'id',
  'createdAt',
  'updatedAt',
  'riskLevel',
  'riskFactors',
  'riskModel',
  'riskSource',
  'unscoredReason',
  'modelRiskScore',
  'declaredRiskScore',
  'declaredCompliance',
  'forced',
  'toDefaultBranch',
  'pushedAt',
  'likelihood',
  'impact',
  'contentHash',
  'source',
  'review',
  'revision',
  'changes',
  'schemaVersion',
  'filesChangedCount',
  'fileChanges',
  'filesOverflow',
  'redactions',
  'complianceReasons',
  '_rid',
  '_self',
  '_etag',
  '_attachments',
  '_ts',
  '_lsn',
  'ttl',
]);

/** A commit as a caller posts it. */
export const CommitInput = z.strictObject({
  commitHash: CommitHash,
  message: Message,
  timestamp: Instant,
  author: text(500).min(1),
  authorName: text(500).optional(),
  committer: z.union([text(500).transform((email) => ({ email })), Signature]).optional(),
  pusher: text(500).optional(),
  tenantId: TenantId.optional(),
  commitDate: CalendarDate.optional(),
  riskScore: z.number().min(0).max(1).optional(),
  compliance: z.array(text(50).min(1)).max(50).optional(),
  filesChanged: z
    .array(z.union([Path, FileChange]))
    .max(200_000)
    .default([]),
  linesAdded: count.optional(),
  linesDeleted: count.optional(),
  repository: text(300).min(1).optional(),
  repositories: names.optional(),
  branch: text(300).min(1).optional(),
  branches: names.optional(),
  parents: z.array(CommitHash).max(1_000).optional(),
  isMerge: z.boolean().optional(),
  verified: z.boolean().optional(),
  isBot: z.boolean().optional(),
});
export type CommitInput = z.input<typeof CommitInput>;

/** A commit on its way in, whichever road it takes: checked, redacted, instants in UTC, not scored yet. */
export interface IncomingCommit {
  commitHash: string;
  /** UTC, with milliseconds. */
  timestamp: string;
  /** The UTC date of `timestamp`. */
  commitDate: string;
  /** Without secrets and patient identifiers; `redactions` names the kinds that were taken out. */
  message: string;
  redactions: string[];
  /** The author's address, or the name where there is none. */
  author: string;
  authorName?: string | undefined;
  committer?:
    | { name?: string | undefined; email?: string | undefined; timestamp?: string | undefined }
    | undefined;
  pusher?: string | undefined;
  /** The forge's clock: when it was pushed. */
  pushedAt?: string | undefined;
  files: FileChange[];
  linesAdded?: number | undefined;
  linesDeleted?: number | undefined;
  repositories: string[];
  branches: string[];
  parents?: string[] | undefined;
  isMerge?: boolean | undefined;
  verified?: boolean | undefined;
  isBot?: boolean | undefined;
  /** The push that brought it rewrote the branch. */
  forced?: boolean | undefined;
  toDefaultBranch?: boolean | undefined;
  /** The caller's own score and tags, kept beside ours. */
  declared?: { riskScore?: number | undefined; compliance?: string[] | undefined } | undefined;
}

/**
 * Checks one posted commit for one tenant.
 * @throws InvalidInput naming every wrong place; Problem `forbidden` where the body names another tenant
 */
export function parseCommitInput(input: unknown, tenantId: string): IncomingCommit {
  const parsed = CommitInput.safeParse(withoutOurs(wellFormed(input)));
  if (!parsed.success) throw new InvalidInput(issuesOf(parsed.error));
  const commit = parsed.data;
  if (commit.tenantId !== undefined && commit.tenantId !== tenantId) {
    throw new Problem('forbidden', { detail: 'The commit names another tenant than the address does.' });
  }
  const commitDate = utcDate(commit.timestamp);
  if (commit.commitDate !== undefined && commit.commitDate !== commitDate) {
    throw new InvalidInput(
      [{ path: '/commitDate', message: 'must be the UTC date of timestamp' }],
      'invalid-partition-key',
    );
  }
  const { text: message, kinds: redactions } = redact(commit.message);
  return {
    commitHash: commit.commitHash,
    timestamp: commit.timestamp,
    commitDate,
    message,
    redactions,
    author: commit.author,
    authorName: commit.authorName,
    committer: commit.committer,
    pusher: commit.pusher,
    files: commit.filesChanged.map((file) => (typeof file === 'string' ? { path: file } : file)),
    linesAdded: commit.linesAdded,
    linesDeleted: commit.linesDeleted,
    repositories: distinct([
      ...(commit.repository === undefined ? [] : [commit.repository]),
      ...(commit.repositories ?? []),
    ]),
    branches: distinct([...(commit.branch === undefined ? [] : [commit.branch]), ...(commit.branches ?? [])]),
    parents: commit.parents,
    isMerge: commit.isMerge ?? (commit.parents && commit.parents.length > 1),
    verified: commit.verified,
    isBot: commit.isBot,
    declared: { riskScore: commit.riskScore, compliance: commit.compliance },
  };
}

function withoutOurs(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  if (!Object.keys(input).some((name) => ours.has(name))) return input;
  return Object.fromEntries(Object.entries(input).filter(([name]) => !ours.has(name)));
}

/** The beginning of a message, as much as `CommitInput` takes; never half a character. */
export function fittingMessage(message: string): string {
  let fitting = message.slice(0, messageBytesMax);
  while (jsonBytes(fitting) > messageBytesMax) fitting = fitting.slice(0, Math.floor(fitting.length * 0.8));
  return wellFormed(fitting);
}

const jsonBytes = (text: string) => Buffer.byteLength(JSON.stringify(text));

/** Sorted, each once. */
export function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
