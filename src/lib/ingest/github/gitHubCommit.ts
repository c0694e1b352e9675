import * as z from 'zod';
import {
  type FileChange,
  FileStatus,
  fittingMessage,
  type IncomingCommit,
  redact,
  toInstant,
  utcDate,
  wellFormed,
} from '../../commit';
import { type GitHubApi, repositoryParameters } from './gitHubApi';

const maybeText = z.string().nullish();
const Signature = z.object({ name: maybeText, email: maybeText, date: maybeText }).nullish();

/** What we read of a commit. https://docs.github.com/rest/commits/commits#get-a-commit */
export const GitHubCommit = z.object({
  sha: z.string(),
  commit: z.object({
    message: z.string(),
    author: Signature,
    committer: Signature,
    verification: z.object({ verified: z.boolean() }).nullish(),
  }),
  parents: z.array(z.object({ sha: z.string() })).nullish(),
  stats: z.object({ additions: z.int(), deletions: z.int() }).nullish(),
  files: z
    .array(
      z.object({
        filename: z.string().min(1),
        status: z.string(),
        additions: z.int(),
        deletions: z.int(),
        previous_filename: maybeText,
      }),
    )
    .nullish(),
});
export type GitHubCommit = z.infer<typeof GitHubCommit>;

/** GitHub lists no more files than these, in pages of 300. */
const filesListedMax = 3_000;

export type FetchedCommit =
  | { kind: 'found'; commit: IncomingCommit }
  | { kind: 'missing' }
  | { kind: 'forbidden' };

/** Asks for one commit with all its files. @throws QuotaSpent, GitHubUnavailable */
export async function fetchCommit(
  api: GitHubApi,
  where: { repository: string; branch: string },
  commitHash: string,
): Promise<FetchedCommit> {
  let whole: GitHubCommit | undefined;
  for (let page = 1; ; page++) {
    const asked = await api.ask<unknown>('GET /repos/{owner}/{repo}/commits/{ref}', {
      ...repositoryParameters(where.repository),
      ref: commitHash,
      per_page: 100,
      page,
    });
    if (asked.kind !== 'found') return asked;
    const part = GitHubCommit.safeParse(asked.data);
    if (!part.success) return { kind: 'missing' };
    whole = whole ? { ...whole, files: [...(whole.files ?? []), ...(part.data.files ?? [])] } : part.data;
    if (!asked.hasMore || (whole.files?.length ?? 0) >= filesListedMax) break;
  }
  return { kind: 'found', commit: incomingOf(whole, where) };
}

/** A commit as our model has it, redacted. What GitHub does not tell is absent. */
export function incomingOf(
  found: GitHubCommit,
  { repository, branch }: { repository: string; branch: string },
): IncomingCommit {
  const { sha, commit, parents, stats, files } = wellFormed(found);
  const { author, committer } = commit;
  const timestamp = toInstant(author?.date ?? '') ?? '1970-01-01T00:00:00.000Z';
  const { text: message, kinds: redactions } = redact(fittingMessage(commit.message));
  return {
    commitHash: sha.toLowerCase(),
    timestamp,
    commitDate: utcDate(timestamp),
    message,
    redactions,
    author: author?.email || author?.name || 'unknown',
    authorName: author?.name || undefined,
    committer: committer
      ? { name: committer.name || undefined, email: committer.email || undefined }
      : undefined,
    // A list that was cut off says less than the paths of the push.
    files: (files?.length ?? 0) >= filesListedMax ? [] : (files ?? []).map(fileOf),
    linesAdded: stats?.additions,
    linesDeleted: stats?.deletions,
    repositories: [repository],
    branches: [branch],
    parents: parents?.map((parent) => parent.sha),
    isMerge: parents ? parents.length > 1 : undefined,
    verified: commit.verification?.verified,
  };
}

function fileOf(file: NonNullable<GitHubCommit['files']>[number]): FileChange {
  const status = FileStatus.safeParse(file.status);
  return {
    path: file.filename,
    status: status.success ? status.data : 'modified',
    linesAdded: file.additions,
    linesDeleted: file.deletions,
    ...(file.previous_filename && { previousPath: file.previous_filename }),
  };
}
