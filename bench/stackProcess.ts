import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What `stack.json` tells. */
export interface StackFile {
  apiUrl: string;
  cosmosEndpoint: string;
  cosmosKey: string;
  tenantId: string;
  token: string;
  webhookUrl: string;
  webhookSecret: string;
}

/** A folder for the data of a stack, gone when the work is done. */
export async function withStackFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-stack-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The whole local stack as a process of its own, on the data that is in the folder, for as long as the work takes. */
export async function withStack(folder: string, work: (stack: StackFile) => Promise<void>): Promise<void> {
  rmSync(join(folder, 'stack.json'), { force: true });
  const child = spawn(
    process.execPath,
    ['dist/local/start.js', '--port', '0', '--cosmos-port', '0', '--data', folder, '--no-ingest'],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  try {
    await work(await started(child, folder));
  } finally {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null)
      await new Promise((resolve) => child.once('exit', resolve));
  }
}

async function started(child: ChildProcess, folder: string): Promise<StackFile> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      return JSON.parse(readFileSync(join(folder, 'stack.json'), 'utf8')) as StackFile;
    } catch {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error('The stack did not start');
      await sleep(50);
    }
  }
}

/** Calls a route of the stack's tenant as its administrator. */
export const call = (stack: StackFile, path: string, init: RequestInit = {}) =>
  fetch(`${stack.apiUrl}/v1/tenants/${stack.tenantId}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${stack.token}`, 'content-type': 'application/json' },
  });
