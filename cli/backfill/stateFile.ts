import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What one backfill set out to send. As long as the range has the same order, a count says where to go on. */
export interface Run {
  tip: string;
  exclude: string[];
  sinceSeconds?: number;
  /** Commits in the range when it began: another count means that the repository has changed underneath. */
  total: number;
  /** The oldest so many were sent. */
  done: number;
  /** The newest of them, to see that the order is still the same. */
  newestDone?: string;
  /** The newest of them that is stored, to ask the API whether it still has it. */
  lastStored?: string;
}

/** A history that is stored: everything that `tip` reaches, from `sinceSeconds` on. */
export interface FinishedHistory {
  tip: string;
  sinceSeconds?: number;
  /** Commits that `tip` reached in a shallow clone: more of them later means that it has been deepened. */
  shallowCount?: number;
}

/** What is known of one repository in one tenant. */
export interface SentHistory {
  run?: Run;
  finished: FinishedHistory[];
  /** Commits that the API refused: sent again by every later run until it takes them. */
  refused: string[];
}

interface File {
  version: 1;
  histories: Record<string, SentHistory>;
}

/** How many finished tips are remembered; an older one only means that unchanged commits are sent again. */
const finishedMax = 10;
/** More than so many refused ones have one cause, and a run with --restart comes after mending it. */
const refusedMax = 1_000;

/**
 * Where a backfill has got to, one entry an API, tenant and repository. Replaced as a whole, so that a killed process leaves
 * the old state or the new one; a file that cannot be read counts as none: sending a commit twice changes nothing.
 */
export class StateFile {
  readonly #key: string;

  constructor(
    readonly path: string,
    source: { apiUrl: string; tenantId: string; repository: string },
  ) {
    this.#key = createHash('sha256')
      .update(JSON.stringify([source.apiUrl, source.tenantId, source.repository]))
      .digest('hex')
      .slice(0, 32);
  }

  async read(): Promise<SentHistory> {
    return (await this.#readFile()).histories[this.#key] ?? { finished: [], refused: [] };
  }

  async write(history: SentHistory): Promise<void> {
    const file = await this.#readFile();
    file.histories[this.#key] = {
      ...history,
      finished: history.finished.slice(-finishedMax),
      refused: history.refused.slice(0, refusedMax),
    };
    await mkdir(dirname(this.path), { recursive: true });
    const fresh = `${this.path}.${process.pid}.new`;
    try {
      await writeFile(fresh, `${JSON.stringify(file, undefined, 2)}\n`);
      await rename(fresh, this.path);
    } finally {
      await rm(fresh, { force: true });
    }
  }

  async #readFile(): Promise<File> {
    try {
      const file = JSON.parse(await readFile(this.path, 'utf8')) as Partial<File>;
      if (file.version === 1 && typeof file.histories === 'object' && file.histories !== null)
        return file as File;
    } catch {
      // Absent, or cut short by a full disk: begin again.
    }
    return { version: 1, histories: {} };
  }
}
