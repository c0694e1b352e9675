import * as z from 'zod';
import { decodeCursor, encodeCursor, problemDocument } from '../lib/http';
import { type RescoredCommit, rescoreCommits as rescore } from '../lib/ingest';
import { defaultTenantSettings } from '../lib/settings';
import { endpoint, type TenantCall } from './endpoint';
import { fittingPolicy } from './fittingPolicy';

const Position = z.strictObject({ timestamp: z.string(), commitHash: z.string() });

export const rescoreCommits = endpoint('rescoreCommits', async (call) => {
  const { body, store, tenantId, principal, now } = call;
  const { dryRun, risk, limit, cursor } = body;
  // As they are this very moment: whoever has just set them means these.
  const settings = (await store.settings.get(tenantId))?.settings ?? defaultTenantSettings;
  const policy = fittingPolicy(risk === undefined ? settings : { ...settings, risk });
  const walk = { tenantId, riskModel: policy.riskModel, dryRun };
  const page = await rescore(store, {
    ...{ tenantId, policy, dryRun, limit },
    actor: principal.subject,
    at: now.toISOString(),
    position: cursor === undefined ? undefined : decodeCursor(cursor, walk, Position),
  });
  const failed = page.changed.filter(({ problem }) => problem !== undefined).length;
  return {
    jsonBody: {
      riskModel: policy.riskModel,
      dryRun,
      changed: page.changed.length - failed,
      failed,
      levels: page.levels,
      results: page.changed.map((commit) => result(commit, call)),
      nextCursor: page.next === undefined ? null : encodeCursor(walk, page.next),
    },
  };
});

function result({ message, problem, ...commit }: RescoredCommit, { request, context }: TenantCall) {
  return {
    ...commit,
    subject: message.split('\n', 1)[0]?.slice(0, 200),
    ...(problem && { error: problemDocument(problem, new URL(request.url).pathname, context.invocationId) }),
  };
}
