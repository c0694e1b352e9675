import { execFile, execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const run = promisify(execFile);
const folders: string[] = [];

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gitops-test-'));
  folders.push(folder);
  return folder;
}

async function write(folder: string, file: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), text);
}

afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

test('deploys the built app and two manifests of everything that lies about', async () => {
  const folder = await newFolder();
  const files = [
    ...['host.json', 'package.json', 'package-lock.json', 'local.settings.json', '.env', 'tsconfig.json'],
    ...['dist/functions/index.js', 'dist/functions/index.js.map', 'dist/functions/telemetry.js'],
    ...['dist/functions/handlers-ABC123.js', 'dist/functions/handlers-ABC123.js.map'],
    ...['dist/cli/index.js', 'dist/host.json'],
    ...[
      'src/functions/index.ts',
      'node_modules/zod/package.json',
      'node_modules/zod/dist/functions/index.js',
    ],
    ...[
      'infra/host.json',
      '.local/secrets.json',
      '.azure/dev/.env',
      'local/emulator/main.ts',
      'dist/app.zip',
    ],
  ];
  for (const file of files) await write(folder, file, '{}');
  execFileSync('git', ['init', '--quiet'], { cwd: folder });
  await cp('.funcignore', join(folder, '.git/info/funcignore'));
  const kept = execFileSync('git', ['ls-files', '--others', '--exclude-from=.git/info/funcignore'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(kept.trim().split('\n').sort()).toEqual([
    'dist/functions/handlers-ABC123.js',
    'dist/functions/index.js',
    'dist/functions/telemetry.js',
    'host.json',
    'package.json',
  ]);
});

/** A folder as the hook finds it, with the app's bundle made from the sources of today. */
async function builtFolder(): Promise<string> {
  const folder = await newFolder();
  for (const path of ['host.json', 'package.json', 'local.settings.sample.json', 'infra'])
    await cp(path, join(folder, path), { recursive: true });
  await build({
    entryPoints: {
      'functions/index': 'src/functions/index.ts',
      'functions/telemetry': 'src/lib/telemetry/exporter.ts',
    },
    outdir: join(folder, 'dist'),
    minify: true,
    bundle: true,
    platform: 'node',
    target: 'node20.18',
    format: 'cjs',
    external: ['@azure/functions-core'],
    logLevel: 'silent',
  });
  return folder;
}

const checkPackage = (cwd: string) =>
  run(process.execPath, ['infra/hooks/check-package.mjs'], { cwd }).then(
    ({ stdout }) => stdout,
    (error: { stderr: string }) => error.stderr,
  );

test('loads the app from the package alone, and refuses a package that lacks something', async () => {
  const folder = await builtFolder();
  expect(await checkPackage(folder)).toMatch(
    /^The package is whole: \d{2} functions, \d+ bytes, loaded in \d+ ms\.$/m,
  );

  const bundle = await readFile(join(folder, 'dist/functions/index.js'), 'utf8');
  await write(folder, 'dist/functions/index.js', `require('left-outside-the-bundle');\n${bundle}`);
  expect(await checkPackage(folder)).toMatch(/it does not load:[\s\S]*left-outside-the-bundle/);

  const later = `Promise.resolve().then(() => require("./later.js"));\n${bundle}`;
  await write(folder, 'dist/functions/index.js', later);
  expect(await checkPackage(folder)).toMatch(/it does not load:[\s\S]*later\.js/);
  await write(folder, 'dist/functions/later.js', `require('left-outside-the-bundle');`);
  expect(await checkPackage(folder)).toMatch(/it does not load:[\s\S]*left-outside-the-bundle/);
  await write(folder, 'dist/functions/later.js', '');
  expect(await checkPackage(folder)).toMatch(/^The package is whole/);

  await write(folder, 'dist/functions/index.js', `${bundle}\n//${'x'.repeat(10_000_000)}`);
  expect(await checkPackage(folder)).toMatch(/more than 10000000/);

  await rm(join(folder, 'dist/functions/index.js'));
  expect(await checkPackage(folder)).toMatch(/dist\/functions\/index\.js is missing/);
}, 90_000);

test('refuses a package whose workers the template does not list', async () => {
  const folder = await builtFolder();
  const path = 'infra/modules/functionApp.bicep';
  const template = await readFile(join(folder, path), 'utf8');
  await write(folder, path, template.replace("  'auditCommit'\n", ''));
  expect(await checkPackage(folder)).toMatch(/workerFunctions in .* must be .*\bauditCommit\b/);
});
