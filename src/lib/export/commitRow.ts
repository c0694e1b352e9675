import type { CommitItem } from '../commit';

/** What a row of a table tells of a commit. */
export type CommitRow = Pick<
  CommitItem,
  | 'commitHash'
  | 'commitDate'
  | 'timestamp'
  | 'author'
  | 'authorName'
  | 'message'
  | 'repositories'
  | 'branches'
  | 'riskScore'
  | 'riskLevel'
  | 'compliance'
  | 'filesChangedCount'
  | 'linesAdded'
  | 'linesDeleted'
  | 'source'
  | 'createdAt'
  | 'updatedAt'
  | 'review'
  | 'revision'
  | 'contentHash'
>;

/** The heads of the columns, in the order of `commitRow`. New ones go to the end: people count columns. */
export const commitColumns = [
  'commitHash',
  'commitDate',
  'timestamp',
  'author',
  'authorName',
  'subject',
  'repositories',
  'branches',
  'riskScore',
  'riskLevel',
  'compliance',
  'filesChanged',
  'linesAdded',
  'linesDeleted',
  'source',
  'createdAt',
  'updatedAt',
  'review',
  'reviewer',
  'reviewedAt',
  'revision',
  'contentHash',
] as const;

/** The values of one commit; lists are joined by a space, and the subject is the first line of the message. */
export function commitRow(commit: CommitRow): (string | number | undefined)[] {
  return [
    commit.commitHash,
    commit.commitDate,
    commit.timestamp,
    commit.author,
    commit.authorName,
    commit.message.split('\n', 1)[0],
    commit.repositories.join(' '),
    commit.branches.join(' '),
    commit.riskScore,
    commit.riskLevel,
    commit.compliance.join(' '),
    commit.filesChangedCount,
    commit.linesAdded,
    commit.linesDeleted,
    commit.source,
    commit.createdAt,
    commit.updatedAt,
    commit.review?.status ?? 'unreviewed',
    commit.review?.reviewer,
    commit.review?.at,
    commit.revision,
    commit.contentHash,
  ];
}
