import { mkdirSync } from 'node:fs';
import { open } from 'lmdb';
import { fromBinary, toBinary } from '../partition/bytes';
import type { KeyRange, OrderedStore } from './orderedStore';

/**
 * Address space for the data, which takes no memory or disk by itself. A map that grows later leaves its old mappings
 * behind, and the process looks twice as large as it is. (Windows would make the file that long at once.)
 */
const mapBytes = 64 * 1024 ** 3;

/**
 * Keeps everything in `directory` with LMDB. A transaction returns once it is flushed to the disk, so a killed
 * process or a power cut loses nothing that was acknowledged.
 */
export function openLmdbStore(directory: string): OrderedStore {
  mkdirSync(directory, { recursive: true });
  const database = open<Buffer, Buffer>({
    path: directory,
    noSubdir: false,
    encoding: 'binary',
    keyEncoding: 'binary',
    overlappingSync: false,
    cache: false,
    ...(process.platform === 'win32' ? {} : { mapSize: mapBytes }),
  });

  const get = (key: string) => database.get(fromBinary(key));

  function* range({ start, end, reverse = false, limit }: KeyRange) {
    // LMDB walks backwards from an inclusive start to an exclusive end: shift both by one key.
    const bounds = reverse
      ? { start: fromBinary(end), end: fromBinary(start), reverse, exclusiveStart: true, inclusiveEnd: true }
      : { start: fromBinary(start), end: fromBinary(end) };
    for (const { key, value } of database.getRange({ ...bounds, limit, snapshot: true }))
      yield { key: toBinary(key), value };
  }

  const writer = {
    get,
    range,
    put: (key: string, value: Buffer) => {
      database.putSync(fromBinary(key), value);
    },
    remove: (key: string) => {
      database.removeSync(fromBinary(key));
    },
  };
  return {
    get,
    range,
    transaction: (work) => {
      database.transactionSync(() => work(writer));
    },
    close: () => database.close(),
  };
}
