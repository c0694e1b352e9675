import { z } from 'zod';
import { parseParameters, wholeNumber } from '../lib/http';
import { endpoint } from './endpoint';

const Parameters = z.strictObject({ limit: wholeNumber(1, 100, 30) });

endpoint('queryDigests', async ({ search, store, tenantId }) => {
  const { limit } = parseParameters(search, Parameters);
  return { jsonBody: { items: await store.digests.latest(tenantId, limit) } };
});
