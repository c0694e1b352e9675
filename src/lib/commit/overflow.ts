import type { CommitItem } from './commitItem';
import { sha256OfJson } from './contentHash';

/** Cosmos DB refuses items above 2 MB; the rest is room for reviews and changes to come. */
const itemBytesMax = 1_500_000;

/** The files of a commit that found no room in its item: numbered, in the same logical partition. */
export interface OverflowItem {
  id: string;
  tenantId: string;
  commitDate: string;
  overflowOf: string;
  number: number;
  filesChanged: string[];
  fileChanges?: CommitItem['fileChanges'];
}

type WithFiles = Pick<CommitItem, 'tenantId' | 'commitDate' | 'commitHash' | 'filesChanged' | 'fileChanges'>;

/**
 * Keeps as many files inline as fit, the first ones, and moves the rest to overflow items, each below the limit.
 * `join` gives the commit back. A commit that fits comes back as it is.
 */
export function split<T extends WithFiles>(
  commit: T,
  bytesMax = itemBytesMax,
): { item: T; overflow: OverflowItem[] } {
  const whole = byteLength(commit);
  if (whole <= bytesMax) return { item: commit, overflow: [] };
  const { filesChanged, fileChanges } = commit;
  const sizes = filesChanged.map(
    (path, index) => byteLength(path) + 1 + (fileChanges ? byteLength(fileChanges[index]) + 1 : 0),
  );
  const rest = whole - sizes.reduce((sum, size) => sum + size, 0);
  const cuts: number[] = [];
  let room = bytesMax - rest - 200;
  for (const [index, size] of sizes.entries()) {
    if (size > room) {
      cuts.push(index);
      room = bytesMax - 500;
    }
    room -= size;
  }
  const part = (from: number, to?: number) => ({
    filesChanged: filesChanged.slice(from, to),
    ...(fileChanges && { fileChanges: fileChanges.slice(from, to) }),
  });
  const parts = cuts.map((from, index) => part(from, cuts[index + 1]));
  const filesOverflow = {
    items: parts.length,
    sha256: sha256OfJson(parts.map(({ filesChanged, fileChanges }) => [filesChanged, fileChanges ?? null])),
  };
  const overflow = parts.map((files, number) => ({
    id: overflowId(commit.commitHash, filesOverflow.sha256, number),
    tenantId: commit.tenantId,
    commitDate: commit.commitDate,
    overflowOf: commit.commitHash,
    number,
    ...files,
  }));
  return { item: { ...commit, ...part(0, cuts[0]), filesOverflow }, overflow };
}

/** The commit whole again. */
export function join<T extends WithFiles & { filesOverflow?: unknown }>(
  item: T,
  overflow: readonly OverflowItem[],
): T {
  const ordered = [...overflow].sort((a, b) => a.number - b.number);
  const { filesOverflow: _, ...rest } = item;
  return {
    ...(rest as T),
    filesChanged: [item.filesChanged, ...ordered.map((part) => part.filesChanged)].flat(),
    ...(item.fileChanges && {
      fileChanges: [item.fileChanges, ...ordered.map((part) => part.fileChanges ?? [])].flat(),
    }),
  };
}

/**
 * Named by what is in it: two writers of different files never overwrite each other's, and an item always finds the very
 * files that it was written with.
 */
export function overflowId(commitHash: string, sha256: string, number: number): string {
  return `${commitHash}:files:${sha256.slice(0, 16)}:${number}`;
}

function byteLength(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}
