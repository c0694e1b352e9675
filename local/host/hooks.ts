import { Disposable } from './disposable';
import { WorkerRangeError } from './errors';

const names = ['appStart', 'appTerminate', 'preInvocation', 'postInvocation', 'log'] as const;
export type HookName = (typeof names)[number];
export type HookCallback = (context: object) => unknown;

/** The hooks of one app, run in the order of their registration; each is awaited, and one that throws stops the rest. */
export class Hooks {
  readonly #callbacks = new Map<string, HookCallback[]>(names.map((name) => [name, []]));
  /** Shared by every hook of the app. */
  readonly appHookData: Record<string, unknown> = {};
  /** Shared by appStart and appTerminate only. */
  readonly appLevelHookData: Record<string, unknown> = {};

  /** @throws WorkerRangeError for a name that this worker does not know, by which the library recognises an older host. */
  register(name: string, callback: HookCallback): Disposable {
    const callbacks = this.#callbacks.get(name);
    if (!callbacks) throw new WorkerRangeError(`Unrecognized hook "${name}"`);
    callbacks.push(callback);
    return new Disposable(() => {
      const index = callbacks.indexOf(callback);
      if (index >= 0) callbacks.splice(index, 1);
    });
  }

  has(name: HookName): boolean {
    return this.of(name).length > 0;
  }

  async run(name: HookName, context: object): Promise<void> {
    for (const callback of this.of(name)) await callback(context);
  }

  /** Log hooks are synchronous: a log line cannot wait. */
  runNow(name: HookName, context: object): void {
    for (const callback of this.of(name)) callback(context);
  }

  private of(name: HookName): HookCallback[] {
    return this.#callbacks.get(name) ?? [];
  }
}

/** Defines properties that hooks may look at and not replace: writing one throws, as in the real worker. */
export function readOnly<T extends object, P extends object>(target: T, properties: P): T & P {
  for (const [name, value] of Object.entries(properties)) {
    Object.defineProperty(target, name, {
      enumerable: true,
      get: () => value,
      set: () => {
        throw new TypeError(`Cannot assign to read only property '${name}'`);
      },
    });
  }
  return target as T & P;
}
