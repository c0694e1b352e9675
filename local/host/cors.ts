import type { IncomingMessage, ServerResponse } from 'node:http';

export interface CorsOptions {
  /** Origins that pages may call from; `*` for any. */
  origins: string[];
  credentials: boolean;
}

/**
 * Sets the CORS headers of an answer to a page of an allowed origin (`Host.CORS` in local.settings.json).
 * @returns true where the request was a preflight and is answered by this.
 */
export function applyCors(options: CorsOptions, request: IncomingMessage, response: ServerResponse): boolean {
  const { origin } = request.headers;
  const isAny = options.origins.includes('*');
  if (!origin || !(isAny || options.origins.includes(origin))) return false;
  response.setHeader('access-control-allow-origin', isAny && !options.credentials ? '*' : origin);
  response.setHeader('vary', 'Origin');
  if (options.credentials) response.setHeader('access-control-allow-credentials', 'true');
  const method = request.headers['access-control-request-method'];
  if (request.method !== 'OPTIONS' || !method) return false;
  response.setHeader('access-control-allow-methods', method);
  const headers = request.headers['access-control-request-headers'];
  if (headers) response.setHeader('access-control-allow-headers', headers);
  response.writeHead(204).end();
  return true;
}
