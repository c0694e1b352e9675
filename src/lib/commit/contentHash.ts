import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { CommitItem } from './commitItem';

/** What a commit says, without the account of how it came to say so. */
export type CommitContent = Omit<
  CommitItem,
  'contentHash' | 'changes' | 'revision' | 'updatedAt' | 'traceparent' | 'ttl'
>;

/** What changes with every write or is told by `changes[]` itself, so it stands outside the hash. */
const outside = new Set([
  'contentHash',
  'changes',
  'traceparent',
  'revision',
  'updatedAt',
  'ttl',
  '_rid',
  '_self',
  '_etag',
  '_attachments',
  '_ts',
  '_lsn',
]);

/** SHA-256 (hex) over the canonical JSON (RFC 8785) of any value. */
export function sha256OfJson(value: unknown): string {
  return createHash('sha256')
    .update(canonicalize(value) ?? 'null')
    .digest('hex');
}

export function contentOf(commit: CommitContent): CommitContent {
  if (!Object.keys(commit).some((name) => outside.has(name))) return commit;
  return Object.fromEntries(
    Object.entries(commit).filter(([name]) => !outside.has(name)),
  ) as unknown as CommitContent;
}

/** SHA-256 (hex) of what a stored commit says, whatever the order of its fields and whenever it was written. */
export function contentHashOf(commit: CommitContent): string {
  return sha256OfJson(contentOf(commit));
}
