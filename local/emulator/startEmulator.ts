import type { Server } from 'node:http';
import { Engine } from './engine';
import { FaultInjector } from './http/faults';
import { createCosmosServer } from './http/server';
import { lockDataDirectory } from './storage/dataDirectoryLock';
import { requireFormat } from './storage/format';
import { openLmdbStore } from './storage/lmdbStore';
import { openMemoryStore } from './storage/memoryStore';
import type { OrderedStore } from './storage/orderedStore';
import { startSweeping } from './sweep';

/** The public key that every Cosmos DB emulator is known by. It guards nothing. */
export const wellKnownKey =
  'C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==';

export const defaultPort = 8081;

export interface EmulatorOptions {
  /** 0 takes any free port. Default 8081. */
  port?: number;
  /** Default 127.0.0.1, which `localhost` reaches too. */
  host?: string;
  /** Where data is kept. Left out (or with `memory`) everything is gone at close. */
  dataDir?: string;
  memory?: boolean;
  /** The account key, base64. Default {@link wellKnownKey}. */
  key?: string;
  /** Serves HTTPS with this certificate and private key (PEM): .NET clients ask for it. */
  tls?: { cert: string; key: string };
  /** The clock, in milliseconds since 1970. */
  now?: () => number;
}

export interface Emulator {
  endpoint: string;
  key: string;
  port: number;
  /** Injects faults into requests: see `Fault`. */
  faults: FaultInjector;
  /** Finishes what is under way, closes connections and the store. May be called twice. */
  close(): Promise<void>;
}

/** The port is taken. */
export class PortInUse extends Error {
  constructor(readonly port: number) {
    super(`port ${port} is in use`);
    this.name = 'PortInUse';
  }
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortInUse(port) : error),
    );
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

async function openStore({
  dataDir,
  memory,
}: EmulatorOptions): Promise<{ store: OrderedStore; unlock(): Promise<void> }> {
  if (memory || dataDir === undefined) return { store: openMemoryStore(), unlock: async () => {} };
  const unlock = await lockDataDirectory(dataDir);
  try {
    return { store: openLmdbStore(dataDir), unlock };
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function openEngine(
  store: OrderedStore,
  unlock: () => Promise<void>,
  now: () => number,
): Promise<Engine> {
  try {
    requireFormat(store);
    return new Engine(store, now);
  } catch (error) {
    await store.close();
    await unlock();
    throw error;
  }
}

/**
 * Starts an emulated Cosmos DB account on this machine.
 * @throws PortInUse, DataDirectoryInUse, UnknownDataFormat
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = defaultPort, host = '127.0.0.1', key = wellKnownKey, now = Date.now } = options;
  const { store, unlock } = await openStore(options);
  const engine = await openEngine(store, unlock, now);
  const faults = new FaultInjector();
  const server = createCosmosServer({ engine, faults, key: Buffer.from(key, 'base64'), tls: options.tls });
  try {
    const bound = await listen(server, port, host);
    const stopSweeping = startSweeping(engine);
    let closing: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      stopSweeping();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await engine.close();
      await unlock();
    };
    const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
    return {
      endpoint: `${options.tls ? 'https' : 'http'}://${shown}:${bound}`,
      key,
      port: bound,
      faults,
      close: () => {
        closing ??= close();
        return closing;
      },
    };
  } catch (error) {
    await engine.close();
    await unlock();
    throw error;
  }
}
