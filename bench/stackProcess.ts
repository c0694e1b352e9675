import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StackFile } from '../local/stack/stack';

/** A folder for the data of a stack, gone when the work is done. */
export async function withStackFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-stack-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The whole local stack as a process of its own. */
export interface StackProcess extends StackFile {
  dataDirectory: string;
  port: number;
  stop(signal: 'SIGINT' | 'SIGKILL'): Promise<void>;
}

const stopTimeoutMs = 15_000;

/** Starts a stack on the data that is in the folder; on any free port where none is given. */
export async function startStack(dataDirectory: string, port = 0): Promise<StackProcess> {
  const child = spawn(
    process.execPath,
    [
      ...[resolve('dist/local/start.js'), '--no-ingest', '--data', dataDirectory],
      ...['--port', String(port), '--cosmos-port', '0'],
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const file = await started(child, join(dataDirectory, 'stack.json'));
  return {
    ...file,
    dataDirectory,
    port: Number(new URL(file.apiUrl).port),
    stop: async (signal) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const isOver = once(child, 'exit');
      child.kill(signal);
      const tooLong = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
      await isOver;
      clearTimeout(tooLong);
    },
  };
}

/** What the stack has written of itself; one that was killed has left the file of its own. */
async function started(child: ChildProcess, path: string): Promise<StackFile> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const file = readJson(path) as StackFile | undefined;
    if (file && file.pid === child.pid) return file;
    if (child.exitCode !== null || Date.now() > deadline) throw new Error('The local stack did not start');
    await sleep(50);
  }
}

/** The JSON in a file; undefined where there is none yet. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** A stack on the data that is in the folder, for as long as the work takes. */
export async function withStack(folder: string, work: (stack: StackFile) => Promise<void>): Promise<void> {
  const stack = await startStack(folder);
  try {
    await work(stack);
  } finally {
    await stack.stop('SIGKILL');
  }
}

/** Calls a route of the stack's tenant as its administrator. */
export const call = (stack: StackFile, path: string, init: RequestInit = {}) =>
  fetch(`${stack.apiUrl}/v1/tenants/${stack.tenantId}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${stack.token}`, 'content-type': 'application/json' },
  });
