/** What is known of a file from the commits before. */
export interface FileHistory {
  /** Commits that touched it, merges apart. */
  commits: number;
  /** Those of them that announced a repair. */
  fixes: number;
  /** Commits of late: each counts 1 at first, and half as much with every 90 days that pass. */
  recentCommits: number;
}

/** What the tenant's own store knows of the files of one commit, from the commits before it. */
export interface CommitHistory {
  files: ReadonlyMap<string, FileHistory>;
}
