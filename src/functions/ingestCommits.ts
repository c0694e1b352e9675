import * as z from 'zod';
import { issuesOf, parseCommitInput } from '../lib/commit';
import { InvalidInput, Problem, StoreUnavailable } from '../lib/errors';
import { problemDocument } from '../lib/http';
import { type StoreOutcome, storeCommits } from '../lib/ingest';
import { endpoint, readJson, type TenantCall } from './endpoint';

const commitsMax = 500;

const Batch = z.strictObject({ commits: z.array(z.unknown()).min(1).max(commitsMax) });

export const ingestCommits = endpoint('ingestCommits', async (call) => {
  const body = await readJson(call.request);
  return isBatch(body) ? ingestBatch(call, body) : ingestOne(call, body);
});

async function ingestOne(call: TenantCall, input: unknown) {
  const [outcome] = await store(call, [parseCommitInput(input, call.tenantId)]);
  if (!outcome || outcome.kind === 'failed') throw outcome?.problem ?? new Problem('internal');
  const { commit, kind } = outcome;
  return {
    status: kind === 'stored' ? 201 : 200,
    headers: {
      ...(commit._etag !== undefined && { etag: commit._etag }),
      location: `/api/v1/tenants/${call.tenantId}/commits/${commit.commitHash}`,
    },
    jsonBody: commit,
  };
}

/** One bad commit never loses the good ones: each has its own result, in the order they came. */
async function ingestBatch(call: TenantCall, body: unknown) {
  const parsed = Batch.safeParse(body);
  if (!parsed.success) throw new InvalidInput(issuesOf(parsed.error));
  const inputs = parsed.data.commits.map((input, index) => parseEach(input, index, call.tenantId));
  const good = inputs.flatMap((input) => (input.kind === 'good' ? [input.commit] : []));
  const stored = good.length > 0 ? await store(call, good) : [];
  const outcomes = inputs.map(
    (input): StoreOutcome =>
      input.kind === 'good' ? (stored.shift() as StoreOutcome) : { kind: 'failed', problem: input.problem },
  );
  const busy = outcomes.flatMap(unavailable);
  // Nothing of it was decided: the whole request may be sent again as it is.
  if (busy.length === outcomes.length) throw busy[0];
  const count = (kind: StoreOutcome['kind']) => outcomes.filter((outcome) => outcome.kind === kind).length;
  const failed = count('failed');
  return {
    status: failed > 0 ? 207 : 200,
    ...(busy[0] && { headers: busy[0].headers }),
    jsonBody: {
      stored: count('stored'),
      updated: count('updated'),
      unchanged: count('unchanged'),
      failed,
      results: outcomes.map((outcome, index) => result(outcome, parsed.data.commits[index], call)),
    },
  };
}

function parseEach(input: unknown, index: number, tenantId: string) {
  try {
    return { kind: 'good' as const, commit: parseCommitInput(input, tenantId) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { kind: 'bad' as const, problem: at(`/commits/${index}`, error) };
  }
}

/** The same problem with its places counted from the whole body. */
function at(path: string, problem: Problem): Problem {
  if (!(problem instanceof InvalidInput)) return problem;
  const code = problem.code === 'invalid-partition-key' ? problem.code : 'invalid-input';
  return new InvalidInput(
    (problem.errors ?? []).map((issue) => ({ ...issue, path: path + issue.path })),
    code,
  );
}

function unavailable(outcome: StoreOutcome): StoreUnavailable[] {
  return outcome.kind === 'failed' && outcome.problem instanceof StoreUnavailable ? [outcome.problem] : [];
}

function result(outcome: StoreOutcome, input: unknown, call: TenantCall) {
  if (outcome.kind !== 'failed') {
    const { commitHash, commitDate, riskScore, riskLevel } = outcome.commit;
    return { status: outcome.kind, commitHash, commitDate, riskScore, riskLevel };
  }
  const commitHash = (input as { commitHash?: unknown } | null)?.commitHash;
  return {
    status: outcome.kind,
    ...(typeof commitHash === 'string' && { commitHash: commitHash.slice(0, 64) }),
    error: problemDocument(outcome.problem, new URL(call.request.url).pathname, call.context.invocationId),
  };
}

function isBatch(body: unknown): body is { commits: unknown } {
  return typeof body === 'object' && body !== null && 'commits' in body;
}

async function store(call: TenantCall, commits: Parameters<typeof storeCommits>[1]['commits']) {
  return storeCommits(call.store, {
    tenantId: call.tenantId,
    source: 'api',
    actor: call.principal.subject,
    at: call.now.toISOString(),
    commits,
    policy: await call.store.settings.policyOf(call.tenantId),
  });
}
