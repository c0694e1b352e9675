import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { applyCors, type CorsOptions } from './cors';
import { homepage } from './homepage';
import { answerEmpty } from './httpResponse';
import type { Log } from './log';
import type { ReloadingRuntime } from './reloading';

/** Answers every request that reaches the host, and writes its line. */
export function serveWith(
  runtime: ReloadingRuntime,
  log: Log,
  cors: CorsOptions | undefined,
): RequestListener {
  return (request, response) => {
    const startedAt = performance.now();
    const { method = 'GET' } = request;
    const url = withoutOrigin(request.url ?? '/');
    request.url = url;
    const end = url.indexOf('?');
    const path = withoutDots(end < 0 ? url : url.slice(0, end));
    const done = (functionName?: string): void =>
      log.request(method, path, response.statusCode, performance.now() - startedAt, functionName);
    if (cors && applyCors(cors, request, response)) return done();
    handle(runtime, request, response, path).then(done, (error) => {
      // A client that hangs up is nobody's failure.
      if (response.destroyed) return;
      log.failure('Host', error);
      if (response.headersSent) response.destroy();
      else answerEmpty(response, 500);
      done();
    });
  };
}

async function handle(
  { current }: ReloadingRuntime,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<string | undefined> {
  if (!current) {
    response.writeHead(503, { 'content-type': 'text/plain' }).end('Function host is not running.');
    return undefined;
  }
  const functionName = await current.handle(request, response, path);
  if (!response.headersSent && !response.destroyed) {
    if (path === '/') homepage(response);
    else answerEmpty(response, 404);
  }
  return functionName;
}

/** A request line may name the whole address (https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2). */
function withoutOrigin(url: string): string {
  return url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?]*\/?/i, '/');
}

/** `/a/../b` is `/b`, as for Kestrel; clients other than browsers may send either. */
function withoutDots(path: string): string {
  return path.includes('/.') ? new URL(path, 'http://localhost').pathname : path;
}
