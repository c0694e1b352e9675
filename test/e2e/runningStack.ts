import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StackFile } from '../../local/stack/stack';
import { refuseLeaks, storedTexts } from '../leaks';

/** The built stack as a process of its own, as `npm start` runs it, on free ports and in a folder of its own. */
export interface RunningStack extends StackFile {
  dataDirectory: string;
  /** A request below the tenant's address, with the stack's token unless `headers` has another. */
  call(path: string, init?: RequestInit): Promise<Response>;
  /** The same with a body: a value, or JSON that is written already. */
  send(
    method: 'POST' | 'PUT',
    path: string,
    body: unknown,
    headers?: Record<string, string>,
  ): Promise<Response>;
  /** Runs a timer's function out of turn. @throws Error where the host does not take it */
  runTimer(name: string): Promise<void>;
  /** What it has printed so far. */
  output(): string;
  /** As the machine would: no goodbye. */
  kill(): Promise<void>;
  /** Ctrl-C. Gives the exit code. */
  stop(): Promise<number | null>;
}

export async function startStackProcess(
  dataDirectory: string,
  args: readonly string[] = ['--no-ingest'],
  environment: Record<string, string> = {},
): Promise<RunningStack> {
  await rm(join(dataDirectory, 'stack.json'), { force: true });
  const child = spawn(
    process.execPath,
    ['dist/local/start.js', '--port', '0', '--cosmos-port', '0', '--data', dataDirectory, ...args],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    },
  );
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const file = await poll(
    async () =>
      JSON.parse(
        await readFile(join(dataDirectory, 'stack.json'), 'utf8').catch(() => 'null'),
      ) as StackFile | null,
    30_000,
    () => {
      if (child.exitCode !== null) throw new Error(`The stack ended with ${child.exitCode}: ${printed}`);
    },
  );
  // Without a backfill it is soon ready, and what it reports at the start does not mix with what a test does.
  if (args.includes('--no-ingest'))
    await poll(async () => (printed.includes('Ready') ? true : undefined), 60_000);
  // Whatever a test has done with the stack: its log must be fit to be shown to anybody.
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const stored = await storedTexts({ endpoint: file.cosmosEndpoint, key: file.cosmosKey });
    const code = await ended(child, signal);
    const log = join(dataDirectory, 'host.log');
    refuseLeaks(log, await readFile(log, 'utf8'), stored);
    return code;
  };
  const call: RunningStack['call'] = (path, init = {}) =>
    fetch(`${file.apiUrl}/v1/tenants/${file.tenantId}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${file.token}`, ...(init.headers as Record<string, string>) },
    });
  return {
    ...file,
    dataDirectory,
    call,
    send: (method, path, body, headers = {}) =>
      call(path, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    runTimer: async (name) => {
      const keys = await readFile(join(dataDirectory, 'host/keys.json'), 'utf8');
      const answer = await fetch(`${file.apiUrl.replace(/\/api$/, '')}/admin/functions/${name}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-functions-key': (JSON.parse(keys) as { masterKey: string }).masterKey,
        },
        body: '{"input":""}',
      });
      if (answer.status !== 202) throw new Error(`${name} is not run: ${answer.status}`);
    },
    output: () => printed,
    kill: () => end('SIGKILL').then(() => undefined),
    stop: () => end('SIGINT'),
  };
}

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.kill(signal);
  });
}

/** Asks until the answer is there. @throws Error when the time has run out */
export async function poll<T>(
  ask: () => Promise<T | null | undefined>,
  timeoutMs = 15_000,
  check: () => void = () => {},
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    check();
    const answer = await ask();
    if (answer !== null && answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`Nothing after ${timeoutMs} ms`);
    await sleep(50);
  }
}

/** A folder that is gone after the tests. */
export async function temporaryFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'gitops-healthcare-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** A stack for all tests of a file or a `describe`, in a folder of its own that goes with it after the last one. */
export function startStackForSuite(onStart: (stack: RunningStack) => unknown): void {
  let folder: Awaited<ReturnType<typeof temporaryFolder>> | undefined;
  let stack: RunningStack | undefined;

  beforeAll(async () => {
    folder = await temporaryFolder();
    stack = await startStackProcess(folder.path);
    await onStart(stack);
  }, 60_000);

  afterAll(async () => {
    await stack?.kill();
    await folder?.remove();
  });
}
