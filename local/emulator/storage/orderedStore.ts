/** Half-open range of binary-string keys; `reverse` walks it from the end. */
export interface KeyRange {
  start: string;
  end: string;
  reverse?: boolean;
  limit?: number;
}

export interface StoreReader {
  get(key: string): Buffer | undefined;
  range(range: KeyRange): Iterable<{ key: string; value: Buffer }>;
  /** The keys of a range, without fetching their values. */
  keys(range: KeyRange): Iterable<string>;
  /** The first key at or after `start`. */
  nextKey(start: string): string | undefined;
}

export interface StoreWriter extends StoreReader {
  put(key: string, value: Buffer): void;
  remove(key: string): void;
}

/**
 * An ordered map of binary strings to bytes. Reads see committed state, or the running transaction from inside it.
 */
export interface OrderedStore extends StoreReader {
  /** Runs `work` in one transaction; when this returns, what it wrote is durable. `work` must not throw. */
  transaction(work: (writer: StoreWriter) => void): void;
  close(): Promise<void>;
}
