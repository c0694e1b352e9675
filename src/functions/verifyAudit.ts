import { z } from 'zod';
import { systemClock } from '../lib/clock';
import { CalendarDate } from '../lib/commit';
import { InvalidInput } from '../lib/errors';
import { verifyAudit } from '../lib/evidence';
import { parseParameters } from '../lib/http';
import { endpoint } from './endpoint';

const Parameters = z.strictObject({ startDate: CalendarDate.optional(), endDate: CalendarDate.optional() });

endpoint('verifyAudit', async ({ search, store, tenantId, config }) => {
  const range = parseParameters(search, Parameters);
  if (range.startDate !== undefined && range.endDate !== undefined && range.startDate > range.endDate) {
    throw new InvalidInput([{ path: 'startDate', message: 'must not be after endDate' }]);
  }
  const options = { retentionDays: config.retentionDays, clock: systemClock };
  return { jsonBody: await verifyAudit(store, tenantId, range, options) };
});
