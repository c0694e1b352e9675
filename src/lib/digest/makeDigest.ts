import type { Clock } from '../clock';
import type { RiskLevel } from '../commit';
import type { AuditCheck } from '../evidence';
import type { Store } from '../store';
import { type ChannelKind, type ChannelState, type Coverage, type Digest, isAtLeast } from './digest';
import { digestCommit, summarise, unreviewedOf } from './summary';
import { daysBetween } from './wording';

export interface DigestChannel {
  name: string;
  kind: ChannelKind;
  minLevel: 'low' | 'medium' | 'high' | 'critical';
}

/** After a longer downtime only the latest missing days are made up; the first of them covers all that came before. */
const missingDaysMax = 31;
const gapsMax = 20;

/**
 * Makes the digests of one tenant that are missing, up to today's, and gives them all; `created` says which of them are new. Each
 * covers what was recorded since the one before. Running it twice, or in two places at once, gives the same items.
 * What the log does not have yet is in the next one. `check` verifies the log, before today's digest is made and not again after;
 * it is given where the digest before saw the log end.
 */
export async function makeDigests(
  store: Store,
  tenantId: string,
  channels: readonly DigestChannel[],
  clock: Clock,
  check: (kept: Digest['auditHead']) => Promise<AuditCheck | undefined> = async () => undefined,
): Promise<{ kind: 'created' | 'existing'; digest: Digest }[]> {
  const today = clock().toISOString().slice(0, 10);
  const there = (await store.digests.get(tenantId, today)) as Digest | undefined;
  if (there) return [{ kind: 'existing', digest: there }];
  let [last] = (await store.digests.latest(tenantId, 1)) as unknown as Digest[];
  const missing = last ? daysBetween(last.digestDate, today).slice(-missingDaysMax) : [];
  const made: { kind: 'created' | 'existing'; digest: Digest }[] = [];
  for (const day of missing) {
    const head = await store.audit.latestHead(tenantId, day);
    const outcome = await makeOne(store, { tenantId, day, last, head, channels, clock });
    made.push(outcome);
    last = outcome.digest;
  }
  const auditCheck = await check(last?.auditHead ?? null);
  const head = await store.audit.latestHead(tenantId);
  return [...made, await makeOne(store, { tenantId, day: today, last, head, auditCheck, channels, clock })];
}

/** Makes what is missing and gives today's digest. */
export async function makeDigest(
  store: Store,
  tenantId: string,
  clock: Clock,
  channels: readonly DigestChannel[] = [],
): Promise<{ kind: 'created' | 'existing'; digest: Digest }> {
  const made = await makeDigests(store, tenantId, channels, clock);
  const todays = made.at(-1);
  if (!todays) throw new Error('No digest was made');
  return todays;
}

interface Making {
  tenantId: string;
  day: string;
  last: Digest | undefined;
  head: { auditDate: string; sequence: number; hash: string } | undefined;
  auditCheck?: AuditCheck | undefined;
  channels: readonly DigestChannel[];
  clock: Clock;
}

async function makeOne(
  store: Store,
  { tenantId, day, last, head, auditCheck, channels, clock }: Making,
): Promise<{ kind: 'created' | 'existing'; digest: Digest }> {
  const now = clock().toISOString();
  const fromSequence = last?.auditHead?.sequence ?? 0;
  const listedFrom = channels
    .map(({ minLevel }) => minLevel as RiskLevel)
    .reduce<RiskLevel>((least, level) => (isAtLeast(level, least) ? least : level), 'high');
  const [summary, unreviewed, coverage] = await Promise.all([
    summarise(commitsRecorded(store, tenantId, fromSequence, head?.sequence ?? 0), listedFrom),
    unreviewedOf(store, tenantId),
    coverageOf(store, tenantId),
  ]);
  const undelivered = undeliveredOf(last);
  const isMadeUp = day < now.slice(0, 10);
  // A quiet day that was missed is kept and told to nobody: thirty messages that say nothing would hide the one that matters.
  const toldTo = isMadeUp && summary.commits === 0 ? [] : channels;
  const digest: Digest = {
    id: day,
    tenantId,
    digestDate: day,
    kind: 'digest',
    fromSequence,
    previousDigestDate: last?.digestDate ?? null,
    createdAt: now,
    ...summary,
    unreviewed,
    ...(coverage && { coverage }),
    ...(undelivered.length > 0 && { undelivered }),
    auditHead: head ? { auditDate: head.auditDate, sequence: head.sequence, hash: head.hash } : null,
    ...(auditCheck && { auditCheck }),
    ...openChannels(`${tenantId}/digest/${day}`, toldTo),
  };
  const made = await store.digests.create(digest);
  return { kind: made.kind, digest: made.digest as unknown as Digest };
}

/** The state of each channel before the first attempt. */
export function openChannels(
  messageId: string,
  channels: readonly DigestChannel[],
): { channels: Record<string, ChannelState>; isOpen?: true } {
  const states = channels.map(({ name, kind }): [string, ChannelState] => [
    name,
    { kind, status: 'pending', attempts: 0, messageId: `${messageId}/${name}` },
  ]);
  return { channels: Object.fromEntries(states), ...(states.length > 0 && { isOpen: true }) };
}

async function* commitsRecorded(store: Store, tenantId: string, after: number, upTo: number) {
  for await (const hashes of store.audit.recordedBetween(tenantId, after, upTo))
    yield (await store.commits.digested(tenantId, hashes)).map((commit) => digestCommit(commit));
}

function undeliveredOf(last: Digest | undefined): NonNullable<Digest['undelivered']> {
  return Object.entries(last?.channels ?? {}).flatMap(([channel, { status }]) =>
    last && status !== 'sent' ? [{ channel, status, digestDate: last.digestDate }] : [],
  );
}

async function coverageOf(store: Store, tenantId: string): Promise<Coverage | undefined> {
  const pageSize = 200;
  let openGaps = 0;
  let refs = 0;
  const gaps: Coverage['gaps'] = [];
  for (let after: string | undefined; ; ) {
    const page = await store.refs.page(tenantId, { after }, pageSize);
    refs += page.length;
    for (const { repository, ref, gaps: found, gapsFound, gapsFilled } of page) {
      const open = found.filter(({ filledAt }) => filledAt === undefined);
      openGaps += gapsFound - gapsFilled;
      gaps.push(...open.map(({ foundAt }) => ({ repository, ref, foundAt })));
    }
    after = page.at(-1)?.deliveryId;
    if (page.length < pageSize || after === undefined) break;
  }
  return refs === 0 ? undefined : { openGaps, gaps: gaps.slice(0, gapsMax) };
}
