import type { OrderedStore, StoreWriter } from './orderedStore';

/** What one job sees: the store as the jobs before it left it, and a way back. */
export interface Transaction extends StoreWriter {
  /** As `put`, for a key that is certainly not there: nothing needs to be read for the way back. */
  insert(key: string, value: Buffer): void;
  /** Runs `work`; if it throws, everything it wrote is undone before the error goes on. */
  atomically<T>(work: () => T): T;
  /** Has a value written once, when every job has run; none where it then is `undefined`. */
  lastly(key: string, value: () => Buffer | undefined): void;
  /** Registers what must be undone beside the stored bytes (counters held in memory). */
  onUndo(undo: () => void): void;
}

interface Job {
  run(): void;
  acknowledge(): void;
  fail(error: unknown): void;
}

class UndoLog implements Transaction {
  /** What to do to go back, the last first; a key alone stands for its removal. */
  private readonly log: (string | (() => void))[] = [];
  private readonly last = new Map<string, () => Buffer | undefined>();

  constructor(private readonly writer: StoreWriter) {}

  get: StoreWriter['get'] = (key) => this.writer.get(key);
  range: StoreWriter['range'] = (range) => this.writer.range(range);
  keys: StoreWriter['keys'] = (range) => this.writer.keys(range);
  nextKey: StoreWriter['nextKey'] = (start) => this.writer.nextKey(start);

  put(key: string, value: Buffer): void {
    this.remember(key);
    this.writer.put(key, value);
  }

  insert(key: string, value: Buffer): void {
    this.log.push(key);
    this.writer.put(key, value);
  }

  remove(key: string): void {
    this.remember(key);
    this.writer.remove(key);
  }

  lastly(key: string, value: () => Buffer | undefined): void {
    if (!this.last.has(key)) this.last.set(key, value);
  }

  finish(): void {
    for (const [key, latest] of this.last) {
      const value = latest();
      if (value) this.writer.put(key, value);
    }
  }

  onUndo(undo: () => void): void {
    this.log.push(undo);
  }

  atomically<T>(work: () => T): T {
    const mark = this.log.length;
    try {
      return work();
    } catch (error) {
      for (const step of this.log.splice(mark).reverse())
        if (typeof step === 'string') this.writer.remove(step);
        else step();
      throw error;
    }
  }

  private remember(key: string): void {
    const before = this.writer.get(key);
    const kept = before && Buffer.from(before);
    this.log.push(kept ? () => this.writer.put(key, kept) : key);
  }
}

/**
 * Group commit: the writes that arrive in one turn of the event loop share one transaction and one flush.
 * A job runs synchronously, so nothing comes between its check and its write; its promise settles only after the
 * flush, and a job that throws leaves nothing behind while the others go on.
 */
export class CommitQueue {
  private jobs: ((transaction: Transaction) => Job)[] = [];
  private idle: Promise<void> = Promise.resolve();

  constructor(private readonly store: OrderedStore) {}

  write<T>(work: (transaction: Transaction) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.jobs.length === 0)
        this.idle = new Promise((done) => {
          setImmediate(() => {
            this.commit();
            done();
          });
        });
      this.jobs.push((transaction) => {
        let settle: () => void;
        return {
          run: () => {
            try {
              const result = transaction.atomically(() => work(transaction));
              settle = () => resolve(result);
            } catch (error) {
              settle = () => reject(error);
            }
          },
          acknowledge: () => settle(),
          fail: reject,
        };
      });
    });
  }

  /** Resolves once everything queued so far is on disk. */
  drained(): Promise<void> {
    return this.idle;
  }

  private commit(): void {
    const batch = this.jobs;
    this.jobs = [];
    const started: Job[] = [];
    try {
      this.store.transaction((writer) => {
        const transaction = new UndoLog(writer);
        for (const make of batch) {
          const job = make(transaction);
          started.push(job);
          job.run();
        }
        transaction.finish();
      });
    } catch (error) {
      // The store itself failed (a full disk): none of the batch is on disk, so none may be acknowledged.
      for (const job of started) job.fail(error);
      return;
    }
    for (const job of started) job.acknowledge();
  }
}
