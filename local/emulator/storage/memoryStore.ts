import BTree from 'sorted-btree';
import type { KeyRange, OrderedStore } from './orderedStore';

/** Keeps everything in this process's memory: for tests, gone when it closes. */
export function openMemoryStore(): OrderedStore {
  const tree = new BTree<string, Buffer>();

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
    transaction: (work) => work(writer),
    close: async () => tree.clear(),
  };
}
