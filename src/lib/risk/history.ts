import { announcesFix } from './announcesFix';
import type { CommitFacts } from './commitFacts';

/** What is known of a file from the commits before. The counts fade: each halves with every 365 days that pass. */
export interface FileHistory {
  recentCommits: number;
  /** Those of them that announced a repair. */
  recentFixes: number;
  /** People who changed it before, the commit's author apart; 32 at most. */
  otherAuthors: number;
}

/** What is known of the files of one commit, from the commits before it. A path that is missing is a new file. */
export interface CommitHistory {
  files: ReadonlyMap<string, FileHistory>;
}

interface FileRecord {
  commits: number;
  fixes: number;
  /** The instant that the counts stand at, in milliseconds since 1970. */
  at: number;
  authors: Set<string>;
}

const halfLifeMs = 365 * 86_400_000;
const authorsMax = 33;

/**
 * Gathers what the scoring needs to know of a repository's past, commit by commit, oldest first. A window is
 * enough (the last thousand commits, say), since counts fade. Pure: its time is the commits' own.
 */
export class HistoryBuilder {
  readonly #files = new Map<string, FileRecord>();
  readonly #pathsMax: number;

  /** `pathsMax` bounds the memory; the paths that were touched least recently are forgotten first. */
  constructor({ pathsMax = 50_000 }: { pathsMax?: number } = {}) {
    this.#pathsMax = pathsMax;
  }

  /** What was known of the commit's files before it. Does not change the builder. */
  of(commit: CommitFacts): CommitHistory {
    const now = instantOf(commit);
    const files = new Map<string, FileHistory>();
    for (const { path, previousPath } of commit.files) {
      const record =
        this.#files.get(path) ?? (previousPath === undefined ? undefined : this.#files.get(previousPath));
      if (!record) continue;
      const faded = fading(record, now);
      files.set(path, {
        recentCommits: record.commits * faded,
        recentFixes: record.fixes * faded,
        otherAuthors: Math.min(
          authorsMax - 1,
          record.authors.size - (record.authors.has(commit.author ?? '') ? 1 : 0),
        ),
      });
    }
    return { files };
  }

  /** Adds a commit to the past. Merges add nothing: what they merge counts by itself. Adding one twice counts it twice. */
  add(commit: CommitFacts): void {
    if (commit.isMerge) return;
    const now = instantOf(commit);
    const fix = !commit.isBot && announcesFix(commit.message) ? 1 : 0;
    for (const { path, previousPath } of commit.files) {
      const record = this.#take(path) ??
        (previousPath === undefined ? undefined : this.#take(previousPath)) ?? {
          commits: 0,
          fixes: 0,
          at: now,
          authors: new Set<string>(),
        };
      const faded = fading(record, now);
      record.commits = record.commits * faded + 1;
      record.fixes = record.fixes * faded + fix;
      record.at = Math.max(record.at, now);
      if (record.authors.size < authorsMax) record.authors.add(commit.author ?? '');
      this.#files.set(path, record);
    }
    for (const path of this.#files.keys()) {
      if (this.#files.size <= this.#pathsMax) break;
      this.#files.delete(path);
    }
  }

  #take(path: string): FileRecord | undefined {
    const record = this.#files.get(path);
    this.#files.delete(path);
    return record;
  }
}

function fading(record: FileRecord, now: number): number {
  return 0.5 ** (Math.max(0, now - record.at) / halfLifeMs);
}

/** When a commit was made; one without a readable time counts as made when the epoch began, so that nothing fades. */
function instantOf({ timestamp, receivedAt }: CommitFacts): number {
  const at = Date.parse(timestamp ?? receivedAt ?? '');
  return Number.isNaN(at) ? 0 : at;
}
