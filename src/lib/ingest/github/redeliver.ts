import { z } from 'zod';
import { sha256OfJson } from '../../commit';
import { appendAudit } from '../../evidence';
import type { AskingGitHub } from './enrichCommits';
import { QuotaSpent, repositoryParameters } from './gitHubApi';

const Hooks = z.array(
  z.object({ id: z.number(), config: z.object({ url: z.string().nullish() }).nullish() }),
);

/** https://docs.github.com/rest/repos/webhooks#list-deliveries-for-a-repository-webhook */
const HookDeliveries = z.array(
  z.object({
    id: z.number(),
    guid: z.string(),
    delivered_at: z.string(),
    status_code: z.number(),
    event: z.string(),
  }),
);
type HookDelivery = z.infer<typeof HookDeliveries>[number];

/** GitHub keeps deliveries for 3 days. */
const keptMs = 3 * 86_400_000;
const attemptsMax = 5;
const refsMax = 500;

/**
 * Has GitHub deliver again what it could not deliver: it never does so by itself. What is in the inbox already, because only the
 * answer was lost, is left alone; so is what has failed five times. Each is an entry in the audit log.
 * @throws StoreUnavailable, GitHubUnavailable
 */
export async function redeliver(asking: AskingGitHub): Promise<{ redelivered: number; resetAt?: Date }> {
  const { store, tenantId } = asking;
  const refs = await store.refs.page(tenantId, {}, refsMax);
  let redelivered = 0;
  try {
    for (const repository of new Set(refs.map((ref) => ref.repository)))
      for (const hookId of await ourHooks(asking, repository))
        redelivered += await redeliverOf(asking, repository, hookId);
    return { redelivered };
  } catch (error) {
    if (error instanceof QuotaSpent) return { redelivered, resetAt: error.resetAt };
    throw error;
  }
}

/** The repository's webhooks that point at this tenant; none where the token may not see them. */
async function ourHooks({ api, tenantId }: AskingGitHub, repository: string): Promise<number[]> {
  const asked = await api.ask<unknown>('GET /repos/{owner}/{repo}/hooks', {
    ...repositoryParameters(repository),
    per_page: 100,
  });
  const hooks = Hooks.safeParse(asked.kind === 'found' ? asked.data : []);
  const path = `/api/v1/tenants/${tenantId}/webhooks/github`;
  return (hooks.data ?? []).filter(({ config }) => config?.url?.endsWith(path)).map(({ id }) => id);
}

async function redeliverOf(asking: AskingGitHub, repository: string, hookId: number): Promise<number> {
  const { api, store, tenantId, clock } = asking;
  let redelivered = 0;
  for (const attempts of await failedDeliveries(asking, repository, hookId)) {
    const [latest] = attempts;
    if (!latest || attempts.length >= attemptsMax) continue;
    const [inInbox] = await store.deliveries.parts(tenantId, latest.guid);
    if (inInbox?.part === 0) continue;
    const asked = await api.ask(
      'POST /repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}/attempts',
      { ...repositoryParameters(repository), hook_id: hookId, delivery_id: latest.id },
    );
    if (asked.kind !== 'found') continue;
    redelivered++;
    const at = clock().toISOString();
    const detail = { repository, deliveryId: latest.guid, attempt: attempts.length };
    const change = {
      tenantId,
      subject: `redelivery:${latest.guid}`,
      revision: attempts.length,
      action: 'redelivered',
      actor: 'system',
      at,
      contentHash: sha256OfJson(detail),
      detail,
    };
    await appendAudit(store, tenantId, [change], clock);
  }
  return redelivered;
}

/** Deliveries of pushes that never got through, each with its attempts, the latest first. */
async function failedDeliveries(
  { api, clock }: AskingGitHub,
  repository: string,
  hookId: number,
): Promise<HookDelivery[][]> {
  const since = new Date(clock().getTime() - keptMs).toISOString();
  const byGuid = new Map<string, HookDelivery[]>();
  let cursor: string | undefined;
  for (;;) {
    const asked = await api.ask<unknown>('GET /repos/{owner}/{repo}/hooks/{hook_id}/deliveries', {
      ...repositoryParameters(repository),
      hook_id: hookId,
      per_page: 100,
      ...(cursor !== undefined && { cursor }),
    });
    const page = HookDeliveries.safeParse(asked.kind === 'found' ? asked.data : []).data ?? [];
    for (const delivery of page)
      if (delivery.event === 'push' && delivery.delivered_at >= since)
        byGuid.set(delivery.guid, [...(byGuid.get(delivery.guid) ?? []), delivery]);
    cursor = asked.kind === 'found' ? asked.cursor : undefined;
    if (cursor === undefined || page.length === 0 || (page.at(-1)?.delivered_at ?? '') < since) break;
  }
  return [...byGuid.values()].filter((attempts) =>
    attempts.every(({ status_code: code }) => code < 200 || code > 299),
  );
}
