import { renderArchiveHtml, renderArchiveMarkdown } from '../lib/digest';
import { acceptedType } from '../lib/http';
import { endpoint } from './endpoint';
import { pageHeaders } from './pageHeaders';

export const queryDigests = endpoint('queryDigests', async ({ request, config, query, store, tenantId }) => {
  const type = acceptedType(request.headers.get('accept'), [
    'application/json',
    'text/html',
    'text/markdown',
  ]);
  const items = await store.digests.list(tenantId, query.limit);
  if (type === 'application/json') return { headers: { vary: 'accept' }, jsonBody: { items } };
  const options = { publicUrl: config.publicUrl };
  return {
    headers: { vary: 'accept', ...pageHeaders(type) },
    body: type === 'text/html' ? renderArchiveHtml(items, options) : renderArchiveMarkdown(items, options),
  };
});
