import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { resolve } from 'node:path';
import { HostError } from './errors';
import { homepage } from './homepage';
import { answerEmpty } from './httpResponse';
import { Log } from './log';
import { type HostOutput, streamOutput } from './output';
import { Runtime } from './runtime';
import { applySettings, readLocalSettings } from './settings';

export { HostError } from './errors';
export type { HostOutput } from './output';

export interface HostOptions {
  /** The folder with the app's package.json and host.json. */
  appDirectory: string;
  /** 7071 unless local.settings.json says otherwise; 0 for any free one. */
  port?: number;
  /** 127.0.0.1 unless told otherwise. */
  address?: string;
  /** App settings that win over the environment and local.settings.json; they go into `process.env` before the app loads. */
  settings?: Record<string, string>;
  /** Where keys and timer states last between runs; `.local/host` in the app's folder unless told otherwise. */
  dataDirectory?: string;
  /** Whether keys are asked for, by functions of level `function` or `admin` and by `/admin`; true unless told otherwise. */
  auth?: boolean;
  /** Standard output unless told otherwise. */
  output?: HostOutput;
}

export interface Host {
  url: string;
  port: number;
  functions: { name: string; trigger: string; errors: string[] }[];
  /** Opens everything; also in `keys.json` of the data directory. */
  masterKey: string;
  /** Stops the triggers, lets running invocations end, runs the appTerminate hooks and frees the port. */
  close(): Promise<void>;
}

/**
 * Runs a built Azure Functions app (Node, programming model v4) in this process, one app a process.
 * @throws HostError where the app is broken, the port is taken or the settings are unusable.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const output = options.output ?? streamOutput();
  const log = new Log(output);
  const appDirectory = resolve(options.appDirectory);
  const local = await readLocalSettings(appDirectory, output);
  applySettings(local.values, options.settings ?? {});

  const address = options.address ?? local.address ?? '127.0.0.1';
  let runtime: Runtime | undefined;
  const server = createServer({ keepAliveTimeout: 130_000, maxHeaderSize: 32_768 }, (request, response) => {
    void serve(runtime, log, request, response);
  });
  const port = await listen(server, options.port ?? local.port ?? 7071, address);
  const url = `http://${address === '127.0.0.1' ? 'localhost' : address}:${port}`;
  process.env.WEBSITE_HOSTNAME = `localhost:${port}`;
  const close = async (): Promise<void> => {
    const stopped = runtime?.stop(log);
    runtime = undefined;
    server.closeIdleConnections();
    const closed = new Promise((done) => server.close(done));
    await stopped;
    server.closeAllConnections();
    await closed;
  };
  try {
    runtime = await Runtime.start({
      appDirectory,
      dataDirectory: resolve(options.dataDirectory ?? resolve(appDirectory, '.local/host')),
      isAuthEnforced: options.auth ?? true,
      url,
      output,
      log,
      generation: 0,
    });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url,
    port,
    masterKey: runtime.keys.masterKey,
    functions: runtime.functions.map(({ name, trigger, errors }) => ({
      name,
      trigger: trigger.type,
      errors,
    })),
    close,
  };
}

async function serve(
  runtime: Runtime | undefined,
  log: Log,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const startedAt = performance.now();
  const url = request.url ?? '/';
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  let functionName: string | undefined;
  try {
    if (!runtime) {
      response.writeHead(503, { 'content-type': 'text/plain' }).end('Function host is not running.');
    } else {
      functionName = await runtime.handle(request, response, path);
      if (!response.headersSent) {
        if (path === '/') homepage(response);
        else answerEmpty(response, 404);
      }
    }
  } catch (error) {
    log.failure(functionName ?? 'Host', error);
    if (response.headersSent) response.destroy();
    else answerEmpty(response, 500);
  }
  log.request(request.method ?? '', path, response.statusCode, performance.now() - startedAt, functionName);
}

function listen(server: Server, port: number, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      reject(
        isTaken
          ? new HostError(`Port ${port} is taken. Stop what listens there, or give another --port.`)
          : error,
      );
    });
    server.listen(port, address, () => {
      const bound = server.address();
      resolve(typeof bound === 'object' && bound ? bound.port : port);
    });
  });
}
