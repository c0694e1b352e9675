import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { contentSecurityPolicy, page } from '../dashboard/page';
import { endpoint } from './endpoint';

const etag = `"${createHash('sha256').update(page).digest('base64url').slice(0, 22)}"`;
const compressed = new Map<string, Promise<Buffer>>();
const compress = { br: promisify(brotliCompress), gzip: promisify(gzip) };

export const dashboard = endpoint('dashboard', async ({ request }) => {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': contentSecurityPolicy,
    // The page is the same for everybody and holds no data; a new version is noticed by its ETag.
    'cache-control': 'no-cache',
    vary: 'accept-encoding',
    etag,
  };
  if (request.headers.get('if-none-match')?.includes(etag)) return { status: 304, headers };
  const accepted = request.headers.get('accept-encoding') ?? '';
  const encoding = /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gzip' : undefined;
  if (encoding === undefined) return { headers, body: page };
  const body = compressed.get(encoding) ?? compress[encoding](page);
  compressed.set(encoding, body);
  return { headers: { ...headers, 'content-encoding': encoding }, body: await body };
});
