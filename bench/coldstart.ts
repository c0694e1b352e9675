import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';

/** In the repository, so that Node finds the installed packages from it. */
const directory = join('dist', 'bench', 'coldstart');
const rounds = 5;

/**
 * Provides what the Functions worker does, loads the app, and prints the milliseconds since the process began: when every function
 * is registered, and when what the first call loads is loaded too.
 */
const loader = `
const Module = require('node:module');
class Disposable {}
let functions = 0;
const core = {
  version: '3.0.0', hostVersion: '4.1037.0', Disposable,
  log() {}, setProgrammingModel() {}, getProgrammingModel() {},
  registerHook: () => new Disposable(),
  registerFunction: () => { functions++; return new Disposable(); },
};
const original = Module.prototype.require;
Module.prototype.require = function (id) {
  return id === '@azure/functions-core' ? core : original.call(this, id);
};
const [entry, later] = process.argv.slice(2);
require(entry);
const registeredMs = performance.now();
const { user, system } = process.cpuUsage();
if (later) require(later);
process.stdout.write(JSON.stringify({ functions, registeredMs, processorMs: (user + system) / 1000, loadedMs: performance.now() }));
process.exit(0);
`;

const hello = `
const { app } = require('@azure/functions');
app.get('hello', () => ({ body: 'hello' }));
`;

interface Side {
  name: string;
  file: string;
  /** What the first call loads. */
  later?: string;
  environment?: Record<string, string>;
}

interface Start {
  registeredMs: number;
  /** Of the processor, until registered: what other work on the machine hardly changes. */
  processorMs: number;
  loadedMs: number;
}

/**
 * Time from the start of the process until every function is registered, and until what the first call needs is loaded: a hello
 * function, the app with its packages unbundled and nothing put off (and the telemetry library loaded first, as its manual
 * says), and the app as it is deployed, without and with telemetry. In turns, in one run, on each Node given.
 * @param args paths of `node` executables (default: this one)
 */
export async function run(args: string[]): Promise<void> {
  const nodes = args.length > 0 ? args : [process.execPath];
  const sides = await prepare();
  const settings = JSON.parse(await readFile('local.settings.sample.json', 'utf8')).Values as Record<
    string,
    string
  >;
  try {
    for (const node of nodes) await compare(node, sides, settings);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function prepare(): Promise<Side[]> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'loader.cjs'), loader);
  await writeFile(join(directory, 'hello.cjs'), hello);
  await build({
    stdin: { contents: `import './index'; import './handlers';`, resolveDir: 'src/functions' },
    outfile: join(directory, 'app.js'),
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20.18',
    format: 'cjs',
    logLevel: 'error',
  });
  await writeFile(
    join(directory, 'unbundled.cjs'),
    `require('applicationinsights');\nrequire('./app.js');\n`,
  );
  const built = join('dist', 'functions');
  const handlers = (await readdir(built)).find((name) => /^handlers-\w+\.js$/.test(name));
  if (handlers === undefined) throw new Error(`There are no handlers in ${built}`);
  const bundle = { file: join(built, 'index.js'), later: join(built, handlers) };
  const connectionString =
    'InstrumentationKey=00000000-0000-4000-8000-000000000001;IngestionEndpoint=https://127.0.0.1:9/';
  return [
    { name: 'hello', file: join(directory, 'hello.cjs') },
    { name: 'unbundled', file: join(directory, 'unbundled.cjs') },
    { name: 'unbundled, no telemetry library', file: join(directory, 'app.js') },
    { name: 'bundled', ...bundle },
    {
      name: 'bundled with telemetry',
      ...bundle,
      environment: { APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString },
    },
  ];
}

async function compare(node: string, sides: Side[], settings: Record<string, string>): Promise<void> {
  const times = new Map<Side, Start[]>(sides.map((side) => [side, []]));
  for (let round = 0; round <= rounds; round++)
    for (const side of sides) {
      const started = await start(node, side, settings);
      // The first round reads the files into the cache of the operating system.
      if (round > 0) times.get(side)?.push(started);
    }
  const { stdout: version } = await promisify(execFile)(node, ['--version']);
  print(`Node ${version.trim()}, median of ${rounds}`);
  for (const [title, of] of [
    ['registered', 'registeredMs'],
    ['processor time', 'processorMs'],
    ['first call loaded', 'loadedMs'],
  ] as const) {
    const medians = new Map([...times].map(([{ name }, all]) => [name, median(all.map((one) => one[of]))]));
    for (const [name, ms] of medians) {
      const ratio = (other: string) => (ms / (medians.get(other) ?? Number.NaN)).toFixed(2);
      print(
        `  ${title.padEnd(18)} ${name.padEnd(32)} ${ms.toFixed(0).padStart(6)} ms   ${ratio('unbundled')} of unbundled   ${ratio('hello')} x hello`,
      );
    }
  }
}

async function start(node: string, side: Side, settings: Record<string, string>): Promise<Start> {
  const files = [side.file, ...(side.later === undefined ? [] : [side.later])].map((file) => resolve(file));
  const { stdout } = await promisify(execFile)(node, [join(directory, 'loader.cjs'), ...files], {
    env: { PATH: process.env.PATH, ...settings, ...side.environment },
  });
  const { functions, ...started } = JSON.parse(stdout) as Start & { functions: number };
  if (functions === 0) throw new Error(`${side.name} registered nothing`);
  return started;
}

function median(values: number[]): number {
  return values.sort((one, other) => one - other)[values.length >> 1] ?? 0;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
