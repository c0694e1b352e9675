import {
  Agent,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
  request as send,
} from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { TypedData } from './contract';
import { declaredLength, flattenQuery, headersOf } from './httpRequest';
import type { RouteMatch } from './routeTable';

/**
 * The library's server closes kept connections after 5 s, perhaps just as the next request is written. A request without a body
 * is then sent again; one with a body cannot be, and gets a connection of its own.
 */
const keptConnections = new Agent({ keepAlive: true });
const ownConnections = new Agent({ keepAlive: false });

/** The trigger metadata of a streamed request: headers and query as JSON, each route parameter as a string. */
export function streamMetadata(request: IncomingMessage, match: RouteMatch): Record<string, TypedData> {
  const metadata: Record<string, TypedData> = {
    Query: { json: JSON.stringify(flattenQuery(request.url ?? '')) },
    Headers: { json: JSON.stringify(headersOf(request)) },
  };
  for (const [name, value] of Object.entries(match.params)) metadata[name] = { string: value };
  return metadata;
}

/** A request on its way to the worker and back. */
export interface Forwarded {
  /** Resolves once the whole answer has left. Rejects where the request or its answer is lost on the way. */
  answered: Promise<void>;
  cancel(): void;
}

/**
 * Pipes the request to the server that the library opened in the worker, and its answer back. The library finds the
 * invocation by its id, and builds the URL from the forwarded host and scheme.
 */
export function forward(
  request: IncomingMessage,
  response: ServerResponse,
  workerUri: string,
  invocationId: string,
): Forwarded {
  const hasBody = declaredLength(request) > 0 || request.headers['transfer-encoding'] !== undefined;
  const headers = {
    ...request.headers,
    'x-forwarded-host': request.headers.host,
    'x-forwarded-proto': 'http',
    'x-ms-invocation-id': invocationId,
  };
  const { method, url: path } = request;
  const agent = hasBody ? ownConnections : keptConnections;
  const options = { ...addressOf(workerUri), method, path, headers, agent };
  let outgoing: ClientRequest;
  let isCancelled = false;
  const sent = new Promise<IncomingMessage>((resolve, reject) => {
    const begin = (): void => {
      outgoing = send(options, resolve);
      outgoing.on('error', (error) => {
        if (!hasBody && outgoing.reusedSocket && isReset(error) && !isCancelled) begin();
        else reject(error);
      });
      if (!hasBody) outgoing.end();
    };
    begin();
    if (hasBody) pipeline(request, outgoing).catch(reject);
  });
  const cancel = (): void => {
    isCancelled = true;
    outgoing.destroy();
  };
  // A client that hangs up waits for nothing any more.
  response.once('close', () => {
    if (!response.writableFinished) cancel();
  });
  return { answered: sent.then((answer) => passOn(answer, response)), cancel };
}

/** By hand, since `pipeline` makes an abort signal and an error for each answer. A client that hangs up ends it too. */
function passOn(answer: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const name of ['x-ms-invocation-id', 'connection', 'keep-alive']) delete answer.headers[name];
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  return new Promise((resolve, reject) => {
    answer.once('error', reject);
    response.once('finish', resolve).once('close', () => {
      answer.destroy();
      resolve();
    });
    answer.pipe(response);
  });
}

/** The library's server listens on every address; a name would be looked up for each connection. */
function addressOf(workerUri: string): { host: string; port: string } {
  const { hostname, port } = new URL(workerUri);
  return { host: hostname === 'localhost' ? '127.0.0.1' : hostname, port };
}

function isReset(error: NodeJS.ErrnoException): boolean {
  return error.code === 'ECONNRESET' || error.code === 'EPIPE';
}
