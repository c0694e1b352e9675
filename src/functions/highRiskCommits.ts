import { utcDate } from '../lib/commit';
import { acceptedType } from '../lib/http';
import { sinceDays } from '../lib/store';
import { streamed } from './commitStream';
import { endpoint } from './endpoint';

const types = ['application/json', 'text/csv', 'application/x-ndjson', 'application/sarif+json'] as const;

export const highRiskCommits = endpoint(
  'highRiskCommits',
  async ({ request, query, store, tenantId, now }) => {
    const type = acceptedType(request.headers.get('accept'), types);
    const { days, limit } = query;
    const threshold = query.threshold ?? (await store.settings.of(tenantId)).thresholds.highRisk;
    const today = utcDate(now.toISOString());
    const since = sinceDays(today, days);
    if (type !== 'application/json')
      return streamed(
        type,
        `high-risk-${since.date}-${today}`,
        store.commits.allHighRisk(tenantId, threshold, since),
      );
    const items = await store.commits.highRisk(tenantId, threshold, since, limit);
    return { headers: { vary: 'accept' }, jsonBody: { items, threshold, days } };
  },
);
