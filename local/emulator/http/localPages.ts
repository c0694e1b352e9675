import type { IncomingMessage } from 'node:http';
import type { ServerOptions } from './serverOptions';

export interface PageAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const text = (status: number, body: string): PageAnswer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
});

/** The emulator's own pages, beside the protocol: everything under a path that begins with `_`. */
export async function localPage(
  _options: ServerOptions,
  _request: IncomingMessage,
  _segments: string[],
  _search: string,
  _body: Buffer,
): Promise<PageAnswer> {
  return text(404, 'There is no such page.');
}
