import { HostBench, type HostProcess } from './hostProcess';

let bench: HostBench;
let host: HostProcess;

beforeAll(async () => {
  bench = await HostBench.open();
  const localSettings = {
    IsEncrypted: false,
    Values: { FROM_FILE: 'file', BOTH: 'file', EMPTY: '', NOTHING: null },
    ConnectionStrings: { Sql: 'sql' },
  };
  host = await bench.start(await bench.buildApp({ entry: 'contract.ts', localSettings }), {
    GIVEN: 'environment',
    BOTH: 'environment',
  });
});

afterAll(() => bench.close());

async function get<T = unknown>(name: string): Promise<T> {
  const text = await (await fetch(`${host.url}/api/${name}`)).text();
  try {
    return JSON.parse(text);
  } catch {
    return text as T;
  }
}

it('runs hooks around an invocation, in their order, sharing hookData', async () => {
  await get('replaced');
  const happened = await get<string[]>('happened');
  expect(happened.slice(0, 3)).toEqual(['appStart', 'pre replaced', 'post replaced true']);
});

it('lets a postInvocation hook replace the result, and clear an error', async () => {
  expect(await get('replaced')).toBe('replaced');
  expect(await get('healed')).toBe('healed');
});

it('lets a preInvocation hook wrap the handler', async () => {
  expect(await get('wrapped')).toEqual(['wrapped', { body: 'inner' }]);
});

it('fails an invocation whose preInvocation hook throws, and skips its postInvocation hooks', async () => {
  expect((await fetch(`${host.url}/api/refused`)).status).toBe(500);
  expect(await get<string[]>('happened')).not.toContainEqual(expect.stringContaining('post refused'));
});

it('lets log hooks redact and demote the app’s lines', async () => {
  await get('talks');
  await host.shows(/talks: a \[redacted\] word/);
  await host.shows(/talks: loud/);
  expect(host.output()).not.toMatch(/a secret word|not shown|lower me/);
});

it('provides the module that the real worker provides', async () => {
  expect(await get('module')).toMatchObject({
    version: expect.stringMatching(/^3\./),
    hostVersion: expect.stringMatching(/^4\./),
    model: '@azure/functions',
    disposed: ['one', 'two'],
    late: { message: 'A function can only be registered during app startup.' },
    unknownHook: { name: 'RangeError', isAzureFunctionsSystemError: true },
    lateSetup: { message: "Setup options can't be changed after app startup has finished." },
  });
});

it('sets the app’s environment: real variables over local.settings.json, null left out', async () => {
  expect(await get('environment')).toEqual({
    given: 'environment',
    file: 'file',
    both: 'environment',
    empty: '',
    nothing: null,
    sql: 'sql',
    environment: 'Development',
    hostname: host.url.replace('http://', ''),
  });
});

it('runs the appTerminate hooks when it is told to stop, and exits with 0', async () => {
  const other = await bench.start(await bench.buildApp({ entry: 'contract.ts' }));
  expect(await other.end('SIGTERM')).toBe(0);
  expect(other.output()).toMatch('terminated, after start');
});
