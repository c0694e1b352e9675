import { isObject, type JsonObject } from './json';
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

/** How many of an item's leaf values its container's policy indexes (counting stops at 1,000). */
export function indexedPaths(item: JsonObject, policy: IndexingPolicy): number {
  if (policy.indexingMode === 'none') return 0;
  const all = policy.includedPaths.some(({ path }) => path === '/*');
  const named = (name: string, paths: { path: string }[]) =>
    paths.some(({ path }) => path.startsWith(`/${name}/`) || path.startsWith(`/"${name}"/`));
  const leaves = Object.keys(item)
    .filter((name) => (all ? !named(name, policy.excludedPaths) : named(name, policy.includedPaths)))
    .reduce((sum, name) => sum + countLeaves(item[name]), 0);
  return Math.min(leaves, leavesMax) + (policy.compositeIndexes?.length ?? 0);
}

function countLeaves(value: unknown): number {
  const pending = [value];
  let leaves = 0;
  while (pending.length > 0 && leaves < leavesMax) {
    const next = pending.pop();
    if (Array.isArray(next)) pending.push(...next.slice(0, leavesMax));
    else if (isObject(next)) pending.push(...Object.values(next).slice(0, leavesMax));
    else leaves += 1;
  }
  return leaves;
}
