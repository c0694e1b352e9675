import fc from 'fast-check';
import { normalisePush } from '../../../src/lib/ingest';
import { commitsOfParts, partsOf } from '../../../src/lib/ingest/receiveDelivery';
import { everyItem, openRoad, processOne, pushOf, receive } from './testRoad';

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe('a delivery in parts', () => {
  it('has each part below the limit of an item, and gives its commits back as they were', async () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 40, max: 20_000 }), async (files, bytesMax) => {
        const payload = pushOf({ commits: files.map((_, index) => `c${index}`) });
        for (const [index, commit] of payload.commits.entries())
          commit.modified = Array.from(
            { length: files[index] ?? 0 },
            (_, file) => `src/deep/folder/${index}/file-${file}.ts`,
          );
        const push = normalisePush(payload);
        const delivery = { tenantId: 't1', deliveryId: 'd', receivedAt: new Date(), ...push };
        const parts = await partsOf(delivery, bytesMax);
        for (const { commits, packedCommits = commits } of parts)
          expect(bytesOf(packedCommits)).toBeLessThanOrEqual(bytesMax + 2);
        expect(parts.map(({ part }) => part)).toEqual(parts.map((_, index) => index));
        // As JSON has them: a member that is undefined is none.
        expect(await commitsOfParts(parts)).toEqual(JSON.parse(JSON.stringify(push.commits)));
      }),
    );
  });

  it('that names one commit twice stores it once', async () => {
    const road = await openRoad();
    try {
      await receive(road.store, 'd', pushOf({ commits: ['twice', 'twice'], files: 2 }));
      expect(await processOne(road.store, 'd')).toEqual({ kind: 'processed', commits: 2 });
      expect(await everyItem(road.store)).toMatchObject([
        { revision: 1, filesChanged: ['src/auth/twice-0.ts', 'src/auth/twice-1.ts'] },
      ]);
    } finally {
      await road.close();
    }
  });

  it('of the largest push that GitHub sends fits into a few items', async () => {
    const push = normalisePush(
      pushOf({ commits: Array.from({ length: 2_048 }, (_, n) => `c${n}`), files: 190 }),
    );
    const parts = await partsOf({ tenantId: 't1', deliveryId: 'd', receivedAt: new Date(), ...push });
    expect(Math.max(...parts.map(bytesOf))).toBeLessThan(2_000_000);
    expect(parts.length).toBeLessThan(5);
    expect(await commitsOfParts(parts)).toHaveLength(2_048);
  });
});
