import { requestCharge, throttles } from './metrics';
import { recorder } from './recorder';
import { currentScope, newSpanId, newTrace } from './traceContext';

/** One operation on Cosmos DB from its first request to its last, retries and look-ups of the SDK included. */
export interface CosmosOperation {
  /** OpenTelemetry's name: `read_item`, `query_items`, `execute_batch` … */
  name: string;
  database: string | undefined;
  container: string | undefined;
  serverAddress: string;
  /** Of the last answer; undefined where there was none. */
  status: number | undefined;
  substatus: number | undefined;
  activityId: string | undefined;
  /** Request units. */
  requestCharge: number;
  requests: number;
  /** Requests made again because one before had failed. */
  retries: number;
  /** Answers with status 429. */
  throttles: number;
  /** Of a query. */
  returnedRows: number | undefined;
  /** Milliseconds since 1970. */
  startedAt: number;
  durationMs: number;
}

/** Statuses that are answers: not there, there already, changed meanwhile. */
const expected = new Set([404, 409, 412]);

let slowOperationMs = Number.POSITIVE_INFINITY;

/** From how long on an operation is worth a warning. */
export function warnOfOperationsSlowerThan(ms: number): void {
  slowOperationMs = ms;
}

/** Makes an operation known: one span, its metrics, and a warning in the invocation's log where it was slow. */
export function recordCosmosOperation(operation: CosmosOperation): void {
  const { name, container, status, durationMs } = operation;
  const scope = currentScope();
  const isFailure = status === undefined || (status >= 400 && !expected.has(status));
  const place = { 'db.collection.name': container, 'db.operation.name': name };
  if (recorder.isOn) {
    const parent = scope ?? newTrace();
    recorder.record({
      type: 'span',
      name: container === undefined ? name : `${name} ${container}`,
      kind: 'client',
      traceId: parent.traceId,
      spanId: newSpanId(),
      parentSpanId: scope?.spanId,
      startedAt: operation.startedAt,
      durationMs,
      isFailure,
      links: [],
      attributes: {
        ...place,
        'db.system.name': 'azure.cosmosdb',
        'db.namespace': operation.database,
        'db.response.status_code': status === undefined ? undefined : String(status),
        'db.response.returned_rows': operation.returnedRows,
        'azure.cosmosdb.connection.mode': 'gateway',
        'azure.cosmosdb.operation.request_charge': operation.requestCharge,
        'azure.cosmosdb.response.sub_status_code': operation.substatus,
        'azure.resource_provider.namespace': 'Microsoft.DocumentDB',
        'gitops.cosmosdb.activity_id': operation.activityId,
        'gitops.cosmosdb.requests': operation.requests,
        'gitops.cosmosdb.retries': operation.retries,
        'server.address': operation.serverAddress,
        'error.type': isFailure ? String(status ?? 'no-answer') : undefined,
      },
    });
    requestCharge(operation.requestCharge, place);
    if (operation.throttles > 0) throttles(operation.throttles, { 'db.collection.name': container });
  }
  if (durationMs > slowOperationMs) scope?.warn?.('slow operation', factsOf(operation));
}

function factsOf(operation: CosmosOperation): object {
  const { name, container, status, substatus, retries, returnedRows, activityId } = operation;
  return {
    operation: name,
    container,
    durationMs: Math.round(operation.durationMs),
    status,
    substatus,
    requestCharge: Math.round(operation.requestCharge * 100) / 100,
    returnedRows,
    retries,
    activityId,
  };
}
