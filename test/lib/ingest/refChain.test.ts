import fc from 'fast-check';
import { breaksOf, type RefChain, withPush } from '../../../src/lib/ingest/refChain';
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
});
