import { poll, type RunningStack, startStackProcess, temporaryFolder } from '../e2e/runningStack';
import { git, type MadeCommit, TestRepositories } from './gitRepository';
import { type Ended, Program, type RunOptions } from './program';

const nowSeconds = Math.floor(Date.now() / 1000);

/** Thirty commits of the last thirty hours by two authors; the 21st is one to look at. */
export const history: MadeCommit[] = Array.from({ length: 30 }, (_, n) => ({
  message:
    n === 20
      ? 'feat(auth): let anybody in\n\nPHI-Impact: Direct\nClinical-Safety: Critical'
      : `docs: page ${n}`,
  files:
    n === 20
      ? [
          ['src/auth/login.ts', 'export const allow = true;\n'.repeat(400)],
          ['src/phi/patient.ts', 'export const ssn = 1;\n'.repeat(400)],
        ]
      : [[`docs/page${n}.md`, `${n}\n`]],
  date: `${nowSeconds - (30 - n) * 3600} +0000`,
  author: n % 2 ? 'Grace' : 'Ada',
  email: n % 2 ? 'grace@example.org' : 'ada@example.org',
}));

/** The built stack with that history in it, and the built program to ask it. */
export interface StackWithHistory {
  stack: RunningStack;
  program: Program;
  folder: string;
  repository: string;
  riskyHash: string;
  /** A command with the stack's `stack.json` at hand. */
  run(args: readonly string[], options?: RunOptions): Promise<Ended>;
  /** What it prints with --json. */
  json<T>(args: readonly string[], options?: RunOptions): Promise<T>;
  dispose(): Promise<void>;
}

export async function startStackWithHistory(): Promise<StackWithHistory> {
  const repositories = new TestRepositories();
  const program = new Program();
  const folder = await temporaryFolder();
  const repository = repositories.make(history);
  const stack = await startStackProcess(folder.path, ['--repo', repository]);
  await poll(async () => (stack.output().includes('Ready.') ? true : undefined), 90_000);
  const run: StackWithHistory['run'] = (args, options) =>
    program.run(['--data', folder.path, ...args], options);
  return {
    stack,
    program,
    folder: folder.path,
    repository,
    riskyHash: git(repository, 'rev-parse', 'main~9'),
    run,
    json: async (args, options) => JSON.parse((await run([...args, '--json'], options)).stdout),
    dispose: async () => {
      await stack.kill();
      program.dispose();
      repositories.dispose();
      await folder.remove();
    },
  };
}
