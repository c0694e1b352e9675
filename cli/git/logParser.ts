import type { GitCommit, GitFileChange, GitPerson } from './commit';
import { commitMark, headerTokens } from './logFormat';
import { decodePath, decodeText } from './text';

const colon = 0x3a;
const newline = 0x0a;
const tab = 0x09;
const minus = 0x2d;
const submoduleMode = '160000';

const statuses: Record<string, GitFileChange['status']> = {
  A: 'added',
  C: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  T: 'modified',
};

/**
 * Turns the tokens of `git log` (see logFormat.ts) into commits, one at a time.
 * @throws Error where the output is not what git promises
 */
export class LogParser {
  #header: Buffer[] = [];
  #commit: GitCommit | undefined;
  #submodules = new Set<GitFileChange>();
  /** Which of the commit's files the next --numstat line is about. */
  #numstatAt = 0;
  #expect: 'top' | 'header' | 'rawPath' | 'rawNewPath' | 'numstatOldPath' | 'numstatNewPath' = 'top';
  #status = '';
  #isSubmodule = false;
  #oldPath: string | undefined;
  #counts: { added: number; deleted: number } | undefined;

  constructor(private readonly lineCounts: boolean) {}

  /** Takes one token, without its NUL. Gives back the commit before it when the token begins another one. */
  push(token: Buffer): GitCommit | undefined {
    switch (this.#expect) {
      case 'header':
        this.#header.push(token);
        if (this.#header.length === headerTokens) {
          this.#commit = this.#readHeader();
          this.#expect = 'top';
        }
        return undefined;
      case 'rawPath':
        if (this.#status === 'R' || this.#status === 'C') {
          this.#oldPath = decodePath(token);
          this.#expect = 'rawNewPath';
        } else this.#addFile(decodePath(token));
        return undefined;
      case 'rawNewPath':
        this.#addFile(decodePath(token));
        return undefined;
      case 'numstatOldPath':
        this.#expect = 'numstatNewPath';
        return undefined;
      case 'numstatNewPath':
        this.#addCounts(decodePath(token));
        return undefined;
      case 'top':
        return this.#top(token);
    }
  }

  /** The last commit, once all tokens are in. */
  end(): GitCommit | undefined {
    if (this.#expect !== 'top') throw new Error('git log ended in the middle of a commit');
    return this.#take();
  }

  #top(token: Buffer): GitCommit | undefined {
    const start = token[0] === newline ? 1 : 0;
    const first = token[start];
    if (first === undefined) return undefined;
    if (first === commitMark) {
      const done = this.#take();
      this.#header = [token.subarray(start + 1)];
      this.#expect = 'header';
      return done;
    }
    if (first === colon) this.#readRaw(token.toString('latin1', start));
    else this.#readNumstat(token.subarray(start));
    return undefined;
  }

  #take(): GitCommit | undefined {
    const done = this.#commit;
    this.#commit = undefined;
    this.#numstatAt = 0;
    this.#submodules.clear();
    return done;
  }

  #readHeader(): GitCommit {
    const [hash, parents, name, email, date, committerName, committerEmail, committerDate, message] = this
      .#header as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer];
    this.#header = [];
    return {
      commitHash: hash.toString('latin1'),
      parents: parents.length === 0 ? [] : parents.toString('latin1').split(' '),
      author: readPerson(name, email, date),
      committer: readPerson(committerName, committerEmail, committerDate),
      message: decodeText(message).replace(/\n+$/, ''),
      files: [],
      ...(this.lineCounts ? { linesAdded: 0, linesDeleted: 0 } : {}),
    };
  }

  /** `:oldMode newMode oldHash newHash status[score]`, as in "RAW OUTPUT FORMAT" of git-diff-tree. */
  #readRaw(line: string): void {
    const [oldMode, newMode, , , status] = line.slice(1).split(' ');
    if (oldMode === undefined || newMode === undefined || status === undefined) {
      throw new Error(`git log printed a raw line of an unknown form: ${line}`);
    }
    this.#status = status.charAt(0);
    this.#isSubmodule = oldMode === submoduleMode || newMode === submoduleMode;
    this.#expect = 'rawPath';
  }

  #addFile(path: string): void {
    this.#expect = 'top';
    const file: GitFileChange = { path, status: statuses[this.#status] ?? 'modified' };
    if (file.status === 'renamed' && this.#oldPath !== undefined) file.previousPath = this.#oldPath;
    this.#oldPath = undefined;
    this.#commit?.files.push(file);
    if (this.#isSubmodule) this.#submodules.add(file);
  }

  #readNumstat(line: Buffer): void {
    const firstTab = line.indexOf(tab);
    const secondTab = line.indexOf(tab, firstTab + 1);
    if (firstTab < 1 || secondTab < 0) {
      throw new Error(
        `git log printed a line of an unknown form: ${JSON.stringify(line.toString('utf8', 0, 80))}`,
      );
    }
    this.#counts =
      line[0] === minus
        ? undefined
        : {
            added: Number(line.toString('latin1', 0, firstTab)),
            deleted: Number(line.toString('latin1', firstTab + 1, secondTab)),
          };
    if (secondTab === line.length - 1) this.#expect = 'numstatOldPath';
    else this.#addCounts(decodePath(line.subarray(secondTab + 1)));
  }

  /** Both lists are in the same order, but --numstat leaves out what differs in nothing that it counts. */
  #addCounts(path: string): void {
    this.#expect = 'top';
    const commit = this.#commit;
    if (!commit) return;
    while (this.#numstatAt < commit.files.length && commit.files[this.#numstatAt]?.path !== path)
      this.#numstatAt += 1;
    const file = commit.files[this.#numstatAt];
    this.#numstatAt += 1;
    if (!file || !this.#counts || this.#submodules.has(file)) return;
    file.linesAdded = this.#counts.added;
    file.linesDeleted = this.#counts.deleted;
    commit.linesAdded = (commit.linesAdded ?? 0) + this.#counts.added;
    commit.linesDeleted = (commit.linesDeleted ?? 0) + this.#counts.deleted;
  }
}

function readPerson(name: Buffer, email: Buffer, date: Buffer): GitPerson {
  return { name: decodeText(name), email: decodeText(email), timestamp: isoDate(date.toString('latin1')) };
}

/** The last instant that ISO 8601 writes with four digits of a year. */
const secondsMax = 253_402_300_799;

/**
 * git's raw date (`1736984733 -0500`) as ISO 8601 with the same offset. An offset no clock has (broken tools
 * wrote +5130) becomes UTC: the instant is the same. An instant past the year 9999 becomes the last one before.
 */
export function isoDate(raw: string): string {
  const [seconds = '0', zone = '+0000'] = raw.split(' ');
  const hours = Number(zone.slice(1, -2));
  const minutes = Number(zone.slice(-2));
  const usable = /^[+-]\d{4}$/.test(zone) && hours < 24 && minutes < 60;
  const offsetSeconds = usable ? (hours * 60 + minutes) * 60 * (zone.startsWith('-') ? -1 : 1) : 0;
  const instant = Math.min(Math.max(Number(seconds) || 0, 0), secondsMax);
  const local = Math.min(Math.max(instant + offsetSeconds, 0), secondsMax);
  const digits = new Date(local * 1000).toISOString().slice(0, 19);
  if (!usable || local !== instant + offsetSeconds) {
    return `${new Date(instant * 1000).toISOString().slice(0, 19)}Z`;
  }
  return offsetSeconds === 0 ? `${digits}Z` : `${digits}${zone.slice(0, 3)}:${zone.slice(3)}`;
}
