import fc from 'fast-check';
import type { AuditEntry } from '../../../src/lib/audit';
import { systemClock } from '../../../src/lib/clock';
import { normalisePush, notePush, refKey } from '../../../src/lib/ingest';
import { withNotedPush } from '../../../src/lib/ingest/notePush';
import { reconciled } from '../../../src/lib/ingest/reconcileRef';
import { breaksOf, type RefChain, withPush } from '../../../src/lib/ingest/refChain';
import type { RefItem } from '../../../src/lib/store';
import {
  auditAll,
  hashOf,
  openRoad,
  processOne,
  pushOf,
  type Road,
  receive,
  reconcileAll,
  tenantId,
  verified,
  zeros,
} from './testRoad';

type Edge = readonly [string, string];

const zero = '0000000';
const chainOf = (edges: readonly Edge[]) =>
  edges.reduce<RefChain>((chain, [before, after]) => withPush(chain, before, after), []);
const gaps = (edges: readonly Edge[]) =>
  breaksOf(chainOf(edges), undefined, { origin: edges[0]?.[0] ?? '', tip: edges.at(-1)?.[1] ?? '' }).length;

/** With the times that the forge tells: each push a second after the one before. */
const timed = (edges: readonly Edge[], origin: string, tip: string) =>
  breaksOf(chainOf(edges), { firstAt: '1', origins: [origin], lastAt: '9', tips: [tip] }, { origin, tip });

describe('the chain of a ref', () => {
  it.each<[string, Edge[], number]>([
    ['one push', [['a', 'b']], 0],
    [
      'pushes one after the other',
      [
        [zero, 'a'],
        ['a', 'b'],
        ['b', 'c'],
      ],
      0,
    ],
    [
      'a push that was missed',
      [
        [zero, 'a'],
        ['b', 'c'],
      ],
      1,
    ],
    [
      'two that were missed',
      [
        [zero, 'a'],
        ['b', 'c'],
        ['d', 'e'],
      ],
      2,
    ],
    [
      'a force push back and on',
      [
        ['a', 'b'],
        ['b', 'a'],
        ['a', 'c'],
      ],
      0,
    ],
    [
      'the same push made three times',
      [
        ['a', 'b'],
        ['b', 'a'],
        ['a', 'b'],
        ['b', 'a'],
        ['a', 'b'],
      ],
      0,
    ],
    [
      'a branch deleted and made again',
      [
        [zero, 'a'],
        ['a', zero],
        [zero, 'b'],
        ['b', 'c'],
      ],
      0,
    ],
    [
      'a missed creation after a deletion',
      [
        [zero, 'a'],
        ['a', zero],
        ['b', 'c'],
      ],
      1,
    ],
    [
      'a missed deletion',
      [
        [zero, 'a'],
        [zero, 'b'],
      ],
      1,
    ],
    [
      'a missed push between two rounds',
      [
        ['a', 'b'],
        ['b', 'a'],
        ['c', 'd'],
        ['d', 'c'],
        ['c', 'e'],
      ],
      1,
    ],
    [
      'a push that moved nothing',
      [
        ['a', 'b'],
        ['b', 'b'],
        ['b', 'c'],
      ],
      0,
    ],
  ])('says how many pushes are missing: %s', (_, edges, missing) => {
    expect(gaps(edges)).toBe(missing);
  });

  it('names both ends of a break', () => {
    expect(
      breaksOf(
        chainOf([
          [zero, 'a'],
          ['b', 'c'],
          ['c', 'd'],
        ]),
        undefined,
        { origin: zero, tip: 'd' },
      ),
    ).toEqual([{ lastKnown: 'a', before: 'b' }]);
  });

  it('counts the same whatever the order, and notices every single push inside a true history that is left out', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constant('new' as const) },
      { weight: 1, arbitrary: fc.constant('back' as const) },
      { weight: 1, arbitrary: fc.constant('delete' as const) },
    );
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 3, maxLength: 30 }),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        (steps, random) => {
          const names = [zero];
          let at = zero;
          const edges = steps.map((kind, index): Edge => {
            const before = at;
            at =
              kind === 'new' || at === zero ? `n${index}` : kind === 'delete' ? zero : (names.at(-2) ?? zero);
            names.push(at);
            return [before, at];
          });
          const shuffled = edges
            .map((edge) => ({ edge, key: random.next().value }))
            .sort((a, b) => a.key - b.key)
            .map(({ edge }) => edge);
          const origin = edges[0]?.[0] ?? '';
          expect(timed(shuffled, origin, at)).toEqual([]);
          for (const [index, [before, after]] of edges.entries()) {
            const isInside = index > 0 && index < edges.length - 1;
            if (isInside && before !== after)
              expect(
                timed(
                  shuffled.filter((edge) => edge !== edges[index]),
                  origin,
                  at,
                ),
              ).toHaveLength(1);
          }
        },
      ),
    );
  });

  it('joins a push that comes hundreds of pushes late', () => {
    const edges = Array.from({ length: 500 }, (_, index): Edge => [`n${index}`, `n${index + 1}`]);
    const late = edges[100] as Edge;
    const others = edges.filter((edge) => edge !== late);
    expect(timed(others, 'n0', 'n500')).toEqual([{ lastKnown: 'n100', before: 'n101' }]);
    expect(timed([...others, late], 'n0', 'n500')).toEqual([]);
    expect(JSON.stringify(chainOf(edges)).length).toBeLessThan(5_000);
  });
});

describe('a missing push', () => {
  let road: Road;
  beforeEach(async () => {
    road = await openRoad();
  });
  afterEach(() => road.close());

  const history = ['a', 'b', 'c', 'd'].map((name, index, names) =>
    pushOf({
      commits: [name],
      ...(index > 0 && { before: hashOf(names[index - 1] ?? '') }),
      pushedAt: 1_700_000_000 + index,
    }),
  );

  async function deliver(...numbers: number[]): Promise<void> {
    for (const [nth, number] of numbers.entries()) {
      const deliveryId = `delivery-${number}-${nth}-${Math.random().toString(36).slice(2)}`;
      await receive(road.store, deliveryId, history[number]);
      await processOne(road.store, deliveryId);
    }
    await reconcileAll(road.store);
    await auditAll(road.store, ['a', 'b', 'c', 'd'].map(hashOf));
  }

  const ref = async () => (await road.store.refs.page(tenantId, {}, 10))[0];
  const log = async () =>
    (await road.store.audit.page(tenantId, { after: 0 }, 100)).filter(({ action }) =>
      action.startsWith('gap'),
    );

  it('is a gap on record, and in the audit log with both its ends', async () => {
    await deliver(0, 2);
    expect(await ref()).toMatchObject({
      pushes: 2,
      gapsFound: 1,
      gapsFilled: 0,
      gaps: [{ lastKnown: hashOf('a'), before: hashOf('b'), foundAt: expect.any(String) }],
    });
    expect(await log()).toMatchObject([
      {
        action: 'gap',
        actor: 'system',
        detail: {
          repository: 'clinic/records',
          ref: 'refs/heads/main',
          lastKnown: hashOf('a'),
          before: hashOf('b'),
        },
      },
    ]);
    expect(await verified(road.store)).toMatchObject({ valid: true, problems: [], notes: [] });
  });

  it('that comes late fills the gap, and the log says so', async () => {
    await deliver(0, 3);
    await deliver(1);
    expect(await ref()).toMatchObject({
      gapsFound: 1,
      gapsFilled: 0,
      gaps: [{ lastKnown: hashOf('b'), before: hashOf('c') }],
    });
    await deliver(2);
    expect(await ref()).toMatchObject({
      pushes: 4,
      gapsFound: 1,
      gapsFilled: 1,
      gaps: [{ filledAt: expect.any(String) }],
    });
    expect((await log()).map(({ action }) => action)).toEqual(['gap', 'gap-filled']);
    expect(await verified(road.store)).toMatchObject({ valid: true, problems: [] });
  });

  it('is none where deliveries come in another order, or twice, or through two webhooks', async () => {
    await deliver(3, 1, 0, 2, 2, 0);
    expect(await ref()).toMatchObject({ pushes: 4, gapsFound: 0, gaps: [], lastPush: { pusher: 'ann' } });
    expect(await log()).toEqual([]);
  });

  it('by the thousand keeps the item small, the counts right, and every gap in the log once', async () => {
    const store = road.instance(30_000);
    const note = async (index: number) => {
      const { push } = normalisePush(
        pushOf({
          before: hashOf(`lost ${index}`),
          commits: [`seen ${index}`],
          pushedAt: 1_700_000_000 + index,
        }),
      );
      const receivedAt = '2025-01-15T10:00:00.000Z';
      await notePush(store, { tenantId, deliveryId: `d${index}`, receivedAt, push }, systemClock);
      return refKey(push);
    };
    const key = await note(0);
    const [one] = await store.refs.page(tenantId, {}, 1);
    if (!one) throw new Error('No ref was noted');
    // As if the change feed had been behind for a thousand pushes.
    const unlinked = Array.from(
      { length: 1_000 },
      (_, index): Edge => [hashOf(`x${index}`), hashOf(`y${index}`)],
    );
    await store.refs.write({ ...one, chain: [...one.chain, ...chainOf(unlinked)], pushes: 1_001 }, one);
    for (const index of [1, 2, 3]) await note(index);
    await reconcileAll(store);

    const ref = await store.refs.get(tenantId, key);
    expect(JSON.stringify(ref).length).toBeLessThan(400_000);
    expect(ref).toMatchObject({ pushes: 1_004, gapsFound: 1_003, gapsFilled: 0 });
    // One whose two ends belong to the same row of pushes cannot be joined away.
    expect(Math.abs((ref?.gaps.length ?? 0) - 500)).toBeLessThan(10);
    const logged: AuditEntry[] = [];
    for (let more = true; more; ) {
      const page = await store.audit.page(tenantId, { after: logged.at(-1)?.sequence ?? 0 }, 500);
      logged.push(...page);
      more = page.length > 0;
    }
    expect(logged.map(({ revision }) => revision)).toEqual(
      Array.from({ length: 1_003 }, (_, index) => index + 1),
    );
    expect(new Set(logged.map(({ detail }) => detail?.before)).size).toBe(1_003);
    const before = await store.refs.get(tenantId, key);
    await reconcileAll(store);
    expect(await store.refs.get(tenantId, key)).toEqual(before);
  }, 60_000);
});

it('lets old gaps go and comes to rest, whatever the pushes, and however few are kept', () => {
  const names = fc.constantFrom(zeros, ...[...'abcdefghij'].map(hashOf));
  const push = fc.record({ before: names, after: names });
  fc.assert(
    fc.property(
      fc.array(push, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 5 }),
      (pushes, keptMax) => {
        let ref: RefItem | undefined;
        let found = 0;
        for (const [index, each] of pushes.entries()) {
          const pushedAt = new Date(1_700_000_000_000 + index * 1_000).toISOString();
          const { push: facts } = normalisePush(pushOf({ pushedAt: 1_700_000_000 + index }));
          ref = withNotedPush(ref, {
            tenantId,
            deliveryId: `d${index}`,
            receivedAt: pushedAt,
            push: { ...facts, ...each },
          });
          const next: RefItem = reconciled(ref, pushedAt, keptMax);
          expect(reconciled(next, pushedAt, keptMax)).toBe(next);
          const open = next.gaps.filter(({ filledAt }) => filledAt === undefined);
          expect(next.gapsFound - next.gapsFilled).toBeGreaterThanOrEqual(open.length);
          expect(next.gapsFound).toBeGreaterThanOrEqual(found);
          found = next.gapsFound;
          ref = next;
        }
      },
    ),
  );
});
