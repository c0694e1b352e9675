import { subscribe } from 'node:diagnostics_channel';
import { recorder } from './recorder';
import { currentScope, newSpanId, newTrace, type SpanContext } from './traceContext';

/** What undici tells of a request: https://github.com/nodejs/undici/blob/main/docs/docs/api/DiagnosticsChannel.md */
interface Message {
  request: { method: string; origin: string | URL };
  response?: { statusCode: number };
  error?: { code?: string; name?: string };
}

interface Begun extends SpanContext {
  parentSpanId: string | undefined;
  startedAt: number;
}

/**
 * Makes one span of each request through `fetch` (GitHub, Slack, Teams, webhooks, the keys of token issuers): method, host,
 * status, and never an address, which may be a secret. Cosmos DB and the sending of telemetry do not go through `fetch`.
 */
export function recordOutgoingHttp(): void {
  const begun = new WeakMap<object, Begun>();
  const end = (message: Message, isFailure: boolean, errorType?: string): void => {
    const span = begun.get(message.request);
    if (!span) return;
    begun.delete(message.request);
    const { method, origin } = message.request;
    recorder.record({
      type: 'span',
      name: method,
      kind: 'client',
      ...span,
      durationMs: now() - span.startedAt,
      isFailure,
      links: [],
      attributes: {
        'http.request.method': method,
        'http.response.status_code': message.response?.statusCode,
        'server.address': new URL(origin).hostname,
        'error.type': errorType,
      },
    });
  };
  const listen = (channel: string, listener: (message: Message) => void): void =>
    subscribe(`undici:request:${channel}`, (message) => listener(message as Message));

  listen('create', ({ request }) => {
    const scope = currentScope();
    const { traceId } = scope ?? newTrace();
    begun.set(request, { traceId, spanId: newSpanId(), parentSpanId: scope?.spanId, startedAt: now() });
  });
  listen('headers', (message) => {
    const status = message.response?.statusCode ?? 0;
    end(message, status >= 400, status >= 400 ? String(status) : undefined);
  });
  listen('error', (message) => end(message, true, message.error?.code ?? message.error?.name ?? 'no-answer'));
}

/** Milliseconds since 1970, finer than `Date.now()`. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
