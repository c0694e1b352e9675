import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

/** A span's place: its trace (32 hex digits) and its own id (16). https://www.w3.org/TR/trace-context/ */
export interface SpanContext {
  traceId: string;
  spanId: string;
}

/** What runs under a span: one invocation of a function, or a piece of it that belongs to somebody else's trace. */
export interface Scope extends SpanContext {
  /** Writes a warning into the log of the invocation. */
  warn?: (message: string, facts: object) => void;
}

const scopes = new AsyncLocalStorage<Scope>();

/** Whatever `work` starts has `scope` for its parent. */
export function inScope<T>(scope: Scope, work: () => T): T {
  return scopes.run(scope, work);
}

export function currentScope(): Scope | undefined {
  return scopes.getStore();
}

/** A trace of its own. */
export function newTrace(): SpanContext {
  return { traceId: randomBytes(16).toString('hex'), spanId: newSpanId() };
}

export function newSpanId(): string {
  return randomBytes(8).toString('hex');
}

/** Undefined for what is no `traceparent` of version 00, or one that names nobody (zeros). */
export function parseTraceparent(traceparent: unknown): SpanContext | undefined {
  if (typeof traceparent !== 'string') return undefined;
  const [, traceId, spanId] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/.exec(traceparent) ?? [];
  if (!traceId || !spanId || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId };
}

export function formatTraceparent({ traceId, spanId }: SpanContext): string {
  return `00-${traceId}-${spanId}-01`;
}
