/** What happened to one path in a commit; `removed` and `renamed` as GitHub's push payload and `git` say. */
export type FileStatus = 'added' | 'modified' | 'removed' | 'renamed';

/** One changed path. Line counts are absent, not zero, where the source did not tell them. */
export interface FileFacts {
  /** Relative to the repository's root, with forward slashes. */
  path: string;
  /** `modified` when absent. */
  status?: FileStatus;
  linesAdded?: number;
  linesDeleted?: number;
  /** The path before a rename. */
  previousPath?: string;
}

/**
 * What is known of one commit when it is scored. Everything but the message and the files is optional, and
 * absent means unknown. Nothing here is trusted: messages, paths and times are whatever their author wrote.
 */
export interface CommitFacts {
  message: string;
  files: FileFacts[];
  /** True when `files` is the whole change, so that an empty list means an empty commit; false when it was cut short. */
  filesComplete?: boolean;
  /** Totals over all files, for callers that do not know them by file. */
  linesAdded?: number;
  linesDeleted?: number;
  /** The author's own clock, RFC 3339. */
  timestamp?: string;
  /** When we first saw the commit, RFC 3339. With `timestamp` it tells back-dated and future commits. */
  receivedAt?: string;
  /** True when `receivedAt` says nothing about when the commit was made: a backfill of old history. */
  isBackfill?: boolean;
  isMerge?: boolean;
  /** By the sender's account type, never by the author's text. */
  isBot?: boolean;
  /** Whether the signature was verified; absent when nobody looked. */
  verified?: boolean;
  /** True when the repository's commits have to carry a verified signature. */
  repositorySigns?: boolean;
  author?: string;
  /** The push that brought it rewrote history. */
  forced?: boolean;
  /** Pushed straight to the default branch, not by the merge of a reviewed pull request. */
  toDefaultBranch?: boolean;
  /** Kinds of secrets and patient identifiers that were taken out of the message before scoring. */
  redactions?: string[];
}
