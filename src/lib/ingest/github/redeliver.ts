import * as z from 'zod';
import { sha256OfJson } from '../../commit';
import { appendAudit } from '../../evidence';
import type { AskingGitHub } from './enrichCommits';
import { type Asked, QuotaSpent, repositoryParameters } from './gitHubApi';

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

/** A webhook that points at the tenant: of a repository, or of the GitHub App itself. */
interface Hook {
  repository?: string;
  deliveries(page: Record<string, unknown>): Promise<Asked<unknown> | undefined>;
  again(deliveryId: number): Promise<Asked<unknown> | undefined>;
}

/**
 * Has GitHub deliver again what it could not deliver: it never does so by itself. What is in the inbox already, because only the
 * answer was lost, is left alone; so is what has failed five times. Each is an entry in the audit log.
 * @throws StoreUnavailable, GitHubUnavailable
 */
export async function redeliver(asking: AskingGitHub): Promise<{ redelivered: number; resetAt?: Date }> {
  const { store, tenantId } = asking;
  let redelivered = 0;
  try {
    for (const hook of await hooksOfApp(asking)) redelivered += await redeliverOf(asking, hook);
    const refs = await store.refs.page(tenantId, {}, refsMax);
    for (const repository of new Set(refs.map((ref) => ref.repository)))
      for (const hook of await hooksOf(asking, repository)) redelivered += await redeliverOf(asking, hook);
    return { redelivered };
  } catch (error) {
    if (error instanceof QuotaSpent) return { redelivered, resetAt: error.resetAt };
    throw error;
  }
}

const pathOf = (tenantId: string) => `/api/v1/tenants/${tenantId}/webhooks/github`;

/** The webhook of the GitHub App, where there is one. https://docs.github.com/rest/apps/webhooks */
async function hooksOfApp({ api, tenantId }: AskingGitHub): Promise<Hook[]> {
  const asked = await api.askAsApp<{ url?: string }>('GET /app/hook/config');
  if (asked?.kind !== 'found' || !asked.data.url?.endsWith(pathOf(tenantId))) return [];
  return [
    {
      deliveries: (page) => api.askAsApp('GET /app/hook/deliveries', page),
      again: (id) => api.askAsApp('POST /app/hook/deliveries/{delivery_id}/attempts', { delivery_id: id }),
    },
  ];
}

/** The repository's webhooks that point at this tenant; none where they may not be seen. */
async function hooksOf({ api, tenantId }: AskingGitHub, repository: string): Promise<Hook[]> {
  const where = repositoryParameters(repository);
  const asked = await api.ask<unknown>('GET /repos/{owner}/{repo}/hooks', { ...where, per_page: 100 });
  const hooks = Hooks.safeParse(asked.kind === 'found' ? asked.data : []);
  const deliveries = 'GET /repos/{owner}/{repo}/hooks/{hook_id}/deliveries';
  const attempts = 'POST /repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}/attempts';
  return (hooks.data ?? [])
    .filter(({ config }) => config?.url?.endsWith(pathOf(tenantId)))
    .map(({ id: hook_id }) => ({
      repository,
      deliveries: (page) => api.ask(deliveries, { ...where, hook_id, ...page }),
      again: (delivery_id) => api.ask(attempts, { ...where, hook_id, delivery_id }),
    }));
}

async function redeliverOf(asking: AskingGitHub, hook: Hook): Promise<number> {
  const { store, tenantId, clock } = asking;
  let redelivered = 0;
  for (const attempts of await failedDeliveries(hook, clock())) {
    const [latest] = attempts;
    if (!latest || attempts.length >= attemptsMax) continue;
    const [inInbox] = await store.deliveries.parts(tenantId, latest.guid);
    if (inInbox?.part === 0) continue;
    const asked = await hook.again(latest.id);
    if (asked?.kind !== 'found') continue;
    redelivered++;
    const at = clock().toISOString();
    const detail = {
      ...(hook.repository !== undefined && { repository: hook.repository }),
      deliveryId: latest.guid,
      attempt: attempts.length,
    };
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
async function failedDeliveries(hook: Hook, now: Date): Promise<HookDelivery[][]> {
  const since = new Date(now.getTime() - keptMs).toISOString();
  const byGuid = new Map<string, HookDelivery[]>();
  let cursor: string | undefined;
  for (;;) {
    const asked = await hook.deliveries({ per_page: 100, ...(cursor !== undefined && { cursor }) });
    const page = HookDeliveries.safeParse(asked?.kind === 'found' ? asked.data : []).data ?? [];
    for (const delivery of page)
      if (delivery.event === 'push' && delivery.delivered_at >= since)
        byGuid.set(delivery.guid, [...(byGuid.get(delivery.guid) ?? []), delivery]);
    cursor = asked?.kind === 'found' ? asked.cursor : undefined;
    if (cursor === undefined || page.length === 0 || (page.at(-1)?.delivered_at ?? '') < since) break;
  }
  return [...byGuid.values()].filter((attempts) =>
    attempts.every(({ status_code: code }) => code < 200 || code > 299),
  );
}
