import { CommitHash } from '../lib/commit';
import { Problem } from '../lib/errors';
import { reviewCommit as review } from '../lib/ingest';
import { endpoint } from './endpoint';

export const reviewCommit = endpoint(
  'reviewCommit',
  async ({ request, body, store, tenantId, principal, now }) => {
    const { allowSelfReview } = await store.settings.of(tenantId);
    const commitHash = CommitHash.safeParse(request.params.commitHash);
    const outcome = commitHash.success
      ? await review(store, {
          tenantId,
          commitHash: commitHash.data,
          ...body,
          reviewer: principal.subject,
          names: allowSelfReview ? [] : principal.names,
          at: now.toISOString(),
          etag: request.headers.get('if-match') ?? undefined,
        })
      : { kind: 'not-found' as const };
    if (outcome.kind === 'not-found')
      throw new Problem('not-found', { detail: 'There is no commit with this hash.' });
    if (outcome.kind === 'own-commit')
      throw new Problem('forbidden', { detail: 'Nobody reviews a commit of their own here.' });
    if (outcome.kind === 'changed')
      throw new Problem('precondition-failed', {
        detail: 'Read the commit again and look at what has changed.',
      });
    return { headers: { etag: outcome.commit._etag }, jsonBody: outcome.commit };
  },
);
