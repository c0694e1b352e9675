import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../lib/http';
import { endpoint } from './endpoint';

endpoint('queryAudit', async ({ query, store, tenantId }) => {
  const { limit, cursor, ...filter } = query;
  const asked = { tenantId, ...filter };
  const after = cursor === undefined ? 0 : decodeCursor(cursor, asked, z.int().min(0));
  const rows = await store.audit.page(tenantId, { ...filter, after }, limit + 1);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    jsonBody: { items, nextCursor: rows.length > limit && last ? encodeCursor(asked, last.sequence) : null },
  };
});
