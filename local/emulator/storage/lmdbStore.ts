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

  // LMDB walks backwards from an inclusive start to an exclusive end: shift both by one key.
  const boundsOf = ({ start, end, reverse = false, limit }: KeyRange) =>
    reverse
      ? {
          start: fromBinary(end),
          end: fromBinary(start),
          reverse,
          limit,
          exclusiveStart: true,
          inclusiveEnd: true,
        }
      : { start: fromBinary(start), end: fromBinary(end), limit };

  function* range(wanted: KeyRange) {
    for (const { key, value } of database.getRange(boundsOf(wanted))) yield { key: toBinary(key), value };
  }

  function* keys(wanted: KeyRange) {
    for (const key of database.getKeys(boundsOf(wanted))) yield toBinary(key);
  }

  const nextKey = (start: string) => {
    for (const key of database.getKeys({ start: fromBinary(start), limit: 1 })) return toBinary(key);
    return undefined;
  };

  const writer = {
    get,
    range,
    keys,
    nextKey,
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
    keys,
    nextKey,
    transaction: (work) => {
      database.transactionSync(() => work(writer));
    },
    close: () => database.close(),
  };
}
