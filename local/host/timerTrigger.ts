import type { App } from './app';
import type { TypedData } from './contract';
import type { HostFunction } from './functions';
import { invoke } from './invocation';
import type { Log } from './log';
import { parseSchedule, type Schedule } from './ncrontab';
import { runWithRetry } from './retry';
import { takeLock } from './singleton';
import { never, type ScheduleStatus, type TimerState } from './timerState';

/** Node's timers hold 24.8 days at most; longer waits are made of several. */
const longestWaitMs = 24 * 24 * 60 * 60 * 1000;
/** How often a host that is not the timer's singleton tries to become it. */
const lockRetryMs = 5000;

/**
 * Runs one timer function. Source: azure-webjobs-sdk-extensions, `TimerListener.cs` and `ScheduleMonitor.cs`.
 * An occurrence missed while no host ran is made up once, at start, with `isPastDue`. Schedules below a minute keep no state.
 */
export class TimerTrigger {
  readonly #app: App;
  readonly #fn: HostFunction;
  readonly #state: TimerState;
  readonly #log: Log;
  readonly #schedule: Schedule;
  readonly #isMonitored: boolean;
  readonly #stopping = new AbortController();
  #status: ScheduleStatus = { Last: never, Next: never, LastUpdated: never };
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #unlock: (() => Promise<void>) | undefined;

  /** @throws Error where the schedule is not valid. */
  constructor(app: App, fn: HostFunction, state: TimerState, log: Log) {
    this.#app = app;
    this.#fn = fn;
    this.#state = state;
    this.#log = log;
    this.#schedule = parseSchedule(String(fn.trigger.schedule));
    this.#isMonitored = fn.trigger.useMonitor !== false && everyIntervalIsAMinute(this.#schedule);
  }

  async start(): Promise<void> {
    this.#unlock = await takeLock(this.#state.path(this.#fn.name, 'lock'));
    if (this.#stopping.signal.aborted) return void (await this.#unlock?.());
    if (!this.#unlock) {
      this.#timer = setTimeout(() => {
        this.start().catch((error) => this.#log.failure(this.#fn.name, error));
      }, lockRetryMs);
      return;
    }
    const now = new Date();
    const isPastDue = await this.#initialise(now);
    if (isPastDue || this.#fn.trigger.runOnStartup === true) this.#fire(isPastDue, true);
    else this.#wait();
  }

  /** Lets a running invocation end; its retries do not go on. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#timer);
    await this.#running;
    await this.#unlock?.();
  }

  /** Runs the function now, out of turn, as the admin endpoint does; the schedule is left alone. */
  async runNow(): Promise<void> {
    await this.#run({
      IsPastDue: false,
      ScheduleStatus: this.#isMonitored ? await this.#state.read(this.#fn.name) : null,
    });
  }

  /** Reads the stored state, corrects it where the schedule has changed, and says whether an occurrence was missed. */
  async #initialise(now: Date): Promise<boolean> {
    const stored = this.#isMonitored ? await this.#state.read(this.#fn.name) : null;
    if (!stored) {
      this.#status = { Last: never, Next: iso(this.#schedule.next(now)), LastUpdated: never };
      if (this.#isMonitored) {
        await this.#state.write(this.#fn.name, { ...this.#status, LastUpdated: iso(now) });
      }
      return false;
    }
    const from = stored.Last === never ? stored.LastUpdated : stored.Last;
    const expected = iso(this.#schedule.next(new Date(from)));
    this.#status = { ...stored, Next: expected };
    if (stored.Next !== expected) await this.#state.write(this.#fn.name, this.#status);
    return now.getTime() > Date.parse(expected);
  }

  #wait(): void {
    if (this.#stopping.signal.aborted) return;
    const remainingMs = Date.parse(this.#status.Next) - Date.now();
    const isLong = remainingMs > longestWaitMs;
    this.#timer = setTimeout(
      () => (isLong ? this.#wait() : this.#fire(false, false)),
      isLong ? longestWaitMs : Math.max(1, remainingMs),
    );
  }

  #fire(isPastDue: boolean, isStartup: boolean): void {
    const at = new Date();
    this.#running = (async () => {
      if (isPastDue) this.#log.host('information', `${this.#fn.name}: past due, runs now.`);
      await this.#run({ IsPastDue: isPastDue, ScheduleStatus: this.#isMonitored ? this.#status : null });
      await this.#advance(at, isPastDue || isStartup);
      this.#wait();
    })().catch((error) => {
      this.#log.failure(this.#fn.name, error);
      this.#wait();
    });
  }

  /** A timer that went off a little early counts from its due time, or it would be due twice. */
  async #advance(at: Date, isOutOfTurn: boolean): Promise<void> {
    const due = new Date(this.#status.Next);
    const last = !isOutOfTurn && due > at ? due : at;
    this.#status = { Last: iso(last), Next: iso(this.#schedule.next(last)), LastUpdated: iso(last) };
    if (this.#isMonitored) await this.#state.write(this.#fn.name, this.#status);
  }

  async #run(info: { IsPastDue: boolean; ScheduleStatus: ScheduleStatus | null }): Promise<void> {
    const json = JSON.stringify({ Schedule: { AdjustForDST: true }, ...info });
    const data: TypedData = { json };
    const { registered, trigger, name } = this.#fn;
    await runWithRetry(registered.metadata.retryOptions, {
      signal: this.#stopping.signal,
      onFailure: (error) => this.#log.failure(name, error),
      attempt: async (retryContext) => {
        await invoke(this.#app, registered, { inputData: [{ name: trigger.name, data }], retryContext });
      },
    });
  }
}

/** Looks at the next ten occurrences, as the host does. */
function everyIntervalIsAMinute(schedule: Schedule): boolean {
  let at = schedule.next(new Date());
  for (let count = 0; count < 9; count++) {
    const next = schedule.next(at);
    if (next.getTime() - at.getTime() < 60_000) return false;
    at = next;
  }
  return true;
}

/** As .NET writes local time where the clock is UTC: no trailing zeros in the fraction, and the offset spelled out. */
function iso(date: Date): string {
  return date.toISOString().replace(/\.?0*Z$/, '+00:00');
}
