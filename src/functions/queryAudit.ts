import * as z from 'zod';
import { noteAccess } from '../lib/evidence';
import { decodeCursor, encodeCursor } from '../lib/http';
import { endpoint } from './endpoint';

export const queryAudit = endpoint('queryAudit', async ({ query, store, tenantId, principal, now }) => {
  const { limit, cursor, ...filter } = query;
  const asked = { tenantId, ...filter };
  const after = cursor === undefined ? 0 : decodeCursor(cursor, asked, z.int().min(0));
  await noteAccess(store, tenantId, {
    action: 'queried',
    actor: principal.subject,
    at: now,
    asked: { function: 'queryAudit', ...filter, ...(after > 0 && { afterSequence: after }) },
  });
  const rows = await store.audit.page(tenantId, { ...filter, after }, limit + 1);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    jsonBody: { items, nextCursor: rows.length > limit && last ? encodeCursor(asked, last.sequence) : null },
  };
});
