import { utcDate } from '../lib/commit';
import { sinceDays } from '../lib/store';
import { endpoint } from './endpoint';

const thresholdDefault = 0.7;

endpoint('highRiskCommits', async ({ query, store, tenantId, now }) => {
  const { threshold = thresholdDefault, days, limit } = query;
  const since = sinceDays(utcDate(now.toISOString()), days);
  const items = await store.commits.highRisk(tenantId, threshold, since, limit);
  return { jsonBody: { items, threshold, days } };
});
