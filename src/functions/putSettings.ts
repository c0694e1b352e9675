import { Problem } from '../lib/errors';
import { endpoint } from './endpoint';
import { fittingPolicy } from './fittingPolicy';
import { settingsAnswer } from './getSettings';

export const putSettings = endpoint(
  'putSettings',
  async ({ request, body, store, tenantId, principal, now }) => {
    fittingPolicy(body);
    const outcome = await store.settings.put(tenantId, {
      settings: body,
      actor: principal.subject,
      at: now.toISOString(),
      revision: revisionOf(request.headers.get('if-match')),
    });
    if (outcome.kind === 'changed') throw changed();
    return settingsAnswer(tenantId, outcome.record);
  },
);

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
