import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import type { Outlet, TelemetryRecord } from './recorder';

/** How to send: the connection string, and by which identity where the resource takes no keys. */
export interface Destination {
  connectionString: string;
  identity: 'none' | 'system-assigned' | { clientId: string };
}

/**
 * Sends records from a thread of its own, which is started with the first of them: the library that sends takes a second
 * to load, and no request shall wait for it. Whatever goes wrong in the thread ends the telemetry and nothing else.
 */
export class ExportThread implements Outlet {
  private worker: Worker | undefined;
  private isBroken = false;

  /** @param path the bundle of `exporter.ts` */
  constructor(
    private readonly destination: Destination,
    private readonly path = join(__dirname, 'telemetry.js'),
  ) {}

  send(records: readonly TelemetryRecord[]): void {
    if (this.isBroken) return;
    try {
      this.worker ??= this.start();
      this.worker.postMessage({ records });
    } catch {
      this.isBroken = true;
    }
  }

  /** Lets the thread send what it has, and waits for that so long and no longer. */
  async stop(timeoutMs: number): Promise<void> {
    const { worker } = this;
    if (!worker || this.isBroken) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage({ stop: true });
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      ended,
      new Promise<void>((resolve) => {
        timer = setTimeout(resolve, timeoutMs);
      }),
    ]);
    clearTimeout(timer);
    this.isBroken = true;
    await worker.terminate();
  }

  private start(): Worker {
    // Loaded here and not with the app: it takes a few milliseconds, and many processes never send anything.
    const { Worker } = process.getBuiltinModule('node:worker_threads');
    const worker = new Worker(this.path, { workerData: this.destination, name: 'telemetry' });
    worker.on('error', () => {
      this.isBroken = true;
    });
    worker.on('exit', () => {
      this.isBroken = true;
    });
    worker.unref();
    return worker;
  }
}
