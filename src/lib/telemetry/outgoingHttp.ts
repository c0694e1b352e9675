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
 * Makes one span of each request through `fetch` (GitHub, the keys of token issuers): method, host,
 * status, and never an address, which may be a secret. Cosmos DB and the sending of telemetry do not go through `fetch`.
 */
export function recordOutgoingHttp(): void {
  const begun = new WeakMap<object, Begun>();
  const finish = ({ request, response, error }: Message): void => {
    const span = begun.get(request);
    if (!span) return;
    begun.delete(request);
    end(span, request.method, new URL(request.origin).hostname, response?.statusCode, error);
  };
  const listen = (channel: string, listener: (message: Message) => void): void =>
    subscribe(`undici:request:${channel}`, (message) => listener(message as Message));

  listen('create', ({ request }) => void begun.set(request, begin()));
  listen('headers', finish);
  listen('error', finish);
}

/** Makes the same span of a request that does not go through `fetch` (messages to Slack, Teams and webhooks). */
export async function observedRequest<T extends { statusCode?: number | undefined }>(
  method: string,
  hostname: string,
  work: () => Promise<T>,
): Promise<T> {
  const span = begin();
  try {
    const response = await work();
    end(span, method, hostname, response.statusCode);
    return response;
  } catch (error) {
    end(span, method, hostname, undefined, error as Message['error']);
    throw error;
  }
}

function begin(): Begun {
  const scope = currentScope();
  const { traceId } = scope ?? newTrace();
  return { traceId, spanId: newSpanId(), parentSpanId: scope?.spanId, startedAt: now() };
}

function end(
  span: Begun,
  method: string,
  hostname: string,
  status: number | undefined,
  error?: Message['error'],
): void {
  const isFailure = status === undefined || status >= 400;
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
      'http.response.status_code': status,
      'server.address': hostname,
      'error.type': isFailure ? String(status ?? error?.code ?? error?.name ?? 'no-answer') : undefined,
    },
  });
}

/** Milliseconds since 1970, finer than `Date.now()`. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
