import { ZodError } from 'zod';
import { issuesOf } from '../lib/commit';
import { InvalidInput, Problem } from '../lib/errors';
import { riskPolicyOf, type TenantSettings } from '../lib/settings';
import { endpoint } from './endpoint';
import { settingsAnswer } from './getSettings';

endpoint('putSettings', async ({ request, body, store, tenantId, principal, now }) => {
  requireFittingPolicy(body);
  const outcome = await store.settings.put(tenantId, {
    settings: body,
    actor: principal.subject,
    at: now.toISOString(),
    revision: revisionOf(request.headers.get('if-match')),
  });
  if (outcome.kind === 'changed') throw changed();
  return settingsAnswer(tenantId, outcome.record);
});

/** What fits by itself may still not fit into the default, such as a new area with half of its fields. */
function requireFittingPolicy(settings: TenantSettings): void {
  try {
    riskPolicyOf(settings);
  } catch (error) {
    if (error instanceof ZodError) throw new InvalidInput(issuesOf(error, ['risk']));
    throw error;
  }
}

/** Undefined where any revision will do. */
function revisionOf(ifMatch: string | null): number | undefined {
  if (ifMatch === null || ifMatch.trim() === '*') return undefined;
  const [, revision] = /^\s*"settings-(\d{1,9})"\s*$/.exec(ifMatch) ?? [];
  if (revision === undefined) throw changed();
  return Number(revision);
}

const changed = () =>
  new Problem('precondition-failed', {
    detail: 'Read the settings again and look at what has changed.',
  });
