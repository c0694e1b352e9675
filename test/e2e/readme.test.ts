import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import type { AuditEntry } from '../../src/lib/audit';
import { poll, type RunningStack, startStackProcess, temporaryFolder } from './runningStack';

const readme = readFileSync('README.md', 'utf8');
const [send = '', read = ''] = [...readme.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, code]) => code ?? '');
const promised = /```json\n(.*)\n```/.exec(readme)?.[1];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let stack: RunningStack;

beforeAll(async () => {
  folder = await temporaryFolder();
  stack = await startStackProcess(`${folder.path}/.local`);
  symlinkSync(resolve('node_modules'), `${folder.path}/node_modules`);
}, 60_000);

afterAll(async () => {
  await stack?.kill();
  await folder?.remove();
});

/** Runs what stands in the README as a reader would, in a folder with its own `.local`. */
const run = (script: string) =>
  execFileSync('bash', ['-eo', 'pipefail', '-c', script], { cwd: folder.path, encoding: 'utf8' });

describe('the README', () => {
  it('shows commands that do what it says', async () => {
    expect(run(send)).toBe(promised);
    expect(JSON.parse(run(send))).toMatchObject({ duplicate: true });
    const setting = send.split('\n').find((line) => line.startsWith('setting()')) ?? '';
    const [commit, audit] = await poll(async () => {
      const documents = run(`${setting}\n${read.replaceAll(/^(read_api \S.*)$/gm, '$1; echo')}`)
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { status?: number; commitHash?: string; items?: AuditEntry[] });
      return documents[1]?.items?.length ? documents : undefined;
    }, 10_000);
    expect(commit?.commitHash).toBe('6113728f27ae82c7b1a177c8d03f9e96e0adf246');
    expect(audit?.items?.[0]?.action).toBe('recorded');
    expect(() =>
      run(send.replace('$(setting webhookSecret)', 'wrong').replace('curl -sS', 'curl -sS --fail')),
    ).toThrow(/401/);
  }, 60_000);

  it('names only files and scripts that exist', () => {
    for (const [, path = ''] of readme.matchAll(/\]\(([\w./-]+)\)/g))
      expect(readFileSync(path, 'utf8')).not.toBe('');
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    for (const [, name = ''] of readme.matchAll(/npm (?:run )?(start|test|bench|check)\b/g))
      expect(Object.keys(scripts)).toContain(name);
  });
});
