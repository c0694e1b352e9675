import { z } from 'zod';
import { CommitHash, issuesOf } from '../lib/commit';
import { InvalidInput, Problem } from '../lib/errors';
import { reviewCommit } from '../lib/ingest';
import { endpoint, readJson } from './endpoint';

const Review = z.strictObject({
  status: z.enum(['approved', 'rejected', 'acknowledged', 'false-positive']),
  note: z.string().max(4_000).optional(),
});

endpoint('reviewCommit', async ({ request, store, tenantId, principal, now }) => {
  const review = Review.safeParse(await readJson(request));
  if (!review.success) throw new InvalidInput(issuesOf(review.error));
  const commitHash = CommitHash.safeParse(request.params.commitHash);
  const outcome = commitHash.success
    ? await reviewCommit(store, {
        tenantId,
        commitHash: commitHash.data,
        ...review.data,
        reviewer: principal.subject,
        at: now.toISOString(),
        etag: request.headers.get('if-match') ?? undefined,
      })
    : { kind: 'not-found' as const };
  if (outcome.kind === 'not-found')
    throw new Problem('not-found', { detail: 'There is no commit with this hash.' });
  if (outcome.kind === 'changed')
    throw new Problem('precondition-failed', {
      detail: 'Read the commit again and look at what has changed.',
    });
  return { headers: { etag: outcome.commit._etag }, jsonBody: outcome.commit };
});
