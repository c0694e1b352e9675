import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BackfillSummary } from '../cli/backfill';
import { toPosting } from '../cli/backfill/posting';
import { findHead, openRepository, readLog } from '../cli/git';
import { madeRepository } from './backfill/madeRepository';
import { readJson, type StackProcess, startStack } from './stackProcess';

const usage =
  'usage: npm run bench -- backfill [REPOSITORY] [--kills N]\n' +
  'REPOSITORY: a git repository, best of 50,000 commits and more (default: one that is made up)\n' +
  '--kills N: also kill the program N times on the way, every second time the stack with it, and count what is there in the end\n';

/**
 * A whole backfill by the built program into a fresh local stack, beside plain `git log --numstat` of the same range:
 * the least that anything can cost that looks at every change.
 */
export async function run(args: string[]): Promise<void> {
  const kills = Number(args.includes('--kills') ? args.splice(args.indexOf('--kills'), 2)[1] : 0);
  if (args.length > 1 || !Number.isInteger(kills)) {
    process.stderr.write(usage);
    process.exitCode = 2;
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'bench-backfill-'));
  let stack: StackProcess | undefined;
  try {
    const repository = args[0] ?? madeRepository(join(folder, 'made'), 60_000);
    const plainSeconds = await plainLog(repository);
    const reading = await readAll(repository);
    stack = await startStack(join(folder, 'data'));
    const stackBefore = cpuSeconds(stack.pid);
    const { summary, seconds, rssBytesMax, programSeconds } = await backfill(stack, repository, []);
    const stackSeconds = cpuSeconds(stack.pid) - stackBefore;
    print(`git log --numstat   ${plainSeconds.toFixed(1)} s`);
    print(`reading             ${reading.seconds.toFixed(1)} s  ${ratio(reading.seconds, plainSeconds)}`);
    print(`whole backfill      ${seconds.toFixed(1)} s  ${ratio(seconds, plainSeconds)}, at most 5 wanted`);
    print(
      `commits             ${summary.total}, ${Math.round(summary.total / seconds)} a second, 1,500 wanted`,
    );
    if (stackSeconds > 0) {
      const bothSeconds = programSeconds + stackSeconds;
      print(
        `processor time      ${programSeconds.toFixed(1)} s program and git, ${stackSeconds.toFixed(1)} s stack: ${Math.round((2 * summary.total) / bothSeconds)} a second at most on two free cores`,
      );
    }
    print(`outcome             ${summary.stored} stored, ${summary.failed} failed`);
    print(`memory of program   ${Math.round(rssBytesMax / 1e6)} MB at most`);
    if (kills > 0) stack = await killed(stack, repository, kills);
  } finally {
    await stack?.stop('SIGINT');
    rmSync(folder, { recursive: true, force: true });
  }
}

const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const ratio = (seconds: number, plainSeconds: number): string =>
  `${(seconds / plainSeconds).toFixed(2)} times plain git log`;

async function plainLog(repository: string): Promise<number> {
  const began = performance.now();
  const child = spawn('git', ['-C', repository, 'log', '--numstat'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const code = await exit(child);
  if (code !== 0) throw new Error(`git log --numstat ends with ${code}: take a repository that is whole`);
  return (performance.now() - began) / 1000;
}

async function readAll(path: string): Promise<{ seconds: number; commits: number }> {
  const began = performance.now();
  const repository = await openRepository(path);
  const head = await findHead(repository);
  if (!head) throw new Error(`${path} has no commit`);
  let commits = 0;
  for await (const commit of readLog({ directory: path, range: { tip: head.commitHash } })) {
    commits += toPosting(commit, 'bench', 'main').isCut ? 0 : 1;
  }
  return { seconds: (performance.now() - began) / 1000, commits };
}

/** One whole run of the program. */
async function backfill(
  stack: StackProcess,
  repository: string,
  args: string[],
): Promise<{ summary: BackfillSummary; seconds: number; programSeconds: number; rssBytesMax: number }> {
  const began = performance.now();
  const child = startProgram(stack, repository, args);
  let stdout = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  let rssBytesMax = 0;
  let programSeconds = 0;
  const watch = setInterval(() => {
    rssBytesMax = Math.max(rssBytesMax, rssBytes(child.pid));
    const git = childrenOf(child.pid).reduce((sum, pid) => sum + cpuSeconds(pid), 0);
    programSeconds = Math.max(programSeconds, cpuSeconds(child.pid) + git);
  }, 250);
  const code = await exit(child);
  clearInterval(watch);
  if (code !== 0) throw new Error(`backfill ends with ${code}`);
  return {
    summary: JSON.parse(stdout) as BackfillSummary,
    seconds: (performance.now() - began) / 1000,
    programSeconds,
    rssBytesMax,
  };
}

function startProgram(stack: StackProcess, repository: string, args: string[]): ChildProcess {
  return spawn(
    process.execPath,
    [
      resolve('cli/bin.js'),
      '--data',
      stack.dataDirectory,
      'backfill',
      '--json',
      '--repo',
      repository,
      ...args,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
}

/**
 * Kills the program so many times, spread over the range, and every second time the stack too; then counts what a run to
 * the end and a second whole run find. Gives back the stack that runs in the end.
 */
async function killed(first: StackProcess, repository: string, kills: number): Promise<StackProcess> {
  let stack = first;
  const state = join(stack.dataDirectory, 'killed.json');
  const own = ['--tenant', 'killed', '--token', await tokenFor(stack, 'killed'), '--state', state];
  const total = (await readAll(repository)).commits;
  const resumes: number[] = [];
  for (let kill = 1; kill <= kills; kill += 1) {
    const child = startProgram(stack, repository, own);
    const goal = Math.floor((total * kill) / (kills + 1));
    while (doneIn(state) < goal && child.exitCode === null) await sleep(20);
    if (kill % 2 === 0) await stack.stop('SIGKILL');
    child.kill('SIGKILL');
    await exit(child);
    resumes.push(doneIn(state));
    if (kill % 2 === 0) stack = await startStack(stack.dataDirectory, stack.port);
  }
  const last = await backfill(stack, repository, own);
  const check = await backfill(stack, repository, [...own, '--restart']);
  print(
    `killed ${kills} times     ${Math.floor(kills / 2)} with the stack; resumed at ${resumes.join(', ')}`,
  );
  print(
    `after the last run  ${last.summary.sent} of ${last.summary.total} sent, ${last.summary.unchanged} of the last run sent before, ${last.summary.failed} failed`,
  );
  print(
    `sent once more      ${check.summary.unchanged} of ${total} unchanged: ${check.summary.unchanged === total ? 'nothing lost' : 'LOST'}`,
  );
  if (check.summary.unchanged !== total) process.exitCode = 1;
  return stack;
}

/** A tenant of its own has nothing of the run before. */
async function tokenFor(stack: StackProcess, tenantId: string): Promise<string> {
  const child = spawn(
    process.execPath,
    [resolve('cli/bin.js'), '--data', stack.dataDirectory, '--tenant', tenantId, 'token'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let token = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    token += text;
  });
  await exit(child);
  return token.trim();
}

function doneIn(file: string): number {
  const state = readJson(file) as { histories: Record<string, { run?: { done: number } }> } | undefined;
  return Math.max(0, ...Object.values(state?.histories ?? {}).map(({ run }) => run?.done ?? 0));
}

/** Resident memory of a process, where the system tells (Linux). */
function rssBytes(pid: number | undefined): number {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    return pages * 4096;
  } catch {
    return 0;
  }
}

/** Processor time of a process with all its threads and the children that it has waited for, where the system tells (Linux). */
function cpuSeconds(pid: number | undefined): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    // utime, stime, cutime and cstime, in ticks of a hundredth.
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
  } catch {
    return 0;
  }
}

function childrenOf(pid: number | undefined): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  } catch {
    return [];
  }
}

function exit(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((done) => child.once('close', (code) => done(code)));
}
