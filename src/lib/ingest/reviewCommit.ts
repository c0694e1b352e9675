import { type CommitItem, contentOf, type Review, type ReviewStatus, redact } from '../commit';
import type { StoreUnavailable } from '../errors';
import type { Store, WrittenCommit } from '../store';
import { nextRevision } from './revision';

export interface ReviewRequest {
  tenantId: string;
  commitHash: string;
  status: ReviewStatus;
  note?: string | undefined;
  reviewer: string;
  /** The names of the reviewer, in lower case: none may be the author's. Empty where authors may review their own. */
  names: readonly string[];
  /** Our clock. */
  at: string;
  /** The version of the commit that the reviewer looked at; any where absent. */
  etag?: string | undefined;
}

export type Reviewed =
  | { kind: 'reviewed' | 'unchanged'; commit: WrittenCommit }
  | { kind: 'not-found' }
  /** The reviewer made the commit. */
  | { kind: 'own-commit' }
  /** The commit is not the version that was looked at any more. */
  | { kind: 'changed' };

const turnsMax = 8;

/**
 * Records what a person thinks of a commit, as one more change of its record. The same review again writes nothing.
 * @throws StoreUnavailable
 */
export async function reviewCommit(store: Store, request: ReviewRequest): Promise<Reviewed> {
  const { tenantId, commitHash, etag } = request;
  const review: Review = {
    status: request.status,
    ...(request.note !== undefined && { note: redact(request.note).text }),
    reviewer: request.reviewer,
    at: request.at,
  };
  for (let turn = 0; turn < turnsMax; turn++) {
    const commit = await store.commits.get(tenantId, commitHash);
    if (!commit) return { kind: 'not-found' };
    if (etag !== undefined && etag !== '*' && etag !== commit._etag) return { kind: 'changed' };
    if (isAuthor(commit, request.names)) return { kind: 'own-commit' };
    if (isSame(commit.review, review)) return { kind: 'unchanged', commit };
    const next = nextRevision(
      commit,
      { ...contentOf(commit), review },
      { action: 'reviewed', actor: request.reviewer, at: request.at },
    );
    const [outcome] = await store.commits.write([{ commit: next, etag: commit._etag }]);
    if (outcome?.kind === 'written') return { kind: 'reviewed', commit: outcome.item };
    if (outcome?.kind === 'unavailable') throw outcome.error satisfies StoreUnavailable;
  }
  return { kind: 'changed' };
}

function isAuthor({ author, authorName }: CommitItem, names: readonly string[]): boolean {
  const made = [author, authorName].map((name) => name?.toLowerCase());
  return names.some((name) => made.includes(name));
}

function isSame(old: Review | null, now: Review): boolean {
  return old !== null && old.status === now.status && old.note === now.note && old.reviewer === now.reviewer;
}
