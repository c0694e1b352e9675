import { z } from 'zod';
import { CalendarDate, CommitHash } from '../lib/commit';
import { InvalidInput } from '../lib/errors';
import { decodeCursor, encodeCursor, parseParameters, wholeNumber } from '../lib/http';
import { endpoint } from './endpoint';

const Parameters = z.strictObject({
  startDate: CalendarDate.optional(),
  endDate: CalendarDate.optional(),
  commitHash: CommitHash.optional(),
  limit: wholeNumber(1, 500, 100),
  cursor: z.string().max(2_000).optional(),
});

endpoint('queryAudit', async ({ search, store, tenantId }) => {
  const { limit, cursor, ...filter } = parseParameters(search, Parameters);
  if (filter.startDate !== undefined && filter.endDate !== undefined && filter.startDate > filter.endDate) {
    throw new InvalidInput([{ path: 'startDate', message: 'must not be after endDate' }]);
  }
  const query = { tenantId, ...filter };
  const after = cursor === undefined ? 0 : decodeCursor(cursor, query, z.int().min(0));
  const rows = await store.audit.page(tenantId, { ...filter, after }, limit + 1);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    jsonBody: { items, nextCursor: rows.length > limit && last ? encodeCursor(query, last.sequence) : null },
  };
});
