import * as z from 'zod';
import {
  type FileChange,
  fittingMessage,
  type IncomingCommit,
  issuesOf,
  redact,
  toInstant,
  utcDate,
  wellFormed,
} from '../commit';
import { InvalidInput } from '../errors';
import type { PushFacts } from '../store';

const maybeText = z.string().nullish();
const ObjectName = z.string().regex(/^[0-9A-Za-z]{7,64}$/, 'must be a git object name');
const paths = z.array(z.string()).nullish();
const Person = z.object({ name: maybeText, email: maybeText, username: maybeText }).nullish();

/** What we read of a `push` webhook payload. https://docs.github.com/webhooks/webhook-events-and-payloads#push */
const GitHubPush = z.object({
  ref: z.string().min(1).max(1_024),
  before: ObjectName,
  after: ObjectName,
  created: z.boolean().nullish(),
  deleted: z.boolean().nullish(),
  forced: z.boolean().nullish(),
  repository: z.object({
    id: z.number(),
    full_name: z.string().min(1).max(300),
    default_branch: maybeText,
    master_branch: maybeText,
    pushed_at: z.union([z.string(), z.number()]).nullish(),
  }),
  pusher: z.object({ name: maybeText, email: maybeText }).nullish(),
  sender: z.object({ login: maybeText, type: maybeText }).nullish(),
  commits: z
    .array(
      z.object({
        id: z.string().regex(/^[0-9a-fA-F]{40,64}$/, 'must be a git object name'),
        message: maybeText,
        timestamp: maybeText,
        author: Person,
        committer: Person,
        added: paths,
        modified: paths,
        removed: paths,
      }),
    )
    .nullish(),
});
type GitHubPush = z.infer<typeof GitHubPush>;
type GitHubCommit = NonNullable<GitHubPush['commits']>[number];

/** A date that cannot be read; as old as can be, so that the score calls it back-dated. */
const unreadableDate = '1970-01-01T00:00:00.000Z';
const branchPrefix = 'refs/heads/';

/**
 * A push payload as our model has it: facts of the push, and its commits, redacted. Tags, deletions and empty pushes
 * have no commits. A single commit is never a reason to refuse the others.
 * @throws InvalidInput where it is no push payload
 */
export function normalisePush(payload: unknown): { push: PushFacts; commits: IncomingCommit[] } {
  const parsed = GitHubPush.safeParse(wellFormed(payload));
  if (!parsed.success) throw new InvalidInput(issuesOf(parsed.error));
  const { repository, sender, pusher, ...event } = parsed.data;
  const defaultBranch = repository.default_branch ?? repository.master_branch ?? undefined;
  const pushedAt = pushTime(repository.pushed_at);
  const push: PushFacts = {
    repository: repository.full_name,
    repositoryId: repository.id,
    ...(defaultBranch !== undefined && { defaultBranch }),
    ref: event.ref,
    before: event.before.toLowerCase(),
    after: event.after.toLowerCase(),
    created: event.created ?? false,
    deleted: event.deleted ?? false,
    forced: event.forced ?? false,
    ...(pushedAt !== undefined && { pushedAt }),
    ...(pusher?.name && { pusher: pusher.name.slice(0, 300) }),
    ...(sender?.login && { sender: sender.login.slice(0, 300) }),
    senderIsBot: sender?.type === 'Bot',
  };
  const isBranch = push.ref.startsWith(branchPrefix) && !push.deleted;
  return { push, commits: isBranch ? (event.commits ?? []).map((commit) => incoming(commit, push)) : [] };
}

function incoming(commit: GitHubCommit, push: PushFacts): IncomingCommit {
  const timestamp = toInstant(commit.timestamp ?? '') ?? unreadableDate;
  const { text: message, kinds: redactions } = redact(fittingMessage(commit.message ?? ''));
  const branch = push.ref.slice(branchPrefix.length);
  const { author, committer } = commit;
  return {
    commitHash: commit.id.toLowerCase(),
    timestamp,
    commitDate: utcDate(timestamp),
    message,
    redactions,
    author: text(author?.email) ?? text(author?.username) ?? text(author?.name) ?? 'unknown',
    authorName: text(author?.name),
    committer: committer ? { name: text(committer.name), email: text(committer.email) } : undefined,
    pusher: push.pusher,
    pushedAt: push.pushedAt,
    files: filesOf(commit),
    repositories: [push.repository],
    branches: [branch],
    isBot: push.senderIsBot,
    forced: push.forced || undefined,
    // Merging in the web interface makes GitHub itself the committer; anything else came by a push of somebody's own.
    toDefaultBranch:
      push.defaultBranch === undefined
        ? undefined
        : branch === push.defaultBranch && committer?.username !== 'web-flow',
  };
}

/** A rename shows as a removal and an addition; a path named twice keeps its last state. */
function filesOf({ added, modified, removed }: GitHubCommit): FileChange[] {
  const files = new Map<string, FileChange>();
  const add = (list: readonly string[] | null | undefined, status: NonNullable<FileChange['status']>) => {
    for (const path of list ?? []) if (path.length > 0) files.set(path, { path, status });
  };
  add(removed, 'removed');
  add(modified, 'modified');
  add(added, 'added');
  return [...files.values()];
}

/** In a push event a number, seconds since 1970; elsewhere GitHub writes a date-time. */
function pushTime(time: string | number | null | undefined): string | undefined {
  if (typeof time === 'string') return toInstant(time);
  const milliseconds = (time ?? 0) * 1000;
  return milliseconds > 0 && milliseconds <= 253_402_300_799_000
    ? new Date(milliseconds).toISOString()
    : undefined;
}

function text(value: string | null | undefined): string | undefined {
  const trimmed = value?.trim().slice(0, 500);
  return trimmed ? trimmed : undefined;
}
