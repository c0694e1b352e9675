import { ZodError } from 'zod';
import { issuesOf } from '../lib/commit';
import { InvalidInput } from '../lib/errors';
import type { RiskPolicy } from '../lib/risk';
import { riskPolicyOf, type TenantSettings } from '../lib/settings';

/**
 * The risk policy of settings. What fits by itself may still not fit into the default, such as a new area with half of its fields.
 * @throws InvalidInput naming every wrong place under `/risk`
 */
export function fittingPolicy(settings: TenantSettings): RiskPolicy {
  try {
    return riskPolicyOf(settings);
  } catch (error) {
    if (error instanceof ZodError) throw new InvalidInput(issuesOf(error, ['risk']));
    throw error;
  }
}
