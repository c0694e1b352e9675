import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import autocannon from 'autocannon';

/** Written where Node finds the installed `@azure/functions` from. */
const directory = join('dist', 'bench', 'host');
const connections = 100;
const rounds = 5;

const answer = `response.writeHead(200, { 'content-type': 'text/plain;charset=UTF-8', 'content-length': 5 }).end('hello');`;
const listening = `function () { console.log('Listening on http://localhost:' + this.address().port + '. '); }`;

const programs = {
  'bare.js': `
require('node:http').createServer((request, response) => { ${answer} }).listen(0, '127.0.0.1', ${listening});
`,
  // What an app with HTTP streams pays before anything else: a second hop inside its process.
  'hop.js': `
const http = require('node:http');
const agent = new http.Agent({ keepAlive: true });
const inner = http.createServer((request, response) => { ${answer} }).listen(0, '127.0.0.1', () => {
  http.createServer((request, response) => {
    http.get({ port: inner.address().port, headers: request.headers, agent }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
  }).listen(0, '127.0.0.1', ${listening});
});
`,
  // What no host can go below with the library as it is: called as the worker calls it, with nothing around it.
  'library.js': `
const http = require('node:http');
const Module = require('node:module');
const { randomUUID } = require('node:crypto');
let model;
let hello;
class Disposable { dispose() {} }
const core = {
  Disposable,
  hostVersion: '4',
  workerVersion: '4',
  setProgrammingModel(set) { model = set; },
  getProgrammingModel() { return model; },
  registerFunction(metadata, callback) { hello = { metadata, callback }; return new Disposable(); },
  registerHook() { return new Disposable(); },
  log() {},
};
const load = Module._load;
Module._load = (name, ...rest) => name === '@azure/functions-core' ? core : load(name, ...rest);
require('@azure/functions').app.get('hello', () => ({ body: 'hello' }));
const [bindingName] = Object.keys(hello.metadata.bindings);
http.createServer(async ({ method, url, headers }, response) => {
  const data = { http: { method, url: 'http://localhost' + url, headers, query: {}, params: {} } };
  const invocation = await model.getInvocationModel({
    invocationId: randomUUID(),
    metadata: hello.metadata,
    request: { inputData: [{ name: bindingName, data }], triggerMetadata: {} },
    log() {},
  });
  const { context, inputs } = await invocation.getArguments();
  const result = await invocation.invokeFunction(context, inputs, hello.callback);
  const answer = (await invocation.getResponse(context, result)).returnValue.http;
  response.writeHead(Number(answer.statusCode), { ...answer.headers, 'content-length': answer.body.bytes.length });
  response.end(answer.body.bytes);
}).listen(0, '127.0.0.1', ${listening});
`,
  'hello.js': `
const { app } = require('@azure/functions');
app.get('hello', () => ({ body: 'hello' }));
`,
  'streamed.js': `
const { app } = require('@azure/functions');
app.setup({ enableHttpStream: true });
app.get('hello', () => ({ body: 'hello' }));
`,
};

interface Rate {
  requestsPerSecond: number;
  p99Ms: number;
}

interface Server {
  name: string;
  process: ChildProcess;
  url: string;
  rates: Rate[];
}

/**
 * Requests a second and 99th percentile of a hello function on the local host, beside a bare `node:http` server that answers
 * the same and one that calls `@azure/functions` and does nothing else, in turns on the same machine. The function runs once as apps are by default and once with HTTP streams, where the
 * library takes requests over a server of its own; that one stands beside two bare servers with such a hop between them.
 * Each is a process of its own; the load comes from this one.
 * @param args seconds of each turn (4)
 */
export async function run([seconds = '4']: string[]): Promise<void> {
  const servers: Server[] = [];
  try {
    for (const [file, program] of Object.entries(programs)) await writeApp(file, program);
    servers.push(await serve('bare node:http', bare('bare.js'), '/'));
    servers.push(await serve('the library alone', bare('library.js'), '/api/hello'));
    servers.push(await serve('hello function', hosted('hello.js'), '/api/hello'));
    servers.push(await serve('bare node:http, one hop', bare('hop.js'), '/'));
    servers.push(await serve('hello function, streams', hosted('streamed.js'), '/api/hello'));
    for (let round = 0; round <= rounds; round++) {
      for (const { url, rates } of servers) {
        const rate = await measure(url, seconds);
        // The first round warms all up.
        if (round > 0) rates.push(rate);
      }
    }
  } finally {
    for (const server of servers) server.process.kill();
    await rm(directory, { recursive: true, force: true });
  }
  const [first] = servers;
  const ofBare = median(first?.rates ?? []);
  for (const { name, rates } of servers) {
    const rate = median(rates);
    const ratio = (rate.requestsPerSecond / ofBare.requestsPerSecond).toFixed(2);
    process.stdout.write(`${name.padEnd(24)} ${line(rate)}, ${ratio} of the bare server's\n`);
  }
}

async function writeApp(file: string, program: string): Promise<void> {
  await mkdir(join(directory, file), { recursive: true });
  await writeFile(join(directory, file, 'index.js'), program);
  await writeFile(join(directory, file, 'package.json'), JSON.stringify({ main: 'index.js' }));
}

const bare = (file: string): string[] => [join(directory, file, 'index.js')];
const hosted = (file: string): string[] => ['dist/local/host.js', '--port', '0', join(directory, file)];

async function serve(name: string, args: string[], path: string): Promise<Server> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const text of createInterface({ input: child.stdout })) {
    const [, url] = /Listening on (\S+)\. /.exec(text) ?? [];
    if (url) {
      // From here on the output is read and dropped, or the pipe would fill up.
      child.stdout.resume();
      return { name, process: child, url: url.replace('localhost', '127.0.0.1') + path, rates: [] };
    }
  }
  throw new Error(`${args[0]} ended before it listened`);
}

async function measure(url: string, seconds: string): Promise<Rate> {
  const { requests, latency, non2xx, errors } = await autocannon({
    url,
    connections,
    duration: Number(seconds),
  });
  if (non2xx + errors > 0) throw new Error(`${url}: ${non2xx} refusals, ${errors} errors`);
  return { requestsPerSecond: requests.average, p99Ms: latency.p99 };
}

/** Each figure's own median over the rounds. */
function median(rates: Rate[]): Rate {
  const middle = (values: number[]): number =>
    values.sort((one, other) => one - other)[values.length >> 1] ?? 0;
  return {
    requestsPerSecond: middle(rates.map(({ requestsPerSecond }) => requestsPerSecond)),
    p99Ms: middle(rates.map(({ p99Ms }) => p99Ms)),
  };
}

function line({ requestsPerSecond, p99Ms }: Rate): string {
  return `${Math.round(requestsPerSecond)} requests/s, p99 ${p99Ms} ms (${connections} connections)`;
}
