import { createServer, type Server } from 'node:http';
import { resolve } from 'node:path';
import { HostError } from './errors';
import { withinGrace } from './grace';
import { Log } from './log';
import { type HostOutput, streamOutput } from './output';
import { ReloadingRuntime } from './reloading';
import { serveWith } from './serve';
import { applySettings, readLocalSettings } from './settings';

export { HostError } from './errors';
export type { HostOutput } from './output';

export interface HostOptions {
  /** The folder with the app's package.json and host.json. */
  appDirectory: string;
  /** 7071 unless local.settings.json says otherwise; 0 for any free one. */
  port?: number;
  /** 127.0.0.1 unless local.settings.json says otherwise. */
  address?: string;
  /** App settings that win over the environment and local.settings.json; they go into `process.env` before the app loads. */
  settings?: Record<string, string>;
  /** Where keys and timer states last between runs; `.local/host` in the app's folder unless told otherwise. */
  dataDirectory?: string;
  /** Whether keys are asked for, by functions of level `function` or `admin` and by `/admin`; true unless told otherwise. */
  auth?: boolean;
  /** Standard output unless told otherwise. */
  output?: HostOutput;
  /** Loads the app again when its files change; false unless told otherwise. */
  watch?: boolean;
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

/** Kestrel's limits, so that what fits here fits there. */
const serverOptions = { keepAliveTimeout: 130_000, maxHeaderSize: 32_768 };

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

  const server = createServer(serverOptions);
  const address = options.address ?? local.address ?? '127.0.0.1';
  const port = await listen(server, options.port ?? local.port ?? 7071, address);
  const url = `http://${address === '127.0.0.1' ? 'localhost' : address}:${port}`;
  process.env.WEBSITE_HOSTNAME = `localhost:${port}`;

  const dataDirectory = resolve(options.dataDirectory ?? resolve(appDirectory, '.local/host'));
  const isAuthEnforced = options.auth ?? true;
  const runtime = new ReloadingRuntime({ appDirectory, dataDirectory, isAuthEnforced, url, output, log });
  server.on('request', serveWith(runtime, log, local.cors));
  const close = async (): Promise<void> => {
    const freed = new Promise<void>((done) => server.close(() => done()));
    // A connection that has just had its last answer is idle, and would be kept for the next request.
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    await runtime.stop(withinGrace(freed));
    clearInterval(sweep);
    server.closeAllConnections();
    await freed;
  };
  try {
    const { masterKey, functions } = await runtime.start(options.watch ?? false);
    const described = functions.map(({ name, trigger, errors }) => ({ name, trigger: trigger.type, errors }));
    return { url, port, masterKey, functions: described, close };
  } catch (error) {
    await close();
    throw error;
  }
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
