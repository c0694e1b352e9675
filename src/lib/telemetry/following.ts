import { recorder } from './recorder';
import { currentScope, inScope, newSpanId, parseTraceparent, type SpanContext } from './traceContext';

/**
 * Runs a piece of an invocation as the continuation of whoever caused it. With one cause, everything inside joins its trace.
 * With several (a batch of the change feed), the work stays in the invocation's trace and each cause gets a span of its own in
 * its trace; either way the spans link to the invocation.
 * @param causes `traceparent`s as they were kept in items; what is none is passed over
 */
export async function following<T>(
  name: string,
  causes: readonly unknown[],
  work: () => Promise<T>,
): Promise<T> {
  const parents = distinct(causes.flatMap((cause) => parseTraceparent(cause) ?? []));
  const scope = currentScope();
  if (!recorder.isOn || parents.length === 0) return work();
  const spans = parents.map(({ traceId, spanId }) => ({
    traceId,
    spanId: newSpanId(),
    parentSpanId: spanId,
  }));
  const [only] = spans;
  const startedAt = performance.timeOrigin + performance.now();
  let isFailure = true;
  try {
    const result =
      only && spans.length === 1
        ? await inScope(
            { traceId: only.traceId, spanId: only.spanId, ...(scope?.warn && { warn: scope.warn }) },
            work,
          )
        : await work();
    isFailure = false;
    return result;
  } finally {
    const durationMs = performance.timeOrigin + performance.now() - startedAt;
    const links = scope ? [{ traceId: scope.traceId, spanId: scope.spanId }] : [];
    for (const span of spans)
      recorder.record({
        type: 'span',
        kind: 'internal',
        name,
        ...span,
        startedAt,
        durationMs,
        isFailure,
        links,
        attributes: { 'faas.name': name },
      });
  }
}

/** One of each trace, its latest. */
function distinct(contexts: readonly SpanContext[]): SpanContext[] {
  return [...new Map(contexts.map((context) => [context.traceId, context])).values()];
}
