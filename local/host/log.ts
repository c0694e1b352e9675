import type { LogSource } from './app';
import type { LogCategory, LogLevel } from './contract';
import { stackOf } from './errors';
import { clock, type HostOutput, paint } from './output';

const order: LogLevel[] = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'];
const styles = { warning: 'yellow', error: 'red', critical: 'red' } as const;

/** Writes the host's own lines, the app's lines and one line a request, as far as host.json's levels let them through. */
export class Log {
  readonly #output: HostOutput;
  #levels: Record<string, LogLevel> = { default: 'information' };

  constructor(output: HostOutput) {
    this.#output = output;
  }

  /** Levels by category, `Function.<name>.User` and its parents before `default`. */
  setLevels(levels: Record<string, LogLevel>): void {
    this.#levels = levels;
  }

  /** What the app or the library says. The library's own chatter is at debug and so usually hidden. */
  app(level: LogLevel, category: LogCategory, message: string, source: LogSource): void {
    const name = source.functionName;
    const scope = name ? `Function.${name}${category === 'user' ? '.User' : ''}` : 'Host';
    this.#write(scope, level, name ? `${name}: ${message}` : message);
  }

  host(level: LogLevel, message: string): void {
    this.#write('Host', level, message);
  }

  failure(functionName: string, error: unknown): void {
    this.#write(`Function.${functionName}`, 'error', `${functionName} failed: ${stackOf(error)}`);
  }

  request(
    method: string,
    path: string,
    status: number,
    durationMs: number,
    functionName: string | undefined,
  ): void {
    if (!this.#isOn('Host.Results', 'information')) return;
    const output = this.#output;
    const style = status >= 500 ? 'red' : status >= 400 ? 'yellow' : 'green';
    const duration = `${durationMs < 10 ? durationMs.toFixed(1) : Math.round(durationMs)} ms`;
    output.line(
      `${paint(output, 'dim', clock())} ${paint(output, style, String(status))} ${method.padEnd(6)} ${path} ${paint(
        output,
        'dim',
        functionName ? `${duration} ${functionName}` : duration,
      )}`,
    );
  }

  #write(category: string, level: LogLevel, message: string): void {
    if (!this.#isOn(category, level)) return;
    const style = styles[level as keyof typeof styles];
    const text = style ? paint(this.#output, style, message) : message;
    this.#output.line(`${paint(this.#output, 'dim', clock())} ${text}`);
  }

  #isOn(category: string, level: LogLevel): boolean {
    let name = category;
    let least = this.#levels[name];
    while (!least && name.includes('.')) {
      name = name.slice(0, name.lastIndexOf('.'));
      least = this.#levels[name];
    }
    return order.indexOf(level) >= order.indexOf(least ?? this.#levels.default ?? 'information');
  }
}
