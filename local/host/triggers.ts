import type { App } from './app';
import type { CosmosConnections } from './cosmosConnection';
import { CosmosTrigger } from './cosmosTrigger';
import { messageOf } from './errors';
import type { HostFunction } from './functions';
import { withinGrace } from './grace';
import type { Log } from './log';
import type { TimerState } from './timerState';
import { TimerTrigger } from './timerTrigger';

/** A trigger other than HTTP: it runs by itself between start and stop, and when asked to by the admin endpoint. */
export interface Trigger {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** @param input what the caller sent along; a Cosmos DB function takes a JSON array of documents, a timer nothing */
  runNow(input: string): Promise<void>;
}

export interface TriggerSurroundings {
  app: App;
  connections: CosmosConnections;
  timerState: TimerState;
  log: Log;
}

/** The triggers of the functions that have one; a function whose trigger cannot be made gets an error instead. */
export class Triggers {
  readonly #triggers = new Map<HostFunction, Trigger>();
  readonly #log: Log;

  constructor(functions: HostFunction[], surroundings: TriggerSurroundings) {
    this.#log = surroundings.log;
    for (const fn of functions.filter(({ errors }) => errors.length === 0)) {
      try {
        const trigger = makeTrigger(fn, surroundings);
        if (trigger) this.#triggers.set(fn, trigger);
      } catch (error) {
        fn.errors.push(messageOf(error));
      }
    }
  }

  /** Starts what is not disabled; one that cannot start is reported and does not keep the others from it. */
  async start(): Promise<void> {
    for (const [fn, trigger] of this.#triggers) {
      if (fn.isDisabled) continue;
      await trigger.start().catch((error) => {
        const message = `The listener for function '${fn.name}' was unable to start. ${messageOf(error)}`;
        this.#log.host('error', message);
      });
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#triggers.values()].map((trigger) => withinGrace(trigger.stop())));
  }

  /** Runs a function in the background, disabled or not. */
  runNow(fn: HostFunction, input: string): void {
    this.#triggers
      .get(fn)
      ?.runNow(input)
      .catch((error) => this.#log.failure(fn.name, error));
  }
}

function makeTrigger(
  fn: HostFunction,
  { app, connections, timerState, log }: TriggerSurroundings,
): Trigger | undefined {
  switch (fn.trigger.type.toLowerCase()) {
    case 'httptrigger':
      return undefined;
    case 'timertrigger':
      return new TimerTrigger(app, fn, timerState, log);
    case 'cosmosdbtrigger':
      return new CosmosTrigger(app, fn, connections, log);
    default:
      throw new Error(`The binding type '${fn.trigger.type}' is not supported here.`);
  }
}
