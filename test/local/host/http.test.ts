import { readFile } from 'node:fs/promises';
import { request as send } from 'node:http';
import { join } from 'node:path';
import { eventually, HostBench, type HostProcess } from './hostProcess';

let bench: HostBench;
let host: HostProcess;
let appDirectory: string;
let keys: {
  masterKey: string;
  functionKeys: { default: string };
  functions: Record<string, { default: string }>;
};

beforeAll(async () => {
  bench = await HostBench.open();
  appDirectory = await bench.buildApp({ entry: 'http.ts' });
  host = await bench.start(appDirectory, { 'AzureWebJobs.switchedOff.Disabled': 'true' });
  keys = JSON.parse(await readFile(join(appDirectory, '.local/host/keys.json'), 'utf8'));
});

afterAll(() => bench.close());

interface Echo {
  function: string;
  method: string;
  url: string;
  params: Record<string, string>;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: string;
  traceParent: string;
}

async function echoOf(path: string, init?: RequestInit): Promise<Echo> {
  const response = await fetch(`${host.url}${path}`, init);
  expect(response.status).toBe(200);
  return (await response.json()) as Echo;
}

async function statusAndBody(path: string, init?: RequestInit): Promise<[number, string]> {
  const response = await fetch(`${host.url}${path}`, init);
  return [response.status, await response.text()];
}

describe('routing', () => {
  it('lets the first function by name win, not the most specific route', async () => {
    expect((await echoOf('/api/things/search')).function).toBe('aaaById');
  });

  it('counts the method as part of the match', async () => {
    expect((await echoOf('/api/things/1', { method: 'DELETE' })).function).toBe('deleteThing');
  });

  it.each([
    ['a path without a function', '/api/unknown', 'GET'],
    ['a path with no function for the method', '/api/things/1', 'PUT'],
    ['a path outside the prefix', '/things/1', 'GET'],
    ['a value that its constraints refuse', '/api/numbers/100', 'GET'],
    ['a disabled function', '/api/switchedOff', 'GET'],
  ])('answers an empty 404 for %s', async (_case, path, method) => {
    expect(await statusAndBody(path, { method })).toEqual([404, '']);
  });

  it('runs a disabled function for whoever brings the master key', async () => {
    expect((await fetch(`${host.url}/api/switchedOff?code=${keys.masterKey}`)).status).toBe(200);
    const code = keys.functions.switchedOff?.default;
    expect((await fetch(`${host.url}/api/switchedOff?code=${code}`)).status).toBe(404);
  });

  it('ignores the case of literals and keeps that of values', async () => {
    expect((await echoOf('/API/THINGS/AbC')).params).toEqual({ id: 'AbC' });
  });

  it('leaves an absent optional parameter out', async () => {
    expect((await echoOf('/api/any')).params).toEqual({});
  });

  it('hands a catch-all the rest of the path', async () => {
    expect((await echoOf('/api/files/a/b%20c/d')).params).toEqual({ path: 'a/b c/d' });
  });

  it('keeps an encoded slash encoded', async () => {
    expect((await echoOf('/api/things/a%2Fb')).params).toEqual({ id: 'a%2Fb' });
  });

  it('routes a function without a route by its name, for GET and POST', async () => {
    expect((await echoOf('/api/defaults', { method: 'POST' })).function).toBe('defaults');
    expect(await statusAndBody('/api/defaults', { method: 'PUT' })).toEqual([404, '']);
  });

  it('answers the root with a page', async () => {
    const response = await fetch(host.url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch('text/html');
  });
});

describe('requests', () => {
  it.each([
    ['takes dots out of the path before it is routed', '/api/none/../any/./x'],
    ['takes the path out of a whole address', 'http://functions.test/api/any/x'],
  ])('%s', async (_title, path) => {
    const { hostname, port } = new URL(host.url);
    const status = await new Promise((resolve, reject) => {
      send({ hostname, port, path }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
  });

  it('answers what is under way before it stops, and nothing new', async () => {
    const stopping = await bench.start(appDirectory, {}, ['--no-auth']);
    const last = fetch(`${stopping.url}/api/slowly`);
    await stopping.shows(/slowly: begun/);
    const ended = stopping.end();
    expect(await (await last).text()).toBe('done');
    expect(await ended).toBe(0);
  });

  it('gives the absolute URL as it was asked', async () => {
    expect((await echoOf('/api/any/x?a=1&b=%20')).url).toBe(`${host.url}/api/any/x?a=1&b=%20`);
  });

  it('joins repeated query keys by commas, whatever their case', async () => {
    expect((await echoOf('/api/any?a=1&b=2&A=3')).query).toEqual({ a: '1,3', b: '2' });
  });

  it('hands binary bodies on byte for byte', async () => {
    const body = Buffer.from([0, 1, 254, 255]);
    expect((await echoOf('/api/any', { method: 'POST', body })).body).toBe(body.toString('base64'));
  });

  it('hands on no body that came without a length, and says so', async () => {
    const echoed = await chunkedPost('/api/any', 'lost');
    expect(echoed.body).toBe('');
    await host.shows(/without Content-Length reaches the function without its body/);
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS'])('serves %s', async (method) => {
    expect((await echoOf('/api/any', { method })).method).toBe(method);
  });

  it('answers HEAD without a body', async () => {
    expect(await statusAndBody('/api/any', { method: 'HEAD' })).toEqual([200, '']);
  });

  it('continues the trace of the caller in a new span', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { traceParent } = await echoOf('/api/any', { headers: { traceparent } });
    expect(traceParent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
    expect(traceParent).not.toBe(traceparent);
  });

  it('begins a trace where the caller has none', async () => {
    expect((await echoOf('/api/any')).traceParent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });
});

describe('responses', () => {
  it.each(['fails', 'wrongAnswer'])('answers an empty 500 for a function that %s', async (name) => {
    expect(await statusAndBody(`/api/${name}`)).toEqual([500, '']);
  });

  it('writes what a failing function threw where the developer sees it', async () => {
    await statusAndBody('/api/fails');
    await host.shows(/fails failed: Error: a secret detail/);
  });

  it('answers 204 for a function that returns nothing', async () => {
    expect(await statusAndBody('/api/nothing')).toEqual([204, '']);
  });

  it('hands binary bodies on with their type', async () => {
    const response = await fetch(`${host.url}/api/binary`);
    expect(response.headers.get('content-type')).toBe('image/x');
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255, 128]);
  });

  it.each([201, 400, 418, 503])('answers status %i with its body', async (code) => {
    expect(await statusAndBody(`/api/status/${code}`)).toEqual([code, 'a body']);
  });

  it.each([204, 304])('drops the body of a %i', async (code) => {
    expect(await statusAndBody(`/api/status/${code}`)).toEqual([code, '']);
  });

  it('sets cookies with all their attributes', async () => {
    const response = await fetch(`${host.url}/api/cookies`);
    expect(response.headers.getSetCookie()).toEqual([
      'one=a%20b; Max-Age=60; Domain=x.test; Path=/; HttpOnly; Secure; SameSite=Strict',
      'two=2; Path=/p; Expires=Wed, 02 Jan 2030 03:04:05 GMT; SameSite=None',
      'three=3; Path=/',
    ]);
  });
});

describe('keys', () => {
  it.each(['withKey', 'withMasterKey'])(
    'answers an empty 401 without a challenge to %s without a key',
    async (name) => {
      const response = await fetch(`${host.url}/api/${name}`);
      expect([response.status, await response.text()]).toEqual([401, '']);
      expect(response.headers.has('www-authenticate')).toBe(false);
    },
  );

  const cases: [string, string, () => string | undefined, number][] = [
    ['its own key', 'withKey', () => keys.functions.withKey?.default, 200],
    ['the host key', 'withKey', () => keys.functionKeys.default, 200],
    ['the master key', 'withKey', () => keys.masterKey, 200],
    ['the key of another function', 'withKey', () => keys.functions.defaults?.default, 401],
    ['a wrong key', 'withKey', () => 'wrong', 401],
    ['the master key', 'withMasterKey', () => keys.masterKey, 200],
    ['the host key', 'withMasterKey', () => keys.functionKeys.default, 401],
    ['a wrong key', 'defaults', () => 'wrong', 200],
  ];
  it.each(cases)('with %s, opens %s or not, in header and query alike', async (_case, name, key, status) => {
    const value = key() ?? '';
    expect((await fetch(`${host.url}/api/${name}`, { headers: { 'x-functions-key': value } })).status).toBe(
      status,
    );
    expect((await fetch(`${host.url}/api/${name}?code=${value}`)).status).toBe(status);
  });

  it('takes the key in the header before that in the query', async () => {
    const headers = { 'x-functions-key': 'wrong' };
    expect((await fetch(`${host.url}/api/withKey?code=${keys.masterKey}`, { headers })).status).toBe(401);
  });

  it('keeps the keys where only their owner reads them', async () => {
    const { stat } = await import('node:fs/promises');
    expect((await stat(join(appDirectory, '.local/host/keys.json'))).mode & 0o077).toBe(0);
  });

  it('asks for none under --no-auth', async () => {
    const open = await bench.start(appDirectory, {}, ['--no-auth']);
    expect((await fetch(`${open.url}/api/withMasterKey`)).status).toBe(200);
    expect((await fetch(`${open.url}/admin/functions`)).status).toBe(200);
    await open.end();
  });
});

describe('host.json and limits', () => {
  it('puts the route prefix of host.json before every route', async () => {
    const directory = await bench.buildApp({
      entry: 'http.ts',
      hostJson: { extensions: { http: { routePrefix: '' } } },
    });
    const other = await bench.start(directory);
    expect((await fetch(`${other.url}/things/1`)).status).toBe(200);
    expect((await fetch(`${other.url}/api/things/1`)).status).toBe(404);
    await other.end();
  });

  it('answers 413 to a body over the limit, announced or not kept to', async () => {
    const small = await bench.start(appDirectory, { FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '1000' });
    const post = (length: number): Promise<Response> =>
      fetch(`${small.url}/api/any`, { method: 'POST', body: 'x'.repeat(length) });
    expect((await post(1000)).status).toBe(200);
    expect((await post(1001)).status).toBe(413);
    await small.end();
  });

  it('answers 429 above maxOutstandingRequests and runs one at a time under maxConcurrentRequests 1', async () => {
    const http = { maxOutstandingRequests: 2, maxConcurrentRequests: 1 };
    const directory = await bench.buildApp({ entry: 'http.ts', hostJson: { extensions: { http } } });
    const limited = await bench.start(directory, {}, ['--no-auth']);
    const letGo = (): Promise<Response> =>
      fetch(`${limited.url}/admin/functions/letGo`, { method: 'POST', body: '{}' });
    const hold = async (): Promise<Response> => {
      const response = await fetch(`${limited.url}/api/held`);
      return response.status === 429 ? hold() : response;
    };
    const held = [hold(), hold()];
    let done = 0;
    for (const one of held) void one.then(() => done++);
    // Where it comes before the second that is held, it has that one's place and waits too, until it gives up.
    const refused = await eventually(async () => {
      const signal = AbortSignal.timeout(500);
      const response = await fetch(`${limited.url}/api/nothing`, { signal }).catch(() => undefined);
      return response?.status === 429 ? response : undefined;
    });
    expect([await refused.text(), refused.headers.get('x-function-scaleout')]).toEqual(['', '1']);
    await eventually(async () => {
      await letGo();
      return done === 2 ? true : undefined;
    });
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await fetch(`${limited.url}/api/nothing`)).status).toBe(204);
    await limited.end();
  });
});

describe('admin', () => {
  const asAdmin = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${host.url}/admin/${path}`, { ...init, headers: { 'x-functions-key': keys.masterKey } });

  it('opens to the master key alone', async () => {
    expect((await fetch(`${host.url}/admin/functions`)).status).toBe(401);
    const headers = { 'x-functions-key': keys.functionKeys.default };
    expect((await fetch(`${host.url}/admin/functions`, { headers })).status).toBe(401);
    expect((await asAdmin('functions')).status).toBe(200);
  });

  it('tells the state of the host', async () => {
    const status = (await (await asAdmin('host/status')).json()) as Record<string, unknown>;
    expect(status).toMatchObject({ state: 'Running', version: expect.stringMatching(/^4\./) });
    expect(status.processUptime).toBeGreaterThan(0);
  });

  it('lists the functions with their bindings and addresses', async () => {
    const functions = (await (await asAdmin('functions')).json()) as { name: string }[];
    expect(functions.find(({ name }) => name === 'aaaById')).toMatchObject({
      invoke_url_template: `${host.url}/api/things/{id}`,
      isDisabled: false,
    });
    expect(functions.find(({ name }) => name === 'switchedOff')).toMatchObject({ isDisabled: true });
  });

  it('knows one function by its name in any case, and no others', async () => {
    expect((await asAdmin('functions/WITHKEY')).status).toBe(200);
    expect((await asAdmin('functions/withKey/status')).status).toBe(200);
    expect((await asAdmin('functions/none')).status).toBe(404);
  });

  it.each([
    ['accepts a run', 'letGo', '{"input":"x"}', 202],
    ['refuses a body that is no JSON', 'letGo', 'input', 400],
    ['refuses an empty body', 'letGo', '', 400],
    ['refuses a body that is no object', 'letGo', 'null', 400],
    ['knows no such function', 'none', '{}', 404],
  ])('%s of %s', async (_case, name, body, status) => {
    expect((await asAdmin(`functions/${name}`, { method: 'POST', body })).status).toBe(status);
  });

  it('answers pings of anybody', async () => {
    expect((await fetch(`${host.url}/admin/host/ping`, { method: 'POST' })).status).toBe(200);
  });
});

/** `fetch` sends a length wherever it knows one, so the request is made by hand. */
function chunkedPost(path: string, body: string): Promise<Echo> {
  return new Promise((resolve, reject) => {
    const request = send(`${host.url}${path}`, { method: 'POST' }, async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve(JSON.parse(text) as Echo);
    });
    request.on('error', reject);
    request.write(body);
    request.end();
  });
}
