import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The data directory is being used by another process (or another emulator of this one). */
export class DataDirectoryInUse extends Error {
  constructor(readonly directory: string) {
    super(`the data directory ${directory} is in use by another emulator`);
    this.name = 'DataDirectoryInUse';
  }
}

/** A local address that only this directory maps to. It dies with its process, however that ends. */
function lockAddress(directory: string): string {
  const name = `gitops-healthcare-emulator-${createHash('sha256').update(realpathSync(directory)).digest('hex').slice(0, 24)}`;
  if (process.platform === 'linux') return `\0${name}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  return join(tmpdir(), `${name}.sock`);
}

function listen(address: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen(address, () => {
      server.unref();
      resolve(server);
    });
  });
}

const answers = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(address, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

/**
 * Makes the directory and holds it for this process until the returned function is called.
 * A lock left by a killed process is never in the way.
 * @throws DataDirectoryInUse
 */
export async function lockDataDirectory(directory: string): Promise<() => Promise<void>> {
  mkdirSync(directory, { recursive: true });
  const address = lockAddress(directory);
  let server: Server;
  try {
    server = await listen(address);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    if (process.platform !== 'darwin' || (await answers(address))) throw new DataDirectoryInUse(directory);
    // A socket file outlives a killed process; nobody answers on it any more.
    rmSync(address, { force: true });
    server = await listen(address);
  }
  return () => new Promise((resolve) => server.close(() => resolve()));
}
