import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import autocannon from 'autocannon';

/** Written where Node finds the installed `@azure/functions` from. */
const directory = join('dist', 'bench', 'host');
const connections = 100;
const rounds = 5;

const bareServer = `
require('node:http').createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain;charset=UTF-8', 'content-length': 5 }).end('hello');
}).listen(0, '127.0.0.1', function () { console.log('Listening on http://localhost:' + this.address().port + '. '); });
`;
const helloApp = `
const { app } = require('@azure/functions');
app.get('hello', () => ({ body: 'hello' }));
`;

interface Rate {
  requestsPerSecond: number;
  p99Ms: number;
}

/**
 * Requests a second and 99th percentile of a hello function on the local host, beside a bare `node:http` server that answers
 * the same, in turns on the same machine. Both are processes of their own; the load comes from this one.
 * @param args seconds of each turn (4)
 */
export async function run([seconds = '4']: string[]): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'bare.js'), bareServer);
  await writeFile(join(directory, 'hello.js'), helloApp);
  await writeFile(join(directory, 'package.json'), JSON.stringify({ main: 'hello.js' }));
  const bare = await serve([join(directory, 'bare.js')], '/');
  const host = await serve(['dist/local/host.js', '--port', '0', directory], '/api/hello');
  const rates: Record<'bare' | 'host', Rate[]> = { bare: [], host: [] };
  try {
    for (let round = 0; round <= rounds; round++) {
      const [bareRate, hostRate] = [await measure(bare.url, seconds), await measure(host.url, seconds)];
      // The first round warms both up.
      if (round > 0) {
        rates.bare.push(bareRate);
        rates.host.push(hostRate);
      }
    }
  } finally {
    bare.process.kill();
    host.process.kill();
    await rm(directory, { recursive: true, force: true });
  }
  const [ofBare, ofHost] = [median(rates.bare), median(rates.host)];
  print(`bare node:http: ${line(ofBare)}`);
  print(`hello function: ${line(ofHost)}`);
  print(
    `ratio:          ${(ofHost.requestsPerSecond / ofBare.requestsPerSecond).toFixed(2)} of the requests`,
  );
}

async function serve(args: string[], path: string): Promise<{ process: ChildProcess; url: string }> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const text of createInterface({ input: child.stdout })) {
    const [, url] = /Listening on (\S+)\. /.exec(text) ?? [];
    if (url) {
      // From here on the output is read and dropped, or the pipe would fill up.
      child.stdout.resume();
      return { process: child, url: url.replace('localhost', '127.0.0.1') + path };
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

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
