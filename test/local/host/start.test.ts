import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { eventually, HostBench, type HostProcess } from './hostProcess';

let bench: HostBench;

beforeAll(async () => {
  bench = await HostBench.open();
});

afterAll(() => bench.close());

async function appOf(files: Record<string, string>): Promise<string> {
  const directory = join(bench.directory, `written-${Object.keys(files).length}-${Date.now()}`);
  await mkdir(directory, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  return directory;
}

const statusOf = async (host: HostProcess, path: string): Promise<number> =>
  (await fetch(host.url + path)).status;

describe('a host that cannot start', () => {
  it.each<[string, Record<string, string>, RegExp]>([
    ['no package.json', {}, /There is no function app in .*written-/],
    ['no main', { 'package.json': '{}' }, /has no "main"/],
    [
      'a main that is not there',
      { 'package.json': '{"main":"dist/*.js"}' },
      /No file matches "main": "dist\/\*\.js".*built\?/,
    ],
    [
      'an entry file that throws',
      { 'package.json': '{"main":"index.js"}', 'index.js': 'throw new Error("broken at load")' },
      /"index\.js" does not load:\n(.*\n)*.*broken at load/,
    ],
    [
      'a host.json that is no JSON',
      { 'package.json': '{"main":"a.js"}', 'host.json': '{' },
      /host\.json is not valid JSON/,
    ],
    ['a host.json of another version', { 'host.json': '{"version":"1.0"}' }, /must say "version": "2\.0"/],
  ])('says so for %s, and exits with 1', async (_case, files, message) => {
    const host = await bench.spawn(await appOf(files));
    await host.shows(message);
    expect(await host.ended).toBe(1);
    expect(host.output()).not.toMatch(/HostError|local\/host/);
  });

  it('names a port that is taken, and exits with 1', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await eventually(() => taken.listening || undefined);
    const { port } = taken.address() as { port: number };
    const host = await bench.spawn(await bench.buildApp({ entry: 'listed.ts' }), {}, [
      '--port',
      String(port),
    ]);
    await host.shows(new RegExp(`Port ${port} is taken`));
    expect(await host.ended).toBe(1);
    taken.close();
  });
});

describe('an app with faulty functions', () => {
  let host: HostProcess;

  beforeAll(async () => {
    const appDirectory = await bench.buildApp({
      entry: 'listed.ts',
      hostJson: { functionTimeout: '00:00:01' },
    });
    host = await bench.start(appDirectory, { PRESENT: 'present', 'AzureWebJobs.off.Disabled': '1' });
  });

  it('lists HTTP functions with methods and address, then the others with their trigger', async () => {
    expect(host.output()).toContain(`\talpha: [GET,POST] ${host.url}/api/same/{id}\n`);
    expect(host.output()).toContain(`\twithSetting: [GET,POST] ${host.url}/api/present/x\n`);
    expect(host.output()).toMatch(/\tslow: .*\n(.*\n)*\tnightly: timerTrigger\n/);
    expect(host.output()).toContain('Function off is disabled.');
    expect(host.output()).not.toMatch(/\toff:/);
  });

  it.each([
    ['zeta', /route specified conflicts with the route defined by function 'alpha'/],
    ['%20', /'%20' is not a valid function name/],
    ['host', /'host' is not a valid function name/],
    ['builtIn', /conflicts with one or more built in routes/],
    ['badRoute', /constraint reference 'nothing' could not be resolved/],
    ['needsSetting', /'%MISSING%' does not resolve to a value/],
    ['writes', /binding type 'cosmosDB' is not supported here/],
    ['queued', /binding type 'queueTrigger' is not supported here/],
    ['sameContainer', /monitored container cannot be the same as the container storing the leases/],
  ])('names what is wrong with %p', async (name, message) => {
    await host.shows(new RegExp(`The '${name}' function is in error: .*${message.source}`));
  });

  it('names a connection that is not set, when its listener starts', async () => {
    await host.shows(/listener for function 'noConnection' was unable to start. .*'NOT_SET' does not exist/);
  });

  it('serves the functions that are whole', async () => {
    expect(await statusOf(host, '/api/same/1')).toBe(200);
    expect((await fetch(`${host.url}/api/same/1`, { method: 'PUT' })).status).toBe(200);
    expect(await statusOf(host, '/api/badRoute')).toBe(404);
  });

  it('fails a function that runs longer than functionTimeout', async () => {
    expect(await statusOf(host, '/api/slow')).toBe(500);
    await host.shows(/Timeout value of 1 s exceeded by function 'slow'/);
  });

  it('writes one tidy line a request: time, status, method, path, duration, function', async () => {
    await fetch(`${host.url}/api/same/7?x=1`);
    await host.shows(/^\d\d:\d\d:\d\d 200 GET {4}\/api\/same\/7 [\d.]+ ms alpha$/m);
  });

  it('uses no colours where the output is no terminal', () => {
    expect(host.output()).not.toContain('\u001b');
  });
});

describe('local.settings.json', () => {
  it('counts as encrypted where it does not say otherwise, and is not used then', async () => {
    const appDirectory = await bench.buildApp({
      entry: 'listed.ts',
      localSettings: { Values: { VERSION: 'file' } },
    });
    const host = await bench.start(appDirectory);
    expect(await (await fetch(`${host.url}/api/same/1`)).text()).toBe('as built');
    await host.shows(/counts as encrypted and is not used/);
    await host.end();
  });

  it('is passed over with a warning where it is no JSON', async () => {
    const appDirectory = await bench.buildApp({ entry: 'listed.ts' });
    await writeFile(join(appDirectory, 'local.settings.json'), '{');
    const host = await bench.start(appDirectory);
    await host.shows(/local\.settings\.json is not valid JSON/);
    await host.end();
  });

  it('opens the app to pages of the origins in Host.CORS, preflight included, and to no others', async () => {
    const localSettings = { IsEncrypted: false, Host: { CORS: 'http://page.test', CORSCredentials: true } };
    const host = await bench.start(await bench.buildApp({ entry: 'listed.ts', localSettings }));
    const ask = (origin: string, init: RequestInit = {}): Promise<Response> =>
      fetch(`${host.url}/api/same/1`, { ...init, headers: { origin, ...init.headers } });
    const allowed = await ask('http://page.test');
    expect(allowed.headers.get('access-control-allow-origin')).toBe('http://page.test');
    expect(allowed.headers.get('access-control-allow-credentials')).toBe('true');
    const preflight = await ask('http://page.test', {
      method: 'OPTIONS',
      headers: { 'access-control-request-method': 'PUT' },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([204, 'PUT']);
    expect((await ask('http://other.test')).headers.has('access-control-allow-origin')).toBe(false);
    await host.end();
  });
});

it('loads every file that main names as a pattern, and no other', async () => {
  const registering = (name: string): string => `require('@azure/functions-core').registerFunction({
    name: '${name}', bindings: { t: { type: 'httpTrigger', direction: 'in' } } }, () => undefined);`;
  const directory = await appOf({ 'package.json': '{"main":"./dist/{index.js,functions/*.js}"}' });
  await mkdir(join(directory, 'dist/functions/deeper'), { recursive: true });
  for (const name of ['index', 'functions/one', 'functions/two', 'functions/deeper/three', 'other']) {
    await writeFile(join(directory, 'dist', `${name}.js`), registering(name.replaceAll('/', '-')));
  }
  const host = await bench.start(directory);
  const names = [...host.output().matchAll(/^\t(\S+): \[GET,POST\]/gm)].map(([, name]) => name);
  expect(names).toEqual(['functions-one', 'functions-two', 'index']);
  await host.end();
});

it('runs an app of ECMAScript modules', async () => {
  const host = await bench.start(await bench.buildApp({ entry: 'listed.ts', isModule: true }));
  expect(await statusOf(host, '/api/same/1')).toBe(200);
  await host.end();
});

it('keeps its own paths from a function that takes every path, and works in the app’s folder', async () => {
  const hostJson = { extensions: { http: { routePrefix: '' } } };
  const directory = await bench.buildApp({ entry: 'everything.ts', hostJson });
  const host = await bench.start(directory);
  expect(await (await fetch(`${host.url}/any/path`)).text()).toBe(await realpath(directory));
  expect(await statusOf(host, '/admin/host/ping')).toBe(200);
  expect(await statusOf(host, '/admin/none')).toBe(401);
  expect(await statusOf(host, '/runtime/webhooks/any')).toBe(404);
  await host.end();
});

it('overrides host.json by app settings of its path', async () => {
  const settings = { AzureFunctionsJobHost__extensions__http__routePrefix: 'other' };
  const host = await bench.start(await bench.buildApp({ entry: 'listed.ts' }), settings);
  expect(await statusOf(host, '/other/same/1')).toBe(200);
  await host.end();
});

it('hides what host.json’s log levels hide', async () => {
  const hostJson = { logging: { logLevel: { default: 'Warning' } } };
  const host = await bench.start(await bench.buildApp({ entry: 'listed.ts', hostJson }));
  await fetch(`${host.url}/api/same/1`);
  await host.end();
  expect(host.output()).not.toMatch('/api/same/1 ');
});

it('answers its root with 204 under AzureWebJobsDisableHomepage', async () => {
  const host = await bench.start(await bench.buildApp({ entry: 'listed.ts' }), {
    AzureWebJobsDisableHomepage: 'true',
  });
  expect(await statusOf(host, '/')).toBe(204);
  await host.end();
});

it.each([
  ['CommonJS', false],
  ['ECMAScript', true],
])('loads a %s app again when it changes, and waits while it is broken', async (_format, isModule) => {
  const appDirectory = await bench.buildApp({ entry: 'listed.ts', isModule });
  const bundle = join(appDirectory, 'dist/index.js');
  const text = await readFile(bundle, 'utf8');
  const host = await bench.start(appDirectory, {}, ['--watch']);
  const answers = async (body: string): Promise<true | undefined> =>
    (await (await fetch(`${host.url}/api/same/1`)).text()) === body || undefined;
  await eventually(() => answers('as built'));
  await writeFile(bundle, text.replace('as built', 'as changed'));
  await eventually(() => answers('as changed'));
  await writeFile(bundle, 'throw new Error("half written")');
  await eventually(() => answers('Function host is not running.'));
  await host.shows(/half written/);
  await writeFile(bundle, text.replace('as built', 'as mended'));
  await eventually(() => answers('as mended'));
  expect(await host.end()).toBe(0);
});
