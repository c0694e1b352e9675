import { CalendarDate } from '../lib/commit';
import { type Digest, renderHtml, renderMarkdown, viewOfDigest } from '../lib/digest';
import { Problem } from '../lib/errors';
import { acceptedType } from '../lib/http';
import { endpoint } from './endpoint';
import { pageHeaders } from './pageHeaders';

export const getDigest = endpoint('getDigest', async ({ request, config, store, tenantId }) => {
  const date = CalendarDate.safeParse(request.params.date);
  const type = acceptedType(request.headers.get('accept'), [
    'application/json',
    'text/html',
    'text/markdown',
  ]);
  const digest = date.success ? await store.digests.get(tenantId, date.data) : undefined;
  if (!digest) throw new Problem('not-found', { detail: 'There is no digest of this day.' });
  const headers = { etag: digest._etag, vary: 'accept' };
  if (type === 'application/json') return { headers, jsonBody: digest };
  const view = viewOfDigest(digest as unknown as Digest, { publicUrl: config.publicUrl });
  return {
    headers: { ...headers, ...pageHeaders(type) },
    body: type === 'text/html' ? renderHtml(view) : renderMarkdown(view),
  };
});
