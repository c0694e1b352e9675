import type { ServerResponse } from 'node:http';
import { serialize } from 'cookie';
import type { HttpCookie, InvocationResponse } from './contract';

/** Set by the connection, whatever the function says. */
const connectionHeaders = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

const singleWriteBytesMax = 16_384;

/** Answers with a status and no body, as the host does for everything it refuses. */
export function answerEmpty(
  response: ServerResponse,
  status: number,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-length': '0', ...headers }).end();
}

type Answer = () => void;
let ready: Answer[] = [];

/**
 * Answers with what the worker gave back: 204 where the function returned nothing. The answers of one turn of the event loop
 * leave together: one by one, each would wake up a client that has just gone to sleep.
 */
export function answer(response: ServerResponse, result: InvocationResponse): Promise<void> {
  return new Promise((resolve) => {
    const count = ready.push(() => {
      write(response, result);
      resolve();
    });
    if (count === 1) setImmediate(answerReady);
  });
}

function answerReady(): void {
  const answers = ready;
  ready = [];
  for (const send of answers) send();
}

function write(response: ServerResponse, result: InvocationResponse): void {
  const http = result.returnValue?.http;
  if (!http) {
    response.writeHead(204).end();
    return;
  }
  const status = Number(http.statusCode ?? 200);
  const headers: Record<string, string | string[] | number> = {};
  for (const name in http.headers) {
    const value = http.headers[name];
    if (value !== undefined && !connectionHeaders.has(name)) headers[name] = value;
  }
  if (http.cookies?.length) headers['set-cookie'] = setCookies(headers['set-cookie'], http.cookies);
  const body = http.body?.bytes ?? http.body?.string ?? '';
  if (status === 204 || status === 304) {
    response.writeHead(status, headers).end();
  } else {
    headers['content-length'] = Buffer.byteLength(body);
    response.writeHead(status, headers);
    // A short text leaves in one write with the headers, which bytes would not; Latin-1 is byte for byte the same.
    if (body instanceof Uint8Array && body.length <= singleWriteBytesMax) {
      response.end(Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1'), 'latin1');
    } else {
      response.end(body);
    }
  }
}

function setCookies(header: string | string[] | number | undefined, cookies: HttpCookie[]): string[] {
  return [...(typeof header === 'string' ? [header] : []), ...cookies.map(serializeCookie)];
}

/** The worker's `none` means that nothing was said; `SameSite=None` is `explicitNone`. */
function serializeCookie(cookie: HttpCookie): string {
  const seconds = cookie.expires?.value?.seconds;
  const sameSite = { none: undefined, explicitNone: 'none', lax: 'lax', strict: 'strict' } as const;
  return serialize(cookie.name, cookie.value, {
    domain: cookie.domain?.value,
    path: cookie.path?.value ?? '/',
    expires: seconds === undefined ? undefined : new Date(seconds * 1000),
    secure: cookie.secure?.value,
    httpOnly: cookie.httpOnly?.value,
    sameSite: sameSite[cookie.sameSite ?? 'none'],
    maxAge: cookie.maxAge?.value,
  });
}
