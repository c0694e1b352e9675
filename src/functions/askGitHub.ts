import { app } from '@azure/functions';
import { systemClock } from '../lib/clock';
import { loadConfig } from '../lib/config';
import { type AskingGitHub, GitHubApi } from '../lib/ingest';
import { getStore } from '../lib/store';
import { eachTenant } from './eachTenant';

let api: GitHubApi | undefined;

/**
 * Registers a timer that asks GitHub something for every tenant; without credentials there is nobody to ask, and no timer.
 * All of them share one budget of requests.
 */
export function askGitHub(
  name: string,
  schedule: string,
  work: (asking: AskingGitHub) => Promise<Record<string, number | Date | undefined>>,
): void {
  const { credentials, apiUrl } = loadConfig().gitHub;
  if (credentials === undefined) return;
  api ??= new GitHubApi({ credentials, apiUrl, clock: systemClock });
  const shared = api;
  app.timer(name, {
    schedule,
    handler: async (_timer, context) => {
      const store = getStore();
      await eachTenant(context, async (tenantId) => {
        const policy = await store.settings.policyOf(tenantId);
        const outcome = await work({ store, tenantId, api: shared, policy, clock: systemClock });
        if (Object.values(outcome).some(Boolean)) context.log('GitHub was asked', { tenantId, ...outcome });
      });
    },
  });
}
