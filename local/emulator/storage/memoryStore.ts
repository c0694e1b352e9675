import BTree from 'sorted-btree';
import type { KeyRange, OrderedStore } from './orderedStore';

/** Keys a node holds: measured fastest for the inserts of an item. */
const nodeSize = 64;

/** Keeps everything in this process's memory: for tests, gone when it closes. */
export function openMemoryStore(): OrderedStore {
  const tree = new BTree<string, Buffer>(undefined, (a, b) => (a === b ? 0 : a < b ? -1 : 1), nodeSize);

  function* forward({ start, end, limit = Number.POSITIVE_INFINITY }: KeyRange) {
    let left = limit;
    for (const [key, value] of tree.entries(start)) {
      if (key >= end || left <= 0) return;
      left -= 1;
      yield { key, value };
    }
  }

  function* backward({ start, end, limit = Number.POSITIVE_INFINITY }: KeyRange) {
    let left = limit;
    for (const [key, value] of tree.entriesReversed(end, undefined, true)) {
      if (key < start || left <= 0) return;
      left -= 1;
      yield { key, value };
    }
  }

  function* keys(range: KeyRange) {
    for (const { key } of range.reverse ? backward(range) : forward(range)) yield key;
  }

  const writer = {
    get: (key: string) => tree.get(key),
    range: (range: KeyRange) => (range.reverse ? backward(range) : forward(range)),
    keys,
    nextKey: (start: string) => tree.getPairOrNextHigher(start)?.[0],
    put: (key: string, value: Buffer) => {
      tree.set(key, value);
    },
    remove: (key: string) => {
      tree.delete(key);
    },
  };
  return {
    get: writer.get,
    range: writer.range,
    keys,
    nextKey: writer.nextKey,
    transaction: (work) => work(writer),
    close: async () => tree.clear(),
  };
}
