import type { InvocationContext } from '@azure/functions';
import pLimit from 'p-limit';
import type { ChannelSettings } from '../lib/digest';
import { getStore } from '../lib/store';
import { kindOf } from './endpoint';

const tenantsAtOnce = 8;

/**
 * Runs something for every tenant, some at a time. One tenant's trouble is not another's: the rest go on, and the invocation
 * fails in the end so that the platform tells.
 */
export async function eachTenant(
  context: InvocationContext,
  work: (tenantId: string) => Promise<void>,
  onFailure?: () => void,
): Promise<void> {
  const limit = pLimit(tenantsAtOnce);
  let failed = 0;
  const tenants = await getStore().tenants.all();
  await Promise.all(
    tenants.map(({ id: tenantId }) =>
      limit(async () => {
        try {
          await work(tenantId);
        } catch (error) {
          failed++;
          onFailure?.();
          context.error('tenant failed', { tenantId, error: kindOf(error) });
        }
      }),
    ),
  );
  if (failed > 0) throw new Error(`${failed} of ${tenants.length} tenants failed`);
}

/** The channels that a tenant has set. */
export async function channelsOf(tenantId: string): Promise<ChannelSettings[]> {
  return (await getStore().settings.get(tenantId))?.settings.digest.channels ?? [];
}
