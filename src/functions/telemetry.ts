import { app, type InvocationContext, type PreInvocationContext } from '@azure/functions';
import { type Config, loadConfig } from '../lib/config';
import {
  changeFeedLag,
  type Destination,
  inScope,
  newTrace,
  parseTraceparent,
  startTelemetry,
  stopTelemetry,
} from '../lib/telemetry';

// Imported before the functions. The hooks are registered by hand: in a bundle no library sees `@azure/functions` being loaded.
const config = loadConfig();
startTelemetry({ slowOperationMs: config.slowOperationMs, destination: destinationOf(config) });

/**
 * Whatever an invocation does has the host's own request for its parent, so the requests that the host counts are not counted
 * again here.
 */
app.hook.preInvocation((hook: PreInvocationContext) => {
  const { functionHandler, invocationContext: context, inputs } = hook;
  noteLag(context, inputs[0]);
  const parent = parseTraceparent(context.traceContext?.traceParent) ?? newTrace();
  const warn = (message: string, facts: object) => context.warn(message, facts);
  hook.functionHandler = (...args) => inScope({ ...parent, warn }, () => functionHandler(...args));
});

app.hook.appTerminate(() => stopTelemetry());

/** A batch that keeps failing is handed over again and again, so that the lag shows while it grows. */
function noteLag({ functionName, options }: InvocationContext, input: unknown): void {
  if (options.trigger.type !== 'cosmosDBTrigger' || !Array.isArray(input)) return;
  const changedAt = (input as { _ts?: number }[]).flatMap(({ _ts }) => _ts ?? []);
  if (changedAt.length === 0) return;
  const lagSeconds = Math.max(0, Date.now() / 1_000 - Math.min(...changedAt));
  changeFeedLag(lagSeconds, { 'faas.name': functionName });
}

function destinationOf(config: Config): Destination | undefined {
  const { applicationInsightsConnectionString: connectionString, applicationInsightsIdentity: identity } =
    config;
  return connectionString === undefined ? undefined : { connectionString, identity };
}
