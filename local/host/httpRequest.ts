import type { IncomingMessage } from 'node:http';
import type { HttpData } from './contract';
import type { RouteMatch } from './routeTable';

/** The host's limit on a request body, 100 MB, unless the app setting FUNCTIONS_REQUEST_BODY_SIZE_LIMIT says otherwise. */
export function bodyBytesMax(): number {
  return Number(process.env.FUNCTIONS_REQUEST_BODY_SIZE_LIMIT || 104_857_600);
}

/**
 * Reads a body of at most that many bytes.
 * @returns undefined where it is larger; the rest is left unread.
 */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > bytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/** What `Content-Length` says, or 0. A body without a length (a chunked request) is not handed on, unless the app streams. */
export function declaredLength(request: IncomingMessage): number {
  return Number(request.headers['content-length'] ?? 0);
}

/** The request as the worker is given it: absolute URL, lower-case header names, raw body bytes. */
export function toHttpData(request: IncomingMessage, match: RouteMatch, body: Buffer | undefined): HttpData {
  return {
    method: request.method,
    url: `http://${request.headers.host ?? 'localhost'}${request.url}`,
    headers: headersOf(request),
    query: flattenQuery(request.url ?? ''),
    params: match.params,
    ...(body && { body: { bytes: body } }),
  };
}

/** Repeated headers arrive as one, joined by commas. */
export function headersOf(request: IncomingMessage): Record<string, string> {
  const headers = request.headers as Record<string, string | string[]>;
  for (const name in headers) {
    const value = headers[name];
    if (Array.isArray(value)) headers[name] = value.join(',');
  }
  return headers as Record<string, string>;
}

/** Repeated query keys, told apart by no case, arrive as one, joined by commas: the host flattens them. */
export function flattenQuery(url: string): Record<string, string> {
  const at = url.indexOf('?');
  if (at < 0 || at === url.length - 1) return {};
  const query: Record<string, string> = {};
  const names = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(url.slice(at + 1))) {
    const known = names.get(name.toLowerCase());
    if (known === undefined) {
      names.set(name.toLowerCase(), name);
      query[name] = value;
    } else {
      query[known] += `,${value}`;
    }
  }
  return query;
}
