import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const folders: string[] = [];

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gitops-test-'));
  folders.push(folder);
  return folder;
}

afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

/** A stand-in for a command of Azure: notes its arguments in `calls`, then runs the shell script. */
async function standIn(folder: string, name: string, script: string): Promise<void> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\nprintf '%s\\n' "${name} $*" >> "${folder}/calls"\n${script}\n`);
  await chmod(path, 0o755);
}

const callsOf = (folder: string) => readFile(join(folder, 'calls'), 'utf8').catch(() => '');

/** The hook's output and exit code; commands of Azure are looked for in `folder` first. */
async function runHook(
  name: string,
  folder: string,
  environment: Record<string, string>,
  cwd = process.cwd(),
) {
  const env = { PATH: `${folder}${delimiter}${process.env.PATH}`, ...environment };
  return run(process.execPath, [join(process.cwd(), 'infra/hooks', name)], { cwd, env }).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      output: error.stdout + error.stderr,
    }),
  );
}

describe('check-settings', () => {
  async function folderWith(issuers: string): Promise<string> {
    const folder = await newFolder();
    await mkdir(join(folder, 'infra'));
    await writeFile(join(folder, 'infra/issuers.json'), issuers);
    await standIn(folder, 'azd', '');
    return folder;
  }
  const ours = '[{"preset":"github-actions","audience":"https://gitops.example","owners":{"65":"clinic"}}]';

  test('refuses the issuers of the sample', async () => {
    const folder = await folderWith(
      '[{"preset":"github-actions","audience":"api://x","owners":{"0":"tenant-001"}}]',
    );
    const { code, output } = await runHook(
      'check-settings.mjs',
      folder,
      { AZURE_LOCATION: 'westeurope' },
      folder,
    );
    expect(code).toBe(1);
    expect(output).toContain('infra/issuers.json still holds the ids of the sample');
  });

  test.each([
    [
      'serverless in two regions',
      { GITOPS_PROFILE: 'dev', GITOPS_SECONDARY_LOCATION: 'northeurope' },
      'serverless',
    ],
    ['production in one region', { GITOPS_PROFILE: 'prod' }, 'needs a second region'],
    ['a profile that does not exist', { GITOPS_PROFILE: 'test' }, 'must be dev or prod'],
    [
      'the same region twice',
      { GITOPS_PROFILE: 'prod', GITOPS_SECONDARY_LOCATION: 'westeurope' },
      'another region',
    ],
    [
      'several write regions in development',
      { GITOPS_MULTIPLE_WRITE_REGIONS: 'true' },
      'is for the profile prod',
    ],
    [
      'workers in a region without the app',
      { GITOPS_WORKER_LOCATION: 'uksouth' },
      'must be one of westeurope',
    ],
  ])('refuses %s', async (_what, settings: Record<string, string>, message) => {
    const folder = await folderWith(ours);
    const environment = { AZURE_LOCATION: 'westeurope', ...settings };
    const { code, output } = await runHook('check-settings.mjs', folder, environment, folder);
    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining(message) });
    expect(await callsOf(folder)).toBe('');
  });

  test('keeps the first month of the budget, once', async () => {
    const folder = await folderWith(ours);
    const environment = { AZURE_LOCATION: 'westeurope', AZURE_ENV_NAME: 'dev' };
    expect((await runHook('check-settings.mjs', folder, environment, folder)).code).toBe(0);
    expect(await callsOf(folder)).toMatch(/^azd env set GITOPS_BUDGET_START_DATE \d{4}-\d{2}-01\n$/);
    const again = { ...environment, GITOPS_BUDGET_START_DATE: '2026-11-01' };
    expect((await runHook('check-settings.mjs', folder, again, folder)).code).toBe(0);
    expect((await callsOf(folder)).split('\n')).toHaveLength(2);
  });
});

describe('create-webhook-key', () => {
  const environment = {
    GITOPS_KEY_VAULT_NAME: 'kv-test',
    GITOPS_WEBHOOK_KEY_NAME: 'webhook-master-key',
    GITOPS_PATIENCE_MS: '300',
  };

  test('makes a key of 48 random bytes that no command line ever shows', async () => {
    const folder = await newFolder();
    const set = `case "$*" in *" set "*) while [ "$1" != "--file" ]; do shift; done
      cp "$2" "${folder}/kept"; ls -l "$2" > "${folder}/mode";; *) echo "(SecretNotFound)" >&2; exit 3;; esac`;
    await standIn(folder, 'az', set);
    const { code, output } = await runHook('create-webhook-key.mjs', folder, environment);
    const key = await readFile(join(folder, 'kept'), 'utf8');
    expect(code).toBe(0);
    expect(Buffer.from(key, 'base64url')).toHaveLength(48);
    expect(await readFile(join(folder, 'mode'), 'utf8')).toMatch(/^-rw-------/);
    expect(`${output}${await callsOf(folder)}`).not.toContain(key);
    const file = /--file (\S+)/.exec(await callsOf(folder))?.[1] ?? '';
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('leaves a key that is there alone', async () => {
    const folder = await newFolder();
    await standIn(folder, 'az', '');
    const { code, output } = await runHook('create-webhook-key.mjs', folder, environment);
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('is in kv-test') });
    expect(await callsOf(folder)).not.toContain(' set ');
  });

  test('makes no new key where it cannot see whether there is one', async () => {
    const folder = await newFolder();
    await standIn(folder, 'az', 'echo "(Forbidden) Caller is not authorized" >&2; exit 1');
    const { code } = await runHook('create-webhook-key.mjs', folder, environment);
    expect(code).toBe(1);
    const calls = await callsOf(folder);
    expect(calls).not.toContain(' set ');
    expect(calls.split('show').length).toBeGreaterThan(2);
  });
});

describe('finish-deployment', () => {
  test('fails when the deployed app does not answer, and says where to look', async () => {
    const folder = await newFolder();
    await cp('cli/bin.js', join(folder, 'cli/bin.js'));
    const { build } = await import('esbuild');
    await build({
      entryPoints: ['cli/index.ts'],
      outfile: join(folder, 'dist/cli/index.js'),
      bundle: true,
      platform: 'node',
      target: 'node20.18',
      external: ['lmdb'],
      logLevel: 'silent',
    });
    const environment = { GITOPS_API_URL: 'http://127.0.0.1:1/api', GITOPS_PATIENCE_MS: '0' };
    const { code, output } = await runHook('finish-deployment.mjs', folder, environment, folder);
    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining('docs/troubleshooting.md') });
    expect(output).toMatch(/WRONG .*app/);
    expect(output).not.toContain('Webhook address');
  });
});
