import type { HttpResponseInit } from '@azure/functions';
import { addDays, utcDate } from '../lib/commit';
import { acceptedType, csvLine } from '../lib/http';
import { type DayCounts, sumCounts } from '../lib/store';
import { endpoint } from './endpoint';

/** Repositories and authors beyond these are counted in `others`. */
const namesMax = 100;

const groups = ['byLevel', 'byReview', 'byFramework', 'byRepository', 'byAuthor'] as const;

export const stats = endpoint(
  'stats',
  async ({ request, query, store, tenantId, now }): Promise<HttpResponseInit> => {
    const type = acceptedType(request.headers.get('accept'), ['application/json', 'text/csv']);
    const endDate = utcDate(now.toISOString());
    const startDate = addDays(endDate, -query.days);
    const days = await store.stats.days(tenantId, startDate, endDate, now.getTime());
    if (type === 'text/csv')
      return {
        headers: {
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': `attachment; filename="stats-${startDate}-${endDate}.csv"`,
          vary: 'accept',
        },
        body: tableOf(days),
      };
    const byDay = days.map(({ date, commits, byLevel }) => ({ date, commits, byLevel }));
    return {
      headers: { vary: 'accept' },
      jsonBody: {
        startDate,
        endDate,
        commits: total(days),
        byDay,
        ...summary(days),
        computedAt: now.toISOString(),
      },
    };
  },
);

const total = (days: readonly DayCounts[]) => days.reduce((sum, { commits }) => sum + commits, 0);

/** Each group with its largest names first. */
function summary(days: readonly DayCounts[]) {
  const sums = groups.map((group) => ({ group, counts: sumCounts(days.map((day) => day[group])) }));
  return {
    ...Object.fromEntries(
      sums.map(({ group, counts }) => [group, Object.fromEntries(counts.slice(0, namesMax))]),
    ),
    others: Object.fromEntries(
      sums
        .filter(({ counts }) => counts.length > namesMax)
        .map(({ group, counts }) => [group, counts.slice(namesMax).reduce((sum, [, n]) => sum + n, 0)]),
    ),
  };
}

/** A row a day and value, for a spreadsheet to pivot. */
function tableOf(days: readonly DayCounts[]): string {
  const rows = days.flatMap((day) =>
    groups.flatMap((group) =>
      Object.entries(day[group]).map(([name, commits]) =>
        csvLine([day.date, group.slice(2).toLowerCase(), name, commits]),
      ),
    ),
  );
  return [csvLine(['date', 'by', 'name', 'commits']), ...rows].join('');
}
