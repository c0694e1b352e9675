import type { TimerHandler } from '@azure/functions';
import { systemClock } from '../lib/clock';
import { loadConfig } from '../lib/config';
import { type AskingGitHub, GitHubApi } from '../lib/ingest';
import { getStore } from '../lib/store';
import { eachTenant } from './eachTenant';

let api: GitHubApi | undefined;

/** A timer that asks GitHub something for every tenant. All of them share one budget of requests. */
export function askGitHub(
  work: (asking: AskingGitHub) => Promise<Record<string, number | Date | undefined>>,
): TimerHandler {
  return async (_timer, context) => {
    const { credentials, apiUrl } = loadConfig().gitHub;
    if (credentials === undefined) return;
    api ??= new GitHubApi({ credentials, apiUrl, clock: systemClock });
    const asking = { store: getStore(), api, clock: systemClock };
    await eachTenant(context, async (tenantId) => {
      const policy = await asking.store.settings.policyOf(tenantId);
      const outcome = await work({ ...asking, tenantId, policy });
      if (Object.values(outcome).some(Boolean)) context.log('GitHub was asked', { tenantId, ...outcome });
    });
  };
}
