import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { CommitQueue } from '../../../../local/emulator/storage/commitQueue';
import { DataDirectoryInUse, lockDataDirectory } from '../../../../local/emulator/storage/dataDirectoryLock';
import { openLmdbStore } from '../../../../local/emulator/storage/lmdbStore';
import { openMemoryStore } from '../../../../local/emulator/storage/memoryStore';
import type { OrderedStore } from '../../../../local/emulator/storage/orderedStore';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'store-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const key = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: 6,
});
const change = fc.record({ key, value: fc.option(fc.string(), { nil: undefined }) });

describe.each<[string, () => OrderedStore]>([
  ['in memory', openMemoryStore],
  ['on disk', () => openLmdbStore(directory)],
])('a store %s', (_kind, open) => {
  it('behaves as a sorted map', async () => {
    const store = open();
    const model = new Map<string, string>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { maxLength: 10 }),
        key,
        key,
        fc.boolean(),
        async (changes, a, b, reverse) => {
          store.transaction((writer) => {
            for (const entry of changes) {
              if (entry.value === undefined) writer.remove(entry.key);
              else writer.put(entry.key, Buffer.from(entry.value));
            }
          });
          for (const entry of changes) {
            if (entry.value === undefined) model.delete(entry.key);
            else model.set(entry.key, entry.value);
          }
          const [start, end] = a < b ? [a, b] : [b, a];
          const expected = [...model.keys()]
            .filter((name) => start <= name && name < end)
            .sort((x, y) => (x < y ? -1 : 1));
          const found = [...store.range({ start, end, reverse })].map((entry) => entry.key);
          expect(found).toEqual(reverse ? expected.reverse() : expected);
          const next = [...model.keys()].filter((name) => name >= start).sort((x, y) => (x < y ? -1 : 1))[0];
          expect(store.nextKey(start)).toBe(next);
          for (const [name, value] of [...model].slice(0, 5)) expect(store.get(name)?.toString()).toBe(value);
        },
      ),
      { numRuns: 60 },
    );
    await store.close();
  });

  it('undoes a job that throws, and keeps the jobs beside it', async () => {
    const store = open();
    const queue = new CommitQueue(store);
    const put = (name: string) => queue.write((transaction) => transaction.put(name, Buffer.from(name)));
    const failing = queue.write((transaction) => {
      transaction.put('a', Buffer.from('changed'));
      transaction.put('lost', Buffer.from('lost'));
      throw new Error('refused');
    });
    const results = await Promise.allSettled([put('a'), failing, put('b')]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect([...store.range({ start: 'a', end: 'z' })].map((entry) => entry.value.toString())).toEqual([
      'a',
      'b',
    ]);
    await store.close();
  });
});

describe('the lock of a data directory', () => {
  it('lets one in at a time', async () => {
    const release = await lockDataDirectory(directory);
    await expect(lockDataDirectory(directory)).rejects.toBeInstanceOf(DataDirectoryInUse);
    await release();
    await (await lockDataDirectory(directory))();
  });
});
