import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CosmosClient } from '@azure/cosmos';
import { wellKnownKey } from '../local/emulator/index';

/** A server under measurement, in a process of its own. */
export interface Peer {
  endpoint: string;
  client: CosmosClient;
  readyMs: number;
  /** Resident memory now, in MiB; `undefined` where the system does not say. */
  residentMiB(): number | undefined;
  /** Processor time of all its threads so far, in milliseconds; `undefined` where the system does not say. */
  processorMs(): number | undefined;
  stop(): Promise<void>;
}

/** A query over many items holds this server up for minutes: Node would answer 408 to what waits meanwhile. */
const vercelProgram = `
const { createHttpServer } = require('@vercel/cosmosdb-server');
const server = createHttpServer();
server.requestTimeout = server.headersTimeout = 0;
server.listen(0, '127.0.0.1', () => console.log('ready at http://127.0.0.1:' + server.address().port + '/'));
`;

/** `@vercel/cosmosdb-server`, which keeps everything in memory. */
export const startVercel = (): Promise<Peer> => start(['-e', vercelProgram]);

/** The emulator of this repository, as built. */
export const startOurs = (...args: string[]): Promise<Peer> =>
  start([join(process.cwd(), 'dist/local/emulator.js'), '--port', '0', ...args]);

async function start(args: string[]): Promise<Peer> {
  const began = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const endpoint = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      const found = /(http:\/\/[\d.:]+)/.exec(output)?.[1];
      if (found && output.includes('\n')) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  const readyMs = performance.now() - began;
  // The peer names an https address of itself even over http, so the client must not follow what it is told.
  // Its queries over many items take minutes, longer than a client waits by default.
  const connectionPolicy = { enableEndpointDiscovery: false, requestTimeout: 3_600_000 };
  const client = new CosmosClient({ endpoint, key: wellKnownKey, connectionPolicy });
  return {
    endpoint,
    client,
    readyMs,
    residentMiB: () => residentMiB(child),
    processorMs: () => processorMs(child),
    stop: () => stop(child, client),
  };
}

function residentMiB({ pid }: ChildProcess): number | undefined {
  try {
    const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? undefined : Math.round(Number(kib) / 1024);
  } catch {
    return undefined;
  }
}

function processorMs({ pid }: ChildProcess): number | undefined {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const nanoseconds = threads.map((thread) =>
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
    );
    return nanoseconds.reduce((sum, of) => sum + of, 0) / 1e6;
  } catch {
    return undefined;
  }
}

async function stop(child: ChildProcess, client: CosmosClient): Promise<void> {
  client.dispose();
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

export interface Timing {
  /** Milliseconds of each turn, in the order of their ends. */
  samples: number[];
  /** Milliseconds from the first start to the last end. */
  total: number;
}

/** Times `work` for each of `count` turns, `width` at once. */
export async function time(
  count: number,
  width: number,
  work: (index: number) => Promise<unknown>,
): Promise<Timing> {
  const samples: number[] = [];
  let next = 0;
  const began = performance.now();
  const worker = async () => {
    while (next < count) {
      const index = next;
      next += 1;
      const start = performance.now();
      await work(index);
      samples.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return { samples, total: performance.now() - began };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[sorted.length >> 1] ?? 0;
}
