import type {
  CoreInvocationContext,
  FunctionCallback,
  FunctionMetadata,
  LogCategory,
  LogLevel,
  ProgrammingModel,
} from './contract';
import { Disposable } from './disposable';
import { WorkerError } from './errors';
import { type HookCallback, Hooks, readOnly } from './hooks';

export interface RegisteredFunction {
  readonly id: string;
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
}

/** Where a log line comes from: the function and invocation, or neither during start and stop. */
export interface LogSource {
  functionName?: string;
  invocation?: CoreInvocationContext;
  invocationContext?: unknown;
  hookData?: Record<string, unknown>;
}

export type AppLog = (level: LogLevel, category: LogCategory, message: string, source: LogSource) => void;

/** Told to the app; the library reads neither, but apps may. */
const workerVersion = '3.12.0';
const hostVersion = '4.1040.0';

/** One loaded app: what it registered, its hooks and its programming model. */
export class App {
  readonly functions = new Map<string, RegisteredFunction>();
  readonly hooks = new Hooks();
  programmingModel: ProgrammingModel | undefined;
  /** host.json's functionTimeout. */
  functionTimeoutMs = Number.POSITIVE_INFINITY;
  /** Where the app takes streamed requests, if it asked for them. */
  workerUri: string | undefined;
  #starting = true;
  readonly #log: AppLog;

  constructor(log: AppLog) {
    this.#log = log;
  }

  /** Writes a line, after the app's log hooks saw it. What they change counts for the app's own lines only. */
  log(level: LogLevel, category: LogCategory, message: string, source: LogSource = {}): void {
    const line = { level, message };
    if (this.hooks.has('log')) {
      const context = readOnly(line, {
        category,
        hookData: source.hookData ?? {},
        appHookData: this.hooks.appHookData,
        invocationContext: source.invocationContext,
      });
      this.hooks.runNow('log', context);
    }
    if (category === 'user') this.#log(line.level, category, line.message, source);
    else this.#log(level, category, message, source);
  }

  /** From here on nothing more can be registered. */
  finishStarting(): void {
    this.#starting = false;
  }

  /** The module that the app gets for `require('@azure/functions-core')`. */
  coreModule(): object {
    return {
      version: workerVersion,
      hostVersion,
      Disposable,
      registerFunction: (metadata: FunctionMetadata, callback: FunctionCallback) =>
        this.#registerFunction(metadata, callback),
      registerHook: (name: string, callback: HookCallback) => this.hooks.register(name, callback),
      setProgrammingModel: (model: ProgrammingModel) => {
        this.programmingModel = model;
      },
      getProgrammingModel: () => this.programmingModel,
      log: (level: LogLevel, category: LogCategory, message: string) => this.log(level, category, message),
    };
  }

  #registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): Disposable {
    if (!this.#starting) {
      throw new WorkerError('A function can only be registered during app startup.');
    }
    const id = metadata.functionId ?? metadata.name;
    if (this.functions.has(id)) {
      throw new WorkerError(`A function with id "${id}" has already been registered.`);
    }
    this.functions.set(id, { id, metadata: { ...metadata, functionId: id }, callback });
    return new Disposable(() => {
      if (!this.#starting) throw new WorkerError('A function can only be disposed during app startup.');
      this.functions.delete(id);
    });
  }
}
