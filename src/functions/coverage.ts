import * as z from 'zod';
import { decodeCursor, encodeCursor } from '../lib/http';
import type { RefItem } from '../lib/store';
import { endpoint } from './endpoint';

export const coverage = endpoint('coverage', async ({ query, store, tenantId }) => {
  const { limit, cursor, repository } = query;
  const asked = { tenantId, repository };
  const after = cursor === undefined ? undefined : decodeCursor(cursor, asked, z.string());
  const [rows, counts] = await Promise.all([
    store.refs.page(tenantId, { repository, after }, limit + 1),
    store.deliveries.counts(tenantId),
  ]);
  const last = rows[limit - 1];
  return {
    jsonBody: {
      items: rows.slice(0, limit).map(shown),
      nextCursor: rows.length > limit && last ? encodeCursor(asked, last.deliveryId) : null,
      deliveries: { pending: counts.pending, failed: counts.failed },
      enrichment: { pending: counts.enriching },
    },
  };
});

function shown({ repository, ref, pushes, gapsFound, gapsFilled, lastPush, gaps }: RefItem) {
  const { at, after, pusher } = lastPush;
  return {
    repository,
    ref,
    pushesSeen: pushes,
    gapsFound,
    gapsFilled,
    gapsOpen: gapsFound - gapsFilled,
    lastPush: { at, after, pusher },
    gaps,
  };
}
