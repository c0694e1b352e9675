import * as z from 'zod';
import { CalendarDate, utcDate } from '../lib/commit';
import { acceptedType, decodeCursor, encodeCursor } from '../lib/http';
import { sinceDay, sinceDays } from '../lib/store';
import { streamed } from './commitStream';
import { endpoint } from './endpoint';

const types = ['application/json', 'text/csv', 'application/x-ndjson', 'application/sarif+json'] as const;

/** A walk keeps the day it began from, though it goes on past midnight. */
const Position = z.strictObject({
  from: CalendarDate,
  riskScore: z.number(),
  timestamp: z.string(),
  commitHash: z.string(),
});

export const highRiskCommits = endpoint(
  'highRiskCommits',
  async ({ request, query, store, tenantId, now }) => {
    const type = acceptedType(request.headers.get('accept'), types);
    const { days, limit, cursor } = query;
    const asked = { tenantId, threshold: query.threshold, days };
    const position = cursor === undefined ? undefined : decodeCursor(cursor, asked, Position);
    const threshold = query.threshold ?? (await store.settings.of(tenantId)).thresholds.highRisk;
    const today = utcDate(now.toISOString());
    const since = position ? sinceDay(position.from) : sinceDays(today, days);
    if (type !== 'application/json')
      return streamed(
        type,
        `high-risk-${since.date}-${today}`,
        store.commits.allHighRisk(tenantId, threshold, since),
      );
    const rows = await store.commits.highRisk(tenantId, threshold, since, limit + 1, position);
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    const nextCursor =
      rows.length > limit && last?.riskScore !== undefined
        ? encodeCursor(asked, {
            from: since.date,
            riskScore: last.riskScore,
            timestamp: last.timestamp,
            commitHash: last.commitHash,
          })
        : null;
    return { headers: { vary: 'accept' }, jsonBody: { items, threshold, days, nextCursor } };
  },
);
