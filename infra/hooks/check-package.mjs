// Is what will be sent whole? Copies the files of the package into an empty folder and loads the app there, all of it, so
// that a module left outside the bundle, a missing file or a function that does not register is noticed before Azure does.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const needed = ['host.json', 'package.json', 'dist/functions/index.js', 'dist/functions/telemetry.js'];
// Cold starts read all of it from storage, and the platform gives the app 30 seconds to load.
const bytesMax = 10_000_000;
const loadMsMax = 10_000;

const fail = (message) => {
  process.stderr.write(`The package is not fit to be deployed: ${message}\n`);
  process.exit(1);
};

const folder = await mkdtemp(join(tmpdir(), 'gitops-package-'));
try {
  const built = await readdir('dist/functions').catch(() => []);
  const loadedLater = built.filter((name) => name.endsWith('.js')).map((name) => `dist/functions/${name}`);
  let bytes = 0;
  for (const file of new Set([...needed, ...loadedLater])) {
    const size = await stat(file).then(
      (found) => found.size,
      () => fail(`${file} is missing; run "npm run build"`),
    );
    bytes += size;
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await cp(file, join(folder, file));
  }
  if (bytes > bytesMax) fail(`it has ${bytes} bytes, more than ${bytesMax}`);

  // Settings are read while the app loads; the sample's are well-formed and lead nowhere. With a token all its timers are there.
  const sample = JSON.parse(await readFile('local.settings.sample.json', 'utf8')).Values;
  const { stdout } = await promisify(execFile)(process.execPath, [resolve('infra/hooks/load-app.cjs')], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...sample, GITHUB_TOKEN: 'none' },
  }).catch((error) => fail(`it does not load:\n${error.stderr}`));
  const { functions, loadMs } = JSON.parse(stdout);
  if (loadMs > loadMsMax) fail(`it takes ${loadMs} ms to load, more than ${loadMsMax}`);

  const workers = Object.keys(functions).filter((name) => functions[name] !== 'httpTrigger');
  const template = await readFile('infra/modules/functionApp.bicep', 'utf8');
  const listed = [.../var workerFunctions = \[(.*?)\]/s.exec(template)[1].matchAll(/'(\w+)'/g)].map(
    ([, name]) => name,
  );
  if (workers.sort().join() !== listed.sort().join())
    fail(`workerFunctions in infra/modules/functionApp.bicep must be ${workers.join(', ')}`);
  const count = Object.keys(functions).length;
  process.stdout.write(`The package is whole: ${count} functions, ${bytes} bytes, loaded in ${loadMs} ms.\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
