/** One path of a commit. Line counts are absent for binary files, submodules and where blobs are not at hand. */
export interface GitFileChange {
  path: string;
  status: 'added' | 'modified' | 'removed' | 'renamed';
  linesAdded?: number;
  linesDeleted?: number;
  previousPath?: string;
}

export interface GitPerson {
  name: string;
  email: string;
  /** ISO 8601 with the person's own offset. */
  timestamp: string;
}

/** A commit as `git log` shows it; a merge carries no files, as there. */
export interface GitCommit {
  commitHash: string;
  parents: string[];
  author: GitPerson;
  committer: GitPerson;
  /** Without trailing newlines. */
  message: string;
  files: GitFileChange[];
  /** Sums over the text files; absent where line counts were not asked for. */
  linesAdded?: number;
  linesDeleted?: number;
}
