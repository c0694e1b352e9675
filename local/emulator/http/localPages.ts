import type { IncomingMessage } from 'node:http';
import { explorerPage } from './explorer/explorerPage';
import { faultsPage } from './faultsPage';
import { type PageAnswer, textPage } from './page';
import type { ServerOptions } from './serverOptions';

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/**
 * The emulator's own pages, beside the protocol: everything under a path that begins with `_`. They need no key, so
 * they answer only to a name of this machine: a web page elsewhere cannot reach them by a name of its own.
 */
export async function localPage(
  { engine, faults }: ServerOptions,
  request: IncomingMessage,
  segments: string[],
  search: string,
  body: Buffer,
): Promise<PageAnswer> {
  if (!loopback.test(request.headers.host ?? '')) return textPage(403, 'This page is for this machine only.');
  const method = request.method ?? 'GET';
  const [page, ...rest] = segments;
  if (page === '_faults') {
    const contentType = request.headers['content-type'] ?? '';
    return faultsPage(faults, { method, contentType, id: rest[0], body: body.toString() });
  }
  if (page !== '_explorer') return textPage(404, 'There is no such page.');
  if (method !== 'GET' && method !== 'HEAD') return textPage(405, 'GET only.');
  return explorerPage(engine, rest, new URLSearchParams(search));
}
