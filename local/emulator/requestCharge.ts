import { systemProperties } from './items/itemBody';
import type { JsonObject } from './json';
import { pathSegments } from './partition/partitionKey';
import type { IndexingPolicy } from './resources/indexingPolicy';

/**
 * Request charges (RU) after the service's documented rules of thumb: estimates that make a wasteful operation show,
 * not a bill. Anchors: reading 1 KB is 1 and 100 KB 10; writing 1 KB is about 5 and 100 KB about 50.
 */
const kilobytes = (bytes: number): number => Math.max(1, bytes / 1024);

const rounded = (charge: number): number => Math.round(charge * 100) / 100;

export const readCharge = (bytes: number): number => rounded(1 + (kilobytes(bytes) - 1) * (9 / 99));

/** What an operation costs that finds nothing to do (404, 304, 409, 412). */
export const missCharge = 1;

const perIndexedPath = 0.05;

/** `replaced` is for a write over an existing item, which costs about twice as much. */
export function writeCharge(bytes: number, indexedPaths: number, replaced = false): number {
  const charge = 4.8 + (kilobytes(bytes) - 1) * (45 / 99) + indexedPaths * perIndexedPath;
  return rounded(replaced ? charge * 2 : charge);
}

/** A query pays for each physical partition it asks, each item it looks at, and each kilobyte it returns. */
export const queryCharge = (partitions: number, itemsRead: number, bytesReturned: number): number =>
  rounded(2.3 * Math.max(1, partitions) + itemsRead * 0.03 + (bytesReturned / 1024) * 0.3);

export const feedCharge = (itemsReturned: number, bytesReturned: number): number =>
  itemsReturned === 0 ? missCharge : rounded(2 + itemsReturned * 0.03 + (bytesReturned / 1024) * 0.3);

const leavesMax = 1000;

/** What a policy indexes: every property but those of `names`, or only those. */
interface IndexedNames {
  all: boolean;
  names: Set<string>;
  systemValues: number;
}

const known = new WeakMap<IndexingPolicy, IndexedNames>();

function indexedNames(policy: IndexingPolicy): IndexedNames {
  let indexed = known.get(policy);
  if (!indexed) {
    const all = policy.includedPaths.some(({ path }) => path === '/*');
    const paths = all ? policy.excludedPaths : policy.includedPaths;
    const names = new Set(paths.map(({ path }) => pathSegments(path)[0] ?? ''));
    const system = ['_rid', '_self', '_etag', '_attachments', '_ts'];
    indexed = { all, names, systemValues: system.filter((name) => names.has(name) !== all).length };
    known.set(policy, indexed);
  }
  return indexed;
}

/** How many of an item's leaf values its container's policy indexes (counting stops at 1,000). */
export function indexedPaths(item: JsonObject, policy: IndexingPolicy): number {
  if (policy.indexingMode === 'none') return 0;
  const { all, names, systemValues } = indexedNames(policy);
  let leaves = systemValues;
  for (const name of Object.keys(item))
    if (names.has(name) !== all && !systemProperties.has(name)) leaves = countLeaves(item[name], leaves);
  return Math.min(leaves, leavesMax) + (policy.compositeIndexes?.length ?? 0);
}

/** Adds a value's leaves to `counted`, up to a little more than the maximum. */
function countLeaves(value: unknown, counted: number): number {
  if (typeof value !== 'object' || value === null) return counted + 1;
  let leaves = counted;
  for (const child of Array.isArray(value) ? value : Object.values(value)) {
    if (leaves >= leavesMax) break;
    leaves = countLeaves(child, leaves);
  }
  return leaves;
}
