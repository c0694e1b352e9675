import { z } from 'zod';
import { addDays, utcDate } from '../lib/commit';
import { InvalidInput } from '../lib/errors';
import { decodeCursor, encodeCursor } from '../lib/http';
import type { CommitsQuery } from './contract/queries';
import { endpoint } from './endpoint';

const daysDefault = 30;
const daysMax = 366;

const Position = z.strictObject({ timestamp: z.string(), commitHash: z.string() });

endpoint('queryCommits', async ({ query, store, tenantId, now }) => {
  const { limit, cursor, ...asked } = query;
  const filter = { tenantId, ...asked, ...range(asked, utcDate(now.toISOString())) };
  const position = cursor === undefined ? undefined : decodeCursor(cursor, filter, Position);
  const rows = await store.commits.list(filter, limit + 1, position);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last;
  return {
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
  const start = startDate ?? addDays(end, -daysDefault);
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
