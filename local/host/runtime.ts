import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Admin } from './admin';
import type { App } from './app';
import { CosmosConnections } from './cosmosConnection';
import { messageOf } from './errors';
import { describeFunctions, type HostFunction } from './functions';
import { readOnly } from './hooks';
import { readHostJson } from './hostJson';
import { HttpTrigger } from './httpTrigger';
import { Keys } from './keys';
import { listFunctions } from './listing';
import { loadApp } from './loadApp';
import type { Log } from './log';
import type { HostOutput } from './output';
import { RouteTable } from './routeTable';
import { TimerState } from './timerState';
import { Triggers } from './triggers';

export interface RuntimeOptions {
  appDirectory: string;
  dataDirectory: string;
  isAuthEnforced: boolean;
  url: string;
  output: HostOutput;
  log: Log;
  /** Counts the loads of the app in this process. */
  generation: number;
}

interface Parts {
  app: App;
  entryFolders: string[];
  functions: HostFunction[];
  keys: Keys;
  http: HttpTrigger;
  admin: Admin;
  connections: CosmosConnections;
  triggers: Triggers;
  log: Log;
}

/** One loaded app with its triggers running. A reload makes a new one. */
export class Runtime {
  readonly #parts: Parts;

  /** @throws HostError where the app or its host.json cannot be used. */
  static async start(options: RuntimeOptions): Promise<Runtime> {
    const { appDirectory, dataDirectory, isAuthEnforced, url, output, log } = options;
    const hostJson = await readHostJson(appDirectory);
    log.setLevels(hostJson.logLevel);
    const { app, entryFolders } = await loadApp(appDirectory, log.app.bind(log), options.generation);
    app.functionTimeoutMs = hostJson.functionTimeoutMs;
    const functions = describeFunctions(app);
    const names = functions.map(({ name }) => name);
    const keys = await Keys.open(join(dataDirectory, 'keys.json'), names);
    const routes = new RouteTable(functions, hostJson.routePrefix);
    const http = new HttpTrigger({ app, routes, keys, hostJson, log, isAuthEnforced });
    const connections = new CosmosConnections(hostJson.userAgentSuffix);
    const timerState = new TimerState(join(dataDirectory, 'timers'));
    const triggers = new Triggers(functions, { app, connections, timerState, log });
    const run = triggers.runNow.bind(triggers);
    const admin = new Admin({ functions, routes, keys, isAuthEnforced, url, run });
    listFunctions(output, functions, routes, url);
    await triggers.start();
    return new Runtime({ app, entryFolders, functions, keys, http, admin, connections, triggers, log });
  }

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  get functions(): readonly HostFunction[] {
    return this.#parts.functions;
  }

  get masterKey(): string {
    return this.#parts.keys.masterKey;
  }

  /** The folders that the app's entry files are in. */
  get entryFolders(): string[] {
    return this.#parts.entryFolders;
  }

  /** Answers a request under `/admin`, or of a function. @returns the function's name, if one matched. */
  handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<string | undefined> {
    const { admin, http } = this.#parts;
    if (/^\/admin(\/|$)/i.test(path)) return admin.handle(request, response, path);
    // Extensions take requests there; none of those that run here does.
    if (/^\/runtime\/webhooks(\/|$)/i.test(path)) return Promise.resolve(undefined);
    return http.handle(request, response, path);
  }

  /**
   * Stops the triggers, then runs the app's appTerminate hooks.
   * @param drained resolves when the requests that are under way have been answered
   */
  async stop(drained: Promise<void>): Promise<void> {
    const { app, connections, triggers, log } = this.#parts;
    await Promise.all([triggers.stop(), drained]);
    await connections.close();
    const shared = { hookData: app.hooks.appLevelHookData, appHookData: app.hooks.appHookData };
    try {
      await app.hooks.run('appTerminate', readOnly({}, shared));
    } catch (error) {
      log.host('error', `An appTerminate hook failed: ${messageOf(error)}`);
    }
  }
}
