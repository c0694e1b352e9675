import fc from 'fast-check';
import { normalisePush } from '../../../src/lib/ingest';
import { commitsOfParts, partsOf } from '../../../src/lib/ingest/receiveDelivery';
import { pushOf } from './testRoad';

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe('a delivery in parts', () => {
  it('has each part below the limit of an item, and gives its commits back as they were', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 4_000, max: 20_000 }), (files, bytesMax) => {
        const payload = pushOf({ commits: files.map((_, index) => `c${index}`) });
        for (const [index, commit] of payload.commits.entries())
          commit.modified = Array.from(
            { length: files[index] ?? 0 },
            (_, file) => `src/deep/folder/${index}/file-${file}.ts`,
          );
        const push = normalisePush(payload);
        const delivery = { tenantId: 't1', deliveryId: 'd', receivedAt: new Date(), ...push };
        const parts = partsOf(delivery, bytesMax);
        for (const part of parts) expect(bytesOf(part.commits)).toBeLessThanOrEqual(bytesMax);
        expect(parts.map(({ part }) => part)).toEqual(parts.map((_, index) => index));
        expect(commitsOfParts(parts)).toEqual(push.commits);
      }),
    );
  });

  it('that names one commit twice has its files once', () => {
    const push = normalisePush(pushOf({ commits: ['twice', 'twice'], files: 2 }));
    const [commit] = commitsOfParts(
      partsOf({ tenantId: 't1', deliveryId: 'd', receivedAt: new Date(), ...push }),
    );
    expect(commit?.files.map(({ path }) => path)).toEqual(['src/auth/twice-0.ts', 'src/auth/twice-1.ts']);
  });

  it('of the largest push that GitHub sends fits into a few items', () => {
    const push = normalisePush(
      pushOf({ commits: Array.from({ length: 2_048 }, (_, n) => `c${n}`), files: 190 }),
    );
    const parts = partsOf({ tenantId: 't1', deliveryId: 'd', receivedAt: new Date(), ...push });
    expect(Math.max(...parts.map(bytesOf))).toBeLessThan(2_000_000);
    expect(parts.length).toBeLessThan(30);
    expect(commitsOfParts(parts)).toHaveLength(2_048);
  });
});
