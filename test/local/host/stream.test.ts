import { HostBench, type HostProcess } from './hostProcess';

let bench: HostBench;
let host: HostProcess;

beforeAll(async () => {
  bench = await HostBench.open();
  host = await bench.start(await bench.buildApp({ entry: 'stream.ts' }));
});

afterAll(() => bench.close());

/** Sent in chunks, without a length. */
const chunked = (body: string): RequestInit => ({
  method: 'POST',
  body: new Blob([body]).stream(),
  ...{ duplex: 'half' },
});

it('hands chunked bodies on to an app that streams', async () => {
  const response = await fetch(`${host.url}/api/upper`, chunked('some text'));
  expect(await response.text()).toBe('SOME TEXT');
});

it('gives such an app route parameters, headers and each repeated query value', async () => {
  const response = await fetch(`${host.url}/api/upper/bob?a=1&a=2`, { headers: { 'x-sent': 'yes' } });
  expect(response.status).toBe(200);
  expect(response.headers.get('x-name')).toBe('bob');
  expect(response.headers.get('x-query')).toBe('1|2');
  expect(response.headers.get('x-seen')).toBe('yes');
});

it('sends each piece of an answer as the function makes it', async () => {
  const response = await fetch(`${host.url}/api/pieces`);
  expect(response.status).toBe(201);
  expect(response.headers.getSetCookie()).toEqual(['c=1']);
  expect(response.headers.has('x-ms-invocation-id')).toBe(false);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('first ');
  await fetch(`${host.url}/api/next`);
  expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('second');
  expect((await reader.read()).done).toBe(true);
});

it.each(['GET', 'POST'])('answers an empty 500 where a streamed function throws (%s)', async (method) => {
  const init = method === 'POST' ? chunked('x'.repeat(100_000)) : { method };
  const response = await fetch(`${host.url}/api/fails`, init);
  expect([response.status, await response.text()]).toEqual([500, '']);
  await host.shows(/a streamed failure/);
});

it('answers 413 to a streamed body whose length is over the limit', async () => {
  const settings = { FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '1000' };
  const small = await bench.start(await bench.buildApp({ entry: 'stream.ts' }), settings);
  const post = (length: number): Promise<Response> =>
    fetch(`${small.url}/api/upper`, { method: 'POST', body: 'x'.repeat(length) });
  expect((await post(1000)).status).toBe(200);
  expect((await post(1001)).status).toBe(413);
  await small.end();
});
