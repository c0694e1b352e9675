import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { CommitFacts, FileFacts, FileStatus } from '../../src/lib/risk';

/** One commit of a labelled history. */
export interface LabelledCommit {
  commitHash: string;
  /** Everything: line counts by file, renames as renames. */
  facts: CommitFacts;
  inducesBug: boolean;
  /** Whether the commit may be used to measure. */
  isEligible: boolean;
  /** Source lines added, by the labels' own count: the sizes within which like is compared with like. */
  sourceLinesAdded: number;
}

export interface LabelledHistory {
  name: string;
  labelsPath: string;
  commits: LabelledCommit[];
}

const statuses: Record<string, FileStatus> = {
  A: 'added',
  M: 'modified',
  D: 'removed',
  R: 'renamed',
  T: 'modified',
};

interface CommitLine {
  commitHash: string;
  author: { name: string; email: string };
  timestamp: string;
  committerDate: string;
  message: string;
  files: { path: string; status: string; added: number | null; deleted: number | null; oldPath?: string }[];
  linesAdded: number;
  linesDeleted: number;
  isMerge: boolean;
}

/**
 * Reads every `NAME.ndjson.gz` of a folder that has a `NAME.labels.csv` beside it, in the order of their names;
 * commits in the order of the file, which is parents first.
 */
export async function readHistories(folder: string): Promise<LabelledHistory[]> {
  const names = (await readdir(folder))
    .filter((name) => name.endsWith('.ndjson.gz'))
    .map((name) => name.slice(0, -'.ndjson.gz'.length))
    .sort();
  if (names.length === 0) throw new Error(`${folder} holds no labelled history (NAME.ndjson.gz)`);
  return Promise.all(names.map((name) => readHistory(folder, name)));
}

async function readHistory(folder: string, name: string): Promise<LabelledHistory> {
  const labelsPath = join(folder, `${name}.labels.csv`);
  const labels = await readLabels(labelsPath);
  const lines = createInterface({
    input: createReadStream(join(folder, `${name}.ndjson.gz`)).pipe(createGunzip()),
  });
  const commits: LabelledCommit[] = [];
  for await (const line of lines) {
    const commit = JSON.parse(line) as CommitLine;
    const label = labels.get(commit.commitHash);
    if (!label) throw new Error(`${labelsPath} has no row for ${commit.commitHash}`);
    commits.push({ commitHash: commit.commitHash, facts: factsOf(commit), ...label });
  }
  return { name, labelsPath, commits };
}

function factsOf(commit: CommitLine): CommitFacts {
  return {
    message: commit.message,
    files: commit.files.map(fileOf),
    filesComplete: true,
    linesAdded: commit.linesAdded,
    linesDeleted: commit.linesDeleted,
    // The committer's clock orders a history better than the author's.
    timestamp: commit.committerDate,
    isBackfill: true,
    isMerge: commit.isMerge,
    isBot: commit.author.name.endsWith('[bot]'),
    author: commit.author.email,
  };
}

function fileOf({ path, status, added, deleted, oldPath }: CommitLine['files'][number]): FileFacts {
  return {
    path,
    status: statuses[status] ?? 'modified',
    ...(oldPath === undefined ? {} : { previousPath: oldPath }),
    ...(added === null ? {} : { linesAdded: added }),
    ...(deleted === null ? {} : { linesDeleted: deleted }),
  };
}

async function readLabels(path: string) {
  const [header = '', ...rows] = (await readFile(path, 'utf8')).split(/\r?\n/);
  const columns = header.split(',');
  const at = (row: string[], name: string) => row[columns.indexOf(name)] ?? '';
  return new Map(
    rows
      .filter((row) => row !== '')
      .map((row) => row.split(','))
      .map((row) => [
        at(row, 'commitHash'),
        {
          inducesBug: at(row, 'induces_bug') === '1',
          isEligible: at(row, 'eligible') === '1',
          sourceLinesAdded: Number(at(row, 'src_added')),
        },
      ]),
  );
}

/** What a push payload tells of a commit: its paths and message, no line counts, a rename as a removal and an addition. */
export function asPushPayload(facts: CommitFacts): CommitFacts {
  const files = facts.files.flatMap(({ path, status, previousPath }): FileFacts[] =>
    status === 'renamed' && previousPath !== undefined
      ? [
          { path: previousPath, status: 'removed' },
          { path, status: 'added' },
        ]
      : [{ path, status }],
  );
  const { linesAdded: _, linesDeleted: __, ...rest } = facts;
  return { ...rest, files };
}

/** What a caller of the JSON API tells: paths and totals, no counts by file. */
export function asPathsAndTotals(facts: CommitFacts): CommitFacts {
  return { ...facts, files: facts.files.map(({ path }) => ({ path })) };
}
