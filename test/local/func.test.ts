import { spawnSync } from 'node:child_process';
import { chmod, copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { azuriteVersion } from '../../local/func/azurite';
import { coreToolsVersion } from '../../local/func/coreTools';
import { makeLocalSettings } from '../../local/func/settings';

const root = resolve(__dirname, '../..');
const cosmos = { endpoint: 'http://127.0.0.1:1', key: 'a2V5' };
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'func-'));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

it('says plainly that Core Tools are missing, and how to get them, and exits with 1', async () => {
  const outfile = join(directory, 'func.js');
  await build({
    entryPoints: [join(root, 'local/func.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    external: ['lmdb'],
    logLevel: 'warning',
  });
  const { status, stderr, stdout } = spawnSync(process.execPath, [outfile], {
    env: { PATH: directory },
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^Azure Functions Core Tools \("func"\) are not on the PATH\. Get version 4/);
  expect(stderr).toContain('npm install -g azure-functions-core-tools@4');
});

it('finds Core Tools that are there by their version', async () => {
  const func = join(directory, 'func');
  await writeFile(func, '#!/bin/sh\n[ "$1" = --version ] && echo 4.15.1\n');
  await chmod(func, 0o755);
  expect(coreToolsVersion(func)).toBe('4.15.1');
  expect(coreToolsVersion(join(directory, 'none'))).toBeUndefined();
});

it.each([
  [20, '3.35.0'],
  [22, '3.37.0'],
  [24, '3.37.0'],
])('takes the Azurite that runs on Node %i: %s', (major, version) => {
  expect(azuriteVersion(major)).toBe(version);
});

it('writes local.settings.json once, for its owner alone, with the stack’s own emulator, key and issuer', async () => {
  await copyFile(join(root, 'local.settings.sample.json'), join(directory, 'local.settings.sample.json'));
  const path = join(directory, 'local.settings.json');
  expect(await makeLocalSettings(directory, join(directory, 'data'), cosmos)).toBe(true);
  const text = await readFile(path, 'utf8');
  const { IsEncrypted, Values } = JSON.parse(text);
  expect(IsEncrypted).toBe(false);
  expect(Values).toMatchObject({
    FUNCTIONS_WORKER_RUNTIME: 'node',
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    COSMOS_ENDPOINT: cosmos.endpoint,
    COSMOS_CONNECTION: 'AccountEndpoint=http://127.0.0.1:1;AccountKey=a2V5;',
  });
  expect(Values.WEBHOOK_MASTER_KEY.length).toBeGreaterThanOrEqual(32);
  expect(JSON.parse(Values.AUTH_ISSUERS)).toHaveLength(1);
  expect((await stat(path)).mode & 0o077).toBe(0);

  expect(await makeLocalSettings(directory, join(directory, 'data'), { ...cosmos, key: 'b3RoZXI=' })).toBe(
    false,
  );
  expect(await readFile(path, 'utf8')).toBe(text);
});
