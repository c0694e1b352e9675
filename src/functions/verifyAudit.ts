import { parseWitness } from '../lib/audit';
import { systemClock } from '../lib/clock';
import { noteAccess, verifyAudit as verify } from '../lib/evidence';
import { endpoint } from './endpoint';

export const verifyAudit = endpoint(
  'verifyAudit',
  async ({ query, store, tenantId, principal, config, now }) => {
    const { head, ...range } = query;
    await noteAccess(store, tenantId, {
      action: 'queried',
      actor: principal.subject,
      at: now,
      asked: { function: 'verifyAudit', ...query },
    });
    const witness = head === undefined ? undefined : parseWitness(head);
    const options = {
      retentionDays: config.retentionDays,
      clock: systemClock,
      trustedHeads: witness ? [witness] : [],
    };
    return { jsonBody: await verify(store, tenantId, range, options) };
  },
);
