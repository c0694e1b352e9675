import { utcDate } from '../lib/commit';
import { sinceDays } from '../lib/store';
import { endpoint } from './endpoint';

endpoint('highRiskCommits', async ({ query, store, tenantId, now }) => {
  const { days, limit } = query;
  const threshold = query.threshold ?? (await store.settings.of(tenantId)).thresholds.highRisk;
  const since = sinceDays(utcDate(now.toISOString()), days);
  const items = await store.commits.highRisk(tenantId, threshold, since, limit);
  return { jsonBody: { items, threshold, days } };
});
