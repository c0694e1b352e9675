import type { Attributes } from './attributes';
import type { SpanContext } from './traceContext';

/** A finished span. Plain, so that it can cross to another thread. */
export interface SpanRecord extends SpanContext {
  type: 'span';
  name: string;
  /** Either becomes a dependency in Application Insights: `client` by what it called, `internal` as InProc. */
  kind: 'client' | 'internal';
  parentSpanId: string | undefined;
  /** Milliseconds since 1970. */
  startedAt: number;
  durationMs: number;
  isFailure: boolean;
  attributes: Attributes;
  links: SpanContext[];
}

export interface Measurement {
  type: 'measurement';
  /** `counter` adds up; of a `histogram` count, sum, least and greatest are kept; of a `gauge` the last. */
  kind: 'counter' | 'histogram' | 'gauge';
  name: string;
  unit: string;
  value: number;
  attributes: Attributes;
}

export type TelemetryRecord = SpanRecord | Measurement;

/** Where finished records go. Never throws, never waits. */
export interface Outlet {
  send(records: readonly TelemetryRecord[]): void;
}

const sendIntervalMs = 1_000;
/** What is recorded faster than it can be handed over is dropped: telemetry must never be what an app runs out of memory by. */
const waitingMax = 20_000;

/** Collects records for a moment and hands them over together. Records nothing until it has an outlet. */
export class Recorder {
  private outlet: Outlet | undefined;
  private waiting: TelemetryRecord[] = [];
  private timer: NodeJS.Timeout | undefined;

  get isOn(): boolean {
    return this.outlet !== undefined;
  }

  start(outlet: Outlet): void {
    this.outlet = outlet;
  }

  record(record: TelemetryRecord): void {
    if (!this.outlet || this.waiting.length >= waitingMax) return;
    this.waiting.push(record);
    this.timer ??= setTimeout(() => this.flush(), sendIntervalMs).unref();
  }

  /** Hands over what waits. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const records = this.waiting;
    this.waiting = [];
    if (records.length > 0) this.outlet?.send(records);
  }
}

/** The one of this process. */
export const recorder = new Recorder();
