import { AsyncLocalStorage } from 'node:async_hooks';
import type { HttpClient, PipelineRequest } from '@azure/core-rest-pipeline';
import { type CosmosOperation, recordCosmosOperation } from '../telemetry';

interface Running extends CosmosOperation {
  rank: number;
  hasFailed: boolean;
}

/** What a request to Cosmos DB asks for. The SDK looks things up by itself; an operation is named after its highest rank. */
interface Asked {
  rank: number;
  name: string;
  database: string | undefined;
  container: string | undefined;
}

const running = new AsyncLocalStorage<Running>();

/** Makes all that `work` asks of Cosmos DB one operation in the telemetry. */
export async function observed<T>(work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const operation: Running = {
    rank: -1,
    hasFailed: false,
    name: 'unknown',
    database: undefined,
    container: undefined,
    serverAddress: '',
    status: undefined,
    substatus: undefined,
    activityId: undefined,
    requestCharge: 0,
    requests: 0,
    retries: 0,
    throttles: 0,
    returnedRows: undefined,
    startedAt: performance.timeOrigin + startedAt,
    durationMs: 0,
  };
  try {
    return await running.run(operation, work);
  } catch (error) {
    // A batch is answered with 207; what it was refused for is in the error.
    const { code } = (error ?? {}) as { code?: unknown };
    if (typeof code === 'number') operation.status = code;
    throw error;
  } finally {
    operation.durationMs = performance.now() - startedAt;
    if (operation.requests > 0) recordCosmosOperation(operation);
  }
}

/** An HTTP client of the SDK that tells the operation under way of every request. */
export function observedHttpClient(client: HttpClient): HttpClient {
  return {
    async sendRequest(request) {
      const operation = running.getStore();
      if (!operation) return client.sendRequest(request);
      const asked = askedBy(request);
      const counts = asked.rank >= operation.rank;
      if (counts) {
        const { hostname } = new URL(request.url);
        Object.assign(operation, asked, {
          serverAddress: hostname,
          status: undefined,
          substatus: undefined,
          activityId: undefined,
        });
      }
      operation.requests++;
      if (operation.hasFailed) operation.retries++;
      const response = await client.sendRequest(request).catch((error: unknown) => {
        operation.hasFailed = true;
        throw error;
      });
      const header = (name: string) => response.headers.get(`x-ms-${name}`);
      operation.hasFailed = mayPass(response.status, header('substatus'));
      operation.requestCharge += Number(header('request-charge') ?? 0);
      if (response.status === 429) operation.throttles++;
      if (counts) {
        operation.status = response.status;
        operation.substatus = numberIn(header('substatus'));
        operation.activityId = header('activity-id');
        const rows = asked.name === 'query_items' ? numberIn(header('item-count')) : undefined;
        if (rows !== undefined) operation.returnedRows = (operation.returnedRows ?? 0) + rows;
      }
      return response;
    },
  };
}

/**
 * Statuses after which the same request is made again. 400 is none: the SDK sends a query over several partitions first as it
 * is, is told 400, and asks how to split it.
 */
const passing = new Set([408, 410, 429, 449, 500, 502, 503, 504]);

/** 404 with 1002 is a replica that has not seen the session's last write yet. */
function mayPass(status: number, substatus: string | undefined): boolean {
  return passing.has(status) || (status === 404 && substatus === '1002');
}

function numberIn(header: string | undefined): number | undefined {
  return header === undefined ? undefined : Number(header);
}

const onOneItem: Record<string, string> = {
  GET: 'read_item',
  PUT: 'replace_item',
  PATCH: 'patch_item',
  DELETE: 'delete_item',
};

/**
 * Told from the request itself: `/dbs/D/colls/C/docs/ID`, the method, and the headers that the SDK sets.
 * https://learn.microsoft.com/rest/api/cosmos-db/cosmosdb-resource-uri-syntax-for-rest
 */
function askedBy({ url, method, headers }: PipelineRequest): Asked {
  const [, , database, , container, kind, id] = new URL(url).pathname.split('/');
  const is = (name: string) => headers.get(`x-ms-${name}`)?.toLowerCase() === 'true';
  const place = {
    database: database && decodeURIComponent(database),
    container: container && decodeURIComponent(container),
  };
  if (kind === undefined || kind === '') {
    const name = container ? 'read_container' : database ? 'read_database' : 'read_account';
    return { rank: container ? 1 : 0, name, ...place };
  }
  if (kind !== 'docs' || is('cosmos-is-query-plan-request')) return { rank: 0, name: 'look_up', ...place };
  return { rank: 2, name: id ? (onOneItem[method] ?? 'unknown') : onContainer(), ...place };

  function onContainer(): string {
    if (method === 'GET') return 'read_all_items';
    if (is('documentdb-isquery')) return 'query_items';
    if (is('cosmos-is-batch-request')) return 'execute_batch';
    return is('documentdb-is-upsert') ? 'upsert_item' : 'create_item';
  }
}
