import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Admin } from './admin';
import type { App } from './app';
import { CosmosConnections } from './cosmosConnection';
import { CosmosTrigger } from './cosmosTrigger';
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
import { TimerTrigger } from './timerTrigger';

export interface RuntimeOptions {
  appDirectory: string;
  dataDirectory: string;
  isAuthEnforced: boolean;
  url: string;
  output: HostOutput;
  log: Log;
  generation: number;
}

/** A trigger other than HTTP: it runs by itself between start and stop, and when asked to by the admin endpoint. */
export interface Trigger {
  start(): Promise<void>;
  stop(): Promise<void>;
  runNow(input: string): Promise<void>;
}

/** One loaded app with its triggers running. A reload makes a new one. */
export class Runtime {
  readonly functions: HostFunction[];
  readonly http: HttpTrigger;
  readonly admin: Admin;
  readonly keys: Keys;
  readonly #app: App;
  readonly #triggers: Map<HostFunction, Trigger>;
  readonly #connections: CosmosConnections;

  /** @throws HostError where the app or its host.json cannot be used. */
  static async start(options: RuntimeOptions): Promise<Runtime> {
    const { appDirectory, output, log } = options;
    const hostJson = await readHostJson(appDirectory);
    log.setLevels(hostJson.logLevel);
    const { app, capabilities } = await loadApp(appDirectory, log.app.bind(log), options.generation);
    const functions = describeFunctions(app);
    const keys = await Keys.open(
      join(options.dataDirectory, 'keys.json'),
      functions.map(({ name }) => name),
    );
    const routes = new RouteTable(functions, hostJson.routePrefix);
    const http = new HttpTrigger({
      app,
      routes,
      keys,
      hostJson,
      log,
      isAuthEnforced: options.isAuthEnforced,
      workerUri: capabilities.HttpUri,
    });
    const connections = new CosmosConnections(hostJson.userAgentSuffix);
    const runtime = new Runtime(app, functions, keys, http, routes, connections, options);
    listFunctions(output, functions, routes, options.url);
    await runtime.#startTriggers(log);
    return runtime;
  }

  private constructor(
    app: App,
    functions: HostFunction[],
    keys: Keys,
    http: HttpTrigger,
    routes: RouteTable,
    connections: CosmosConnections,
    options: RuntimeOptions,
  ) {
    const { isAuthEnforced, url, log } = options;
    this.#app = app;
    this.functions = functions;
    this.keys = keys;
    this.http = http;
    this.#connections = connections;
    this.#triggers = makeTriggers(app, functions, connections, options);
    this.admin = new Admin({
      functions,
      routes,
      keys,
      isAuthEnforced,
      url,
      run: (fn, input) => {
        this.#triggers
          .get(fn)
          ?.runNow(input)
          .catch((error) => log.failure(fn.name, error));
      },
    });
  }

  /** Answers a request under `/admin`, or of a function. @returns the function's name, if one matched. */
  async handle(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
  ): Promise<string | undefined> {
    if (/^\/admin(\/|$)/i.test(path)) {
      await this.admin.handle(request, response, path);
      return undefined;
    }
    return await this.http.handle(request, response, path);
  }

  /** Stops the triggers, then runs the app's appTerminate hooks. */
  async stop(log: Log): Promise<void> {
    await Promise.all([...this.#triggers.values()].map((trigger) => trigger.stop()));
    await this.#connections.close();
    const { hooks } = this.#app;
    const shared = { hookData: hooks.appLevelHookData, appHookData: hooks.appHookData };
    try {
      await hooks.run('appTerminate', readOnly({}, shared));
    } catch (error) {
      log.host('error', `An appTerminate hook failed: ${messageOf(error)}`);
    }
  }

  async #startTriggers(log: Log): Promise<void> {
    for (const [fn, trigger] of this.#triggers) {
      if (fn.isDisabled) continue;
      try {
        await trigger.start();
      } catch (error) {
        log.host('error', `The listener for function '${fn.name}' was unable to start. ${messageOf(error)}`);
      }
    }
  }
}

/** Functions whose trigger cannot be made get an error; HTTP functions have no trigger of this kind. */
function makeTriggers(
  app: App,
  functions: HostFunction[],
  connections: CosmosConnections,
  options: RuntimeOptions,
): Map<HostFunction, Trigger> {
  const timerState = new TimerState(join(options.dataDirectory, 'timers'));
  const triggers = new Map<HostFunction, Trigger>();
  for (const fn of functions) {
    if (fn.errors.length > 0) continue;
    try {
      const type = fn.trigger.type.toLowerCase();
      if (type === 'timertrigger') triggers.set(fn, new TimerTrigger(app, fn, timerState, options.log));
      else if (type === 'cosmosdbtrigger')
        triggers.set(fn, new CosmosTrigger(app, fn, connections, options.log));
      else if (type !== 'httptrigger')
        fn.errors.push(`The binding type '${fn.trigger.type}' is not supported here.`);
    } catch (error) {
      fn.errors.push(messageOf(error));
    }
  }
  return triggers;
}
