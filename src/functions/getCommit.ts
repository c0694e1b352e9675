import { CommitHash } from '../lib/commit';
import { Problem } from '../lib/errors';
import { endpoint } from './endpoint';

export const getCommit = endpoint('getCommit', async ({ request, store, tenantId }) => {
  const commitHash = CommitHash.safeParse(request.params.commitHash);
  const commit = commitHash.success ? await store.commits.get(tenantId, commitHash.data) : undefined;
  if (!commit) throw new Problem('not-found', { detail: 'There is no commit with this hash.' });
  return { headers: { etag: commit._etag }, jsonBody: commit };
});
