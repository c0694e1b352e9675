import { Agent, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { TypedData } from './contract';
import { flattenQuery, headersOf } from './httpRequest';
import type { RouteMatch } from './routeTable';

// A connection a request: a kept one may be closed at the far end just as the next body is written, and a body cannot be sent
// twice.
const agent = new Agent({ keepAlive: false });

/** The trigger metadata of a streamed request: headers and query as JSON, each route parameter as a string. */
export function streamMetadata(request: IncomingMessage, match: RouteMatch): Record<string, TypedData> {
  const metadata: Record<string, TypedData> = {
    Query: { json: JSON.stringify(flattenQuery(request.url ?? '')) },
    Headers: { json: JSON.stringify(headersOf(request)) },
  };
  for (const [name, value] of Object.entries(match.params)) metadata[name] = { string: value };
  return metadata;
}

/**
 * Pipes the request to the server that the library opened in the worker, and its answer back. The library finds the
 * invocation by its id, and builds the URL from the forwarded host and scheme.
 */
export async function forward(
  request: IncomingMessage,
  response: ServerResponse,
  workerUri: string,
  invocationId: string,
  signal: AbortSignal,
): Promise<void> {
  const { host, port } = { host: new URL(workerUri).hostname, port: new URL(workerUri).port };
  const headers = {
    ...request.headers,
    'x-forwarded-host': request.headers.host,
    'x-forwarded-proto': 'http',
    'x-ms-invocation-id': invocationId,
  };
  const outgoing = send({ host, port, method: request.method, path: request.url, headers, agent, signal });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve).once('error', reject);
  });
  const [answer] = await Promise.all([answered, pipeline(request, outgoing)]);
  delete answer.headers['x-ms-invocation-id'];
  delete answer.headers.connection;
  delete answer.headers['keep-alive'];
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  await pipeline(answer, response);
}
