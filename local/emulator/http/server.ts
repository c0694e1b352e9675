import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { CosmosError, tooLarge } from '../errors';
import { missCharge } from '../requestCharge';
import { authorize } from './authorization';
import { requireConsistency } from './consistency';
import { type Answer, Exchange } from './exchange';
import { localPage } from './localPages';
import { findRoute } from './routes';
import type { ServerOptions } from './serverOptions';
import { sessionToken } from './sessionToken';
import { parseTarget } from './target';

const bodyBytesMax = 2 * 1024 * 1024;

/** Makes the HTTP server of an account. It isn't listening yet. */
export function createCosmosServer(options: ServerOptions): Server {
  const listener = (request: IncomingMessage, response: ServerResponse) =>
    void respond(options, request, response);
  const server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
  server.keepAliveTimeout = 60_000;
  server.on('clientError', (_error, socket) => {
    if (socket.writable)
      socket.end('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
    else socket.destroy();
  });
  return server;
}

async function respond(
  options: ServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const activityId = randomUUID();
  let exchange: Exchange | undefined;
  try {
    const { segments, search } = parseTarget(request.url ?? '/');
    const body = await readBody(request);
    if (segments[0]?.startsWith('_')) {
      const page = await localPage(options, request, segments, search, body);
      response.writeHead(page.status, page.headers).end(page.body);
      return;
    }
    exchange = new Exchange(options.engine, request, segments, body);
    authorize(options.key, {
      method: request.method ?? 'GET',
      segments,
      authorization: exchange.header('authorization'),
      date: exchange.header('x-ms-date') ?? exchange.header('date'),
      nowMs: Date.now(),
    });
    requireConsistency(exchange.header('x-ms-consistency-level'));
    const { operation, handle } = findRoute(exchange);
    const fault = await options.faults.take({ operation, exchange });
    if (fault === 'drop') {
      request.socket.destroy();
      return;
    }
    const answer = await handle(exchange);
    if (fault === 'drop-after') request.socket.destroy();
    else send(response, exchange, activityId, answer);
  } catch (error) {
    if (response.headersSent) response.destroy();
    else send(response, exchange, activityId, refusal(error));
  }
}

function refusal(error: unknown): Answer {
  const known =
    error instanceof CosmosError ? error : new CosmosError(500, 'The emulator failed unexpectedly.');
  if (known !== error)
    process.stderr.write(`emulator: ${error instanceof Error ? error.stack : String(error)}\n`);
  const { substatus, headers } = known.details;
  return {
    status: known.status,
    body: JSON.stringify(known.toBody()),
    charge: missCharge,
    headers: { ...(substatus === undefined ? {} : { 'x-ms-substatus': String(substatus) }), ...headers },
  };
}

function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      // What is too long is still read to its end, so that the client gets to see the answer.
      if (bytes <= bodyBytesMax) chunks.push(chunk);
    });
    request.on('end', () =>
      bytes > bodyBytesMax
        ? reject(tooLarge('Request size is too large: at most 2 MB.'))
        : resolve(Buffer.concat(chunks)),
    );
    request.on('error', reject);
    request.on('aborted', () => reject(new CosmosError(400, 'The request was aborted.')));
  });
}

function send(
  response: ServerResponse,
  exchange: Exchange | undefined,
  activityId: string,
  answer: Answer,
): void {
  const empty = answer.status === 204 || answer.status === 304;
  const body = empty ? undefined : answer.body;
  const headers: Record<string, string | number> = {
    'x-ms-activity-id': activityId,
    'x-ms-request-charge': String(answer.charge ?? missCharge),
    'x-ms-version': '2020-07-15',
    'x-ms-gatewayversion': '2.0.0',
    'x-ms-serviceversion': 'version=2.14.0.0',
    'x-ms-schemaversion': '1.18',
    ...containerHeaders(exchange),
    ...answer.headers,
  };
  const bytes = body === undefined ? 0 : Buffer.byteLength(body);
  if (!empty) headers['content-length'] = bytes;
  if (body !== undefined) headers['content-type'] = 'application/json';
  response.writeHead(answer.status, headers);
  // Text with a byte a character is ASCII, and goes out much faster under a name that says so.
  response.end(body, bytes === body?.length ? 'latin1' : 'utf8');
}

function containerHeaders(exchange: Exchange | undefined): Record<string, string> {
  const container = exchange?.container;
  if (!container) return {};
  return {
    'x-ms-session-token': sessionToken(container, exchange.range),
    'x-ms-content-path': container.rid,
    'x-ms-alt-content-path': encodeURI(`dbs/${container.databaseId}/colls/${container.id}`),
    lsn: String(container.lsn),
  };
}
