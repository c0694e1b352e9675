import { HostError, messageOf } from './errors';
import { Runtime, type RuntimeOptions } from './runtime';
import { watchApp } from './watch';

/** Holds the running app and, where it is watched, puts a new one in its place whenever its files change. */
export class ReloadingRuntime {
  #current: Runtime | undefined;
  #generation = 0;
  #turn: Promise<void> = Promise.resolve();
  #unwatch: () => void = () => undefined;
  #isStopped = false;
  readonly #options: Omit<RuntimeOptions, 'generation'>;

  constructor(options: Omit<RuntimeOptions, 'generation'>) {
    this.#options = options;
  }

  /** Undefined before the first load, between two apps, after a broken one, and once stopped. */
  get current(): Runtime | undefined {
    return this.#current;
  }

  /** @throws HostError where the app is broken. */
  async start(isWatched: boolean): Promise<Runtime> {
    const runtime = await this.#load();
    if (isWatched) {
      const { appDirectory } = this.#options;
      this.#unwatch = watchApp(appDirectory, runtime.entryFolders, () => void this.#reload());
    }
    return runtime;
  }

  async stop(drained: Promise<void>): Promise<void> {
    this.#isStopped = true;
    this.#unwatch();
    await this.#turn;
    await this.#unload(drained);
  }

  /** One reload at a time; a broken app is reported and leaves the host without one until the next change. */
  #reload(): Promise<void> {
    this.#turn = this.#turn.then(async () => {
      if (this.#isStopped) return;
      const { log } = this.#options;
      log.host('information', 'The app has changed; loading it again.');
      await this.#unload();
      await this.#load().catch((error) => {
        const text = error instanceof HostError ? error.message : messageOf(error);
        log.host('error', `${text}\nWaiting for the next change.`);
      });
    });
    return this.#turn;
  }

  async #load(): Promise<Runtime> {
    this.#current = await Runtime.start({ ...this.#options, generation: this.#generation++ });
    return this.#current;
  }

  async #unload(drained = Promise.resolve()): Promise<void> {
    const runtime = this.#current;
    this.#current = undefined;
    await runtime?.stop(drained);
  }
}
