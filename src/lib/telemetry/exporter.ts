// The thread that sends: a bundle of its own (`telemetry.js`), loaded by nobody but `ExportThread`.
import { parentPort, workerData } from 'node:worker_threads';
import {
  type Counter,
  type Gauge,
  type Histogram,
  metrics,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { allowedAttributes } from './attributes';
import type { Destination } from './exportThread';
import type { Measurement, SpanRecord, TelemetryRecord } from './recorder';

const scope = 'gitops-healthcare';
const queueMax = 20_000;

const off = { enabled: false };

async function start(): Promise<() => Promise<void>> {
  // This thread's own copy of the environment, read while the library loads. Without these it would tell its maker how it
  // is used, and send the name of the user and the command line of the process as facts of the resource.
  Object.assign(process.env, {
    APPLICATION_INSIGHTS_NO_STATSBEAT: 'true',
    OTEL_NODE_RESOURCE_DETECTORS: 'none',
    OTEL_SERVICE_NAME: process.env.WEBSITE_SITE_NAME ?? 'gitops-healthcare',
    OTEL_BSP_MAX_QUEUE_SIZE: String(queueMax),
  });
  const { connectionString, identity } = workerData as Destination;
  const { useAzureMonitor, shutdownAzureMonitor } = await import('applicationinsights');
  useAzureMonitor({
    azureMonitorExporterOptions: {
      connectionString,
      disableOfflineStorage: true,
      ...(identity !== 'none' && { credential: await credentialOf(identity) }),
    },
    // Everything is kept: what fails or is slow is found by looking, and cannot be known beforehand.
    samplingRatio: 1,
    tracesPerSecond: 0,
    enableLiveMetrics: false,
    enableStandardMetrics: false,
    enablePerformanceCounters: false,
    instrumentationOptions: {
      http: off,
      azureSdk: off,
      mongoDb: off,
      mySql: off,
      postgreSql: off,
      redis: off,
      redis4: off,
      bunyan: off,
      winston: off,
      console: off,
    },
  });
  return shutdownAzureMonitor;
}

async function credentialOf(identity: Exclude<Destination['identity'], 'none'>) {
  const { ManagedIdentityCredential } = await import('@azure/identity');
  return identity === 'system-assigned'
    ? new ManagedIdentityCredential()
    : new ManagedIdentityCredential({ clientId: identity.clientId });
}

function emitSpan(record: SpanRecord): void {
  const { name, traceId, spanId, parentSpanId, startedAt, durationMs, isFailure } = record;
  const parent = { traceId, spanId: parentSpanId ?? '', traceFlags: TraceFlags.SAMPLED, isRemote: true };
  const span = trace.getTracer(scope).startSpan(
    name,
    {
      kind: record.kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL,
      startTime: startedAt,
      attributes: allowedAttributes(record.attributes),
      links: record.links.map((context) => ({ context: { ...context, traceFlags: TraceFlags.SAMPLED } })),
    },
    parentSpanId === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent),
  );
  // The span is over: its ids were given where it ran, and its children name them. The API cannot be told an id.
  Object.assign(span.spanContext(), { traceId, spanId });
  if (isFailure) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(startedAt + durationMs);
}

const instruments = new Map<string, Counter | Histogram | Gauge>();

function emitMeasurement({ kind, name, unit, value, attributes }: Measurement): void {
  const meter = metrics.getMeter(scope);
  const make = {
    counter: () => meter.createCounter(name, { unit }),
    histogram: () => meter.createHistogram(name, { unit }),
    gauge: () => meter.createGauge(name, { unit }),
  };
  const instrument = instruments.get(name) ?? make[kind]();
  instruments.set(name, instrument);
  const sent = allowedAttributes(attributes);
  if ('add' in instrument) instrument.add(value, sent);
  else instrument.record(value, sent);
}

const started = start();
parentPort?.on('message', async (message: { records: TelemetryRecord[] } | { stop: true }) => {
  const stop = await started;
  if ('stop' in message) {
    // Nobody can be told that the last of it could not be sent.
    await stop().catch(() => {});
    process.exit(0);
  }
  for (const record of message.records)
    if (record.type === 'span') emitSpan(record);
    else emitMeasurement(record);
});
