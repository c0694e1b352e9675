/** What to send, to whom. */
export interface BackfillOptions {
  repositoryPath: string;
  /** What the commits are filed under. Default: `owner/name` of the remote, else the folder's name. */
  repositoryName?: string;
  /** Ends in `/api`. */
  apiUrl: string;
  tenantId: string;
  /** A bearer token, or where to get a fresh one. */
  token: string | (() => Promise<string>);
  /** A day, an instant or a span (`6 months ago`), by committer date. Default: the whole history. */
  since?: string;
  /** Default: what HEAD is at. */
  branch?: string;
  /** Commits a request, 1 to 500. Default 500. */
  batchSize?: number;
  /** Requests under way at once. Default 3. */
  parallel?: number;
  /** Where progress is kept between runs. Default: in the user's state folder. */
  stateFile?: string;
  /** True forgets what was sent before. */
  restart?: boolean;
  /** False reads no file contents, so no line counts. Default true; false for a partial clone. */
  lineCounts?: boolean;
  onStart?: (start: BackfillStart) => void;
  onProgress?: (progress: BackfillProgress) => void;
  /** Stops cleanly: what is on its way is waited for and remembered. */
  signal?: AbortSignal;
}

/** What is known before the first commit is sent. */
export interface BackfillStart {
  /** What the commits are filed under. */
  repository: string;
  branch: string | undefined;
  /** Commits to send, those that an interrupted run has sent already included. */
  total: number;
  /** How many of them an interrupted run has sent. */
  resumedAt: number;
  isShallow: boolean;
  isPartial: boolean;
}

/** Commits so far. `read` and `sent` begin at `resumedAt`; the other four count this run alone. */
export interface BackfillProgress {
  read: number;
  sent: number;
  total: number | undefined;
  stored: number;
  updated: number;
  unchanged: number;
  failed: number;
}

/** A commit that the API refused, and why. */
export interface FailedCommit {
  commitHash: string;
  reason: string;
}

export interface BackfillSummary extends BackfillProgress, BackfillStart {
  total: number;
  /** The signal stopped it: the same call goes on. */
  interrupted: boolean;
  /** The first hundred; `failed` counts them all. */
  failures: FailedCommit[];
  /** Commits larger than the API takes: their first paths, or the beginning of the message, were sent. */
  cut: string[];
  durationMs: number;
}
