import { type CommitInput, fittingMessage } from '../../src/lib/commit';
import type { GitCommit, GitFileChange } from '../git';

/** The limits of the API (src/lib/commit): longer values would be refused. */
const pathsMax = 200_000;
/** Below this, a message fits however it is written in JSON. */
const messageLengthSafe = 80_000;
const branchLengthMax = 300;
const nameLengthMax = 500;
/** A commit alone in its request must stay below the API's 25 MB. */
const commitBytesMax = 20_000_000;

export interface Posting {
  commitHash: string;
  /** The commit as the API takes it. */
  json: Buffer;
  /** The commit is larger than the API takes: only its first paths, or the beginning of its message, are in it. */
  isCut: boolean;
}

/** A commit of a git repository as the API takes it. */
export function toPosting(commit: GitCommit, repository: string, branch: string | undefined): Posting {
  const message = commit.message.length > messageLengthSafe ? fittingMessage(commit.message) : commit.message;
  const input: CommitInput = {
    commitHash: commit.commitHash,
    message,
    timestamp: commit.author.timestamp,
    author: clip(commit.author.email) || clip(commit.author.name) || 'unknown',
    authorName: commit.author.name ? clip(commit.author.name) : undefined,
    committer: {
      name: clip(commit.committer.name),
      email: clip(commit.committer.email),
      timestamp: commit.committer.timestamp,
    },
    parents: commit.parents,
    isMerge: commit.parents.length > 1,
    repository,
    branch: branch?.slice(0, branchLengthMax),
    filesChanged: commit.files.length > pathsMax ? commit.files.slice(0, pathsMax) : commit.files,
    linesAdded: commit.linesAdded,
    linesDeleted: commit.linesDeleted,
  };
  let isCut = commit.files.length > pathsMax || message !== commit.message;
  let json = jsonOf(input);
  if (json.length > commitBytesMax) {
    const room = commitBytesMax - (json.length - jsonOf(input.filesChanged).length);
    const filesChanged = firstPaths(commit.files, room);
    isCut ||= filesChanged.length < commit.files.length;
    json = jsonOf({ ...input, filesChanged });
  }
  return { commitHash: commit.commitHash, json, isCut };
}

/** As many paths as fit, without their line counts: the sums of the commit stay. */
function firstPaths(files: readonly GitFileChange[], bytesMax: number): { path: string; status: string }[] {
  const kept: { path: string; status: string }[] = [];
  let bytes = 2;
  for (const { path, status } of files) {
    const entry = { path, status };
    bytes += Buffer.byteLength(JSON.stringify(entry)) + 1;
    if (bytes > bytesMax || kept.length === pathsMax) break;
    kept.push(entry);
  }
  return kept;
}

/** Longer JSON fills a request by itself and may reach its limit, so it is not made longer. */
const asciiLengthMax = 1_000_000;

/** In ASCII: a single letter beyond it would make the app keep a whole request in two bytes a character. */
function jsonOf(value: unknown): Buffer {
  const text = JSON.stringify(value);
  if (text.length > asciiLengthMax) return Buffer.from(text);
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return Buffer.from(text.replace(/[^\0-\x7f]/g, escaped), 'latin1');
}

function clip(text: string): string {
  return text.length > nameLengthMax ? text.slice(0, nameLengthMax) : text;
}
