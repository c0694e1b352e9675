import * as z from 'zod';
import { addDays, utcDate } from '../lib/commit';
import { InvalidInput } from '../lib/errors';
import { acceptedType, decodeCursor, encodeCursor } from '../lib/http';
import { streamed } from './commitStream';
import type { CommitsQuery } from './contract/queries';
import { endpoint } from './endpoint';

const daysDefault = 30;
const daysMax = 366;
const firstDate = '1970-01-01';

const Position = z.strictObject({ timestamp: z.string(), commitHash: z.string() });

const types = ['application/json', 'text/csv', 'application/x-ndjson'] as const;

export const queryCommits = endpoint('queryCommits', async ({ request, query, store, tenantId, now }) => {
  const type = acceptedType(request.headers.get('accept'), types);
  const { limit, cursor, ...asked } = query;
  const filter = { tenantId, ...asked, ...range(asked, utcDate(now.toISOString())) };
  if (type !== 'application/json')
    return streamed(type, `commits-${filter.startDate}-${filter.endDate}`, store.commits.listAll(filter));
  const position = cursor === undefined ? undefined : decodeCursor(cursor, filter, Position);
  const rows = await store.commits.list(filter, limit + 1, position);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last;
  return {
    headers: { vary: 'accept' },
    jsonBody: {
      items,
      nextCursor: more
        ? encodeCursor(filter, { timestamp: last.timestamp, commitHash: last.commitHash })
        : null,
    },
  };
});

function range(
  asked: Omit<z.infer<typeof CommitsQuery>, 'limit' | 'cursor'>,
  today: string,
): { startDate: string; endDate: string } {
  const { startDate, endDate, ...filters } = asked;
  const end = endDate ?? (startDate !== undefined && startDate > today ? startDate : today);
  // What changed since then may be of any day: an old commit that was reviewed today, or found by a backfill.
  const start = startDate ?? (asked.updatedSince === undefined ? addDays(end, -daysDefault) : firstDate);
  if (start > end) throw new InvalidInput([{ path: 'startDate', message: 'must not be after endDate' }]);
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  if (!isFiltered && addDays(start, daysMax) < end) {
    throw new InvalidInput([
      {
        path: 'startDate',
        message: `must be at most ${daysMax} days before endDate, unless there is a filter`,
      },
    ]);
  }
  return { startDate: start, endDate: end };
}
