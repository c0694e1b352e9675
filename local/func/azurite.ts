import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { isWindows } from './coreTools';

/** Blob port that `UseDevelopmentStorage=true` means. */
const blobPort = 10_000;
const startTimeoutMs = 120_000;

/** The last version that runs on the given Node; Azurite 3.36 and later need Node 22. */
export function azuriteVersion(nodeMajor: number): string {
  return nodeMajor >= 22 ? '3.37.0' : '3.35.0';
}

/**
 * Starts Azurite, the storage that the timer's lock and state live in, by `npx`, unless something listens on its port already.
 * The first time npx fetches it.
 * @returns how to stop it
 * @throws Error where it does not answer in time.
 */
export async function startAzurite(directory: string): Promise<() => void> {
  if (await answers(blobPort)) return () => undefined;
  await mkdir(directory, { recursive: true });
  const version = azuriteVersion(Number(process.versions.node.split('.')[0]));
  const args = [
    '--yes',
    `azurite@${version}`,
    '--location',
    directory,
    '--silent',
    '--skipApiVersionCheck',
    '--disableTelemetry',
  ];
  // npx runs it as a process of its own; as a group they end together.
  const child = spawn('npx', args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: isWindows,
    detached: !isWindows,
  });
  const stop = (): void => {
    if (child.pid === undefined || child.exitCode !== null) return;
    process.kill(isWindows ? child.pid : -child.pid);
  };
  const deadline = Date.now() + startTimeoutMs;
  while (!(await answers(blobPort))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      stop();
      throw new Error(`Azurite ${version} does not answer on port ${blobPort}.`);
    }
    await new Promise((next) => setTimeout(next, 250));
  }
  return stop;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
