import { z } from 'zod';
import { utcDate } from '../lib/commit';
import { parseParameters, share, wholeNumber } from '../lib/http';
import { sinceDays } from '../lib/store';
import { endpoint } from './endpoint';

const Parameters = z.strictObject({
  threshold: share.default(0.7),
  days: wholeNumber(1, 366, 7),
  limit: wholeNumber(1, 500, 500),
});

endpoint('highRiskCommits', async ({ search, store, tenantId, now }) => {
  const { threshold, days, limit } = parseParameters(search, Parameters);
  const since = sinceDays(utcDate(now.toISOString()), days);
  const items = await store.commits.highRisk(tenantId, threshold, since, limit);
  return { jsonBody: { items, threshold, days } };
});
