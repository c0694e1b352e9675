/**
 * The host's two limits on HTTP work: how many requests run at once, and how many are held at all, waiting ones included.
 * Source: azure-webjobs-sdk-extensions, `HttpThrottleMiddleware.cs`.
 */
export class Throttle {
  #outstanding = 0;
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #concurrentMax: number;
  readonly #outstandingMax: number;

  constructor(concurrentMax: number, outstandingMax: number) {
    this.#concurrentMax = concurrentMax;
    this.#outstandingMax = outstandingMax;
  }

  /** False where the request must be turned away (429). Whoever gets true calls `leave` once, after the turn it awaited. */
  enter(): boolean {
    if (this.#outstanding >= this.#outstandingMax) return false;
    this.#outstanding++;
    return true;
  }

  /** Resolves when the request may run; in order of arrival. */
  turn(): Promise<void> | undefined {
    if (this.#running < this.#concurrentMax) {
      this.#running++;
      return undefined;
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  leave(): void {
    this.#outstanding--;
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running--;
  }
}
