import { createHash } from 'node:crypto';
import type { Clock } from '../clock';
import { StoreUnavailable } from '../errors';
import type { PushFacts, RefItem, SeenPush, Store } from '../store';
import { reconcileRef } from './reconcileRef';
import { firstEnds, sizeOf, withEnds, withPush } from './refChain';

/** A chain that grows beyond this is not left for the change feed to look at: its item would outgrow what an item may hold. */
const chainSizeMax = 3_000;
/** Other writers of the same ref that may come first before this one gives way and is run again. */
const turnsMax = 20;

export interface NotedPush {
  tenantId: string;
  deliveryId: string;
  receivedAt: string;
  push: PushFacts;
}

/** The key of a ref: what stands as `deliveryId` in its items and as `subject` in the audit log. */
export function refKey({ repositoryId, ref }: Pick<PushFacts, 'repositoryId' | 'ref'>): string {
  return `ref:${repositoryId}:${sha256(ref).slice(0, 32)}`;
}

/**
 * Adds a push to the chain of its ref, once: the same push that comes in again, as a redelivery or through a second webhook of
 * the same repository, is known by what it moved and when. May run any number of times, in any order.
 * @throws StoreUnavailable
 */
export async function notePush(
  store: Store,
  noted: NotedPush,
  clock: Clock,
): Promise<'counted' | 'seen-before'> {
  const { tenantId, push } = noted;
  const seen: SeenPush = {
    id: `push:${pushKey(noted)}`,
    tenantId,
    deliveryId: refKey(push),
    at: noted.receivedAt,
  };
  return store.refs.inTurn(tenantId, seen.deliveryId, () => write(store, noted, seen, clock));
}

async function write(store: Store, noted: NotedPush, seen: SeenPush, clock: Clock) {
  const { tenantId } = noted;
  for (let turn = 0; turn < turnsMax; turn++) {
    let ref = await store.refs.get(tenantId, seen.deliveryId);
    if (ref && sizeOf(ref.chain) > chainSizeMax) {
      await reconcileRef(store, tenantId, seen.deliveryId, clock);
      ref = await store.refs.get(tenantId, seen.deliveryId);
    }
    if (await store.refs.write(withNotedPush(ref, noted), ref, seen)) return 'counted';
    if (await store.refs.hasSeen(seen)) return 'seen-before';
  }
  throw new StoreUnavailable(1, new Error('The ref kept changing'));
}

/** The ref with one more push, or as its first one makes it. */
export function withNotedPush(
  ref: RefItem | undefined,
  { tenantId, deliveryId, receivedAt, push }: NotedPush,
): RefItem {
  const { before, after } = push;
  const at = push.pushedAt ?? receivedAt;
  const lastPush: RefItem['lastPush'] = {
    deliveryId,
    after,
    at,
    ...(push.pusher !== undefined && { pusher: push.pusher }),
  };
  if (!ref) {
    const ends = firstEnds(push);
    return {
      id: 'ref',
      tenantId,
      deliveryId: refKey(push),
      ttl: -1,
      repository: push.repository,
      repositoryId: push.repositoryId,
      ref: push.ref,
      pushes: 1,
      firstPush: { before, at },
      lastPush,
      chain: withPush([], before, after),
      ...(ends && { ends }),
      gaps: [],
      gapsFound: 0,
      gapsFilled: 0,
      revision: 0,
      changes: [],
    };
  }
  const firstPush = { before, at };
  const { ends: known, ...rest } = ref;
  const ends = withEnds(known, push);
  return {
    ...rest,
    ...(ends && { ends }),
    // A repository may be renamed or moved; its number stays.
    ...(lastOrder(lastPush) > lastOrder(ref.lastPush) && { repository: push.repository, lastPush }),
    ...(firstOrder(firstPush) < firstOrder(ref.firstPush) && { firstPush }),
    pushes: ref.pushes + 1,
    chain: withPush(ref.chain, before, after),
  };
}

/** GitHub tells whole seconds: what happened in one is told apart by the push itself, not by which delivery came first. */
const firstOrder = ({ at, before }: RefItem['firstPush']) => `${at} ${before}`;
const lastOrder = ({ at, after, pusher = '' }: RefItem['lastPush']) => `${at} ${after} ${pusher}`;

/** The time of the push is the forge's; where it is not told, only the delivery tells one push from the next. */
function pushKey({ deliveryId, push: { before, after, pushedAt } }: NotedPush): string {
  return sha256(`${before} ${after} ${pushedAt ?? deliveryId}`).slice(0, 32);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
