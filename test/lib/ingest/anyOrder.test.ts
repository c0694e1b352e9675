import fc from 'fast-check';
import { type CommitItem, contentOf } from '../../../src/lib/commit';
import { normalisePush, processDelivery, receiveDelivery } from '../../../src/lib/ingest';
import { defaultRiskPolicy } from '../../../src/lib/risk';
import type { Store } from '../../../src/lib/store';
import {
  auditAll,
  everyItem,
  hashOf,
  openRoad,
  pushOf,
  type Road,
  reconcileAll,
  tenantId,
  untilItPasses,
  verified,
  zeros,
} from './testRoad';

// GitHub promises no order and sends some deliveries twice; a repository may have two webhooks, and the app two instances.
// Whatever of that happens, the store says the same in the end.

const commitNames = ['a', 'b', 'c', 'd', 'e', 'f'];
/** Every delivery is stamped alike: when we saw what is the one thing that does depend on the order. */
const clock = () => new Date('2025-02-01T00:00:00.000Z');

interface Push {
  repository: string;
  branch: string;
  commits: string[];
  pusher: string;
  isBot: boolean;
  forced: boolean;
  /** Seconds after the push before it; 0 is the same second. */
  pause: number;
}

const aPush: fc.Arbitrary<Push> = fc.record({
  repository: fc.constantFrom('clinic/records', 'fork/records'),
  branch: fc.constantFrom('main', 'topic'),
  commits: fc.subarray(commitNames, { maxLength: 3 }),
  pusher: fc.constantFrom('ann', 'bob', 'merge-queue'),
  isBot: fc.boolean(),
  forced: fc.boolean(),
  pause: fc.integer({ min: 0, max: 2 }),
});

/** The pushes as a true history: each ref moves on from where it stood, a push without commits deletes it. */
function payloadsOf(pushes: readonly Push[]) {
  const tips = new Map<string, string>();
  let pushedAt = 1_738_000_000;
  return pushes.flatMap(({ repository, branch, commits, pusher, isBot, forced, pause }) => {
    const ref = `refs/heads/${branch}`;
    const before = tips.get(repository + ref) ?? zeros;
    pushedAt += pause;
    if (before === zeros && commits.length === 0) return [];
    const payload = pushOf({ ref, before, commits, repository, pushedAt, files: 2 });
    tips.set(repository + ref, payload.after);
    return {
      ...payload,
      forced,
      repository: { ...payload.repository, id: repository.length },
      pusher: { name: pusher, email: `${pusher}@example.org` },
      sender: { login: pusher, type: isBot ? 'Bot' : 'User' },
    };
  });
}

type Payload = ReturnType<typeof payloadsOf>[number];
interface Delivery {
  id: string;
  payload: Payload;
}

/** One schedule of the same deliveries: their order, which ones come again, and which instance takes which. */
const scheduleOf = (deliveries: readonly Delivery[]) =>
  fc.tuple(
    fc.shuffledSubarray([...deliveries], { minLength: deliveries.length }),
    fc.subarray([...deliveries]),
    fc.infiniteStream(fc.nat(5)),
  );

async function run(
  deliveries: readonly Delivery[],
  stores: readonly Store[],
  choice: () => number,
): Promise<void> {
  const received: string[] = [];
  for (const { id, payload } of deliveries) {
    const store = stores[choice() % stores.length] as Store;
    const facts = { tenantId, deliveryId: id, receivedAt: clock(), ...normalisePush(payload) };
    await untilItPasses(() => receiveDelivery(store, facts));
    received.push(id);
    // The feed runs when it likes: at once, later, and twice.
    if (choice() === 0) continue;
    const now = choice() === 1 ? received : received.splice(choice() % received.length);
    await Promise.all(now.map((each, index) => process(stores[index % stores.length] as Store, each)));
    if (choice() === 2) await reconcileAll(store);
  }
  for (const { id } of deliveries) await process(stores[0] as Store, id);
}

const process = (store: Store, deliveryId: string) =>
  untilItPasses(() => processDelivery(store, { tenantId, deliveryId }, defaultRiskPolicy, clock));

async function saidBy(store: Store) {
  const items = await everyItem(store);
  for (const { revision, changes } of items)
    expect(changes.map((change) => change.revision)).toEqual(
      Array.from({ length: revision }, (_, index) => index + 1),
    );
  const refs = await store.refs.page(tenantId, {}, 10);
  const byName = (a: string, b: string) => (a < b ? -1 : 1);
  return {
    commits: (items as CommitItem[]).map(contentOf).sort((a, b) => byName(a.id, b.id)),
    refs: refs
      .map(({ repository, ref, pushes, gaps, firstPush, lastPush }) => ({
        key: `${repository} ${ref}`,
        pushes,
        open: gaps
          .filter(({ filledAt }) => filledAt === undefined)
          .map(({ lastKnown, before }) => ({ lastKnown, before })),
        firstPush,
        lastPush: { ...lastPush, deliveryId: undefined },
      }))
      .sort((a, b) => byName(a.key, b.key)),
    unsettled: [
      ...(await store.deliveries.withStatus(tenantId, 'pending', 10)),
      ...(await store.deliveries.withStatus(tenantId, 'failed', 10)),
    ],
  };
}

async function outcome(
  deliveries: readonly Delivery[],
  choice: () => number,
): Promise<Awaited<ReturnType<typeof saidBy>>> {
  const road: Road = await openRoad();
  try {
    await run(deliveries, [road.store, road.instance()], choice);
    await reconcileAll(road.store);
    await auditAll(road.store, commitNames.map(hashOf));
    expect(await verified(road.store)).toMatchObject({ valid: true, problems: [], notes: [] });
    return await saidBy(road.store);
  } finally {
    await road.close();
  }
}

const runs = Number(globalThis.process.env.GITOPS_ORDERS ?? 15);

it(`ends in the same store whatever the order, the repetition and the instances (${runs} histories)`, async () => {
  const history = fc
    .tuple(fc.array(aPush, { minLength: 1, maxLength: 6 }), fc.infiniteStream(fc.boolean()))
    .map(([pushes, missed]) => payloadsOf(pushes).filter(() => missed.next().value || missed.next().value))
    .chain((payloads) => {
      // A second webhook of the repository sends each push once more, under an id of its own.
      const deliveries = payloads.flatMap((payload, index) =>
        ['one', 'two'].map((hook) => ({ id: `push-${index}-${hook}`, payload })),
      );
      return fc.tuple(fc.constant(deliveries), scheduleOf(deliveries));
    });
  await fc.assert(
    fc.asyncProperty(history, async ([deliveries, [shuffled, again, choices]]) => {
      const inOrder = await outcome(deliveries, () => 1);
      const otherwise = await outcome([...shuffled, ...again], () => choices.next().value);
      expect(otherwise).toEqual(inOrder);
      expect(inOrder.unsettled).toEqual([]);
    }),
    { numRuns: runs, endOnFailure: false },
  );
}, 600_000);
