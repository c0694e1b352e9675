import fc from 'fast-check';
import { join, split } from '../../../src/lib/commit';

const commitOf = (filesChanged: string[], detailed: boolean) => ({
  tenantId: 't1',
  commitDate: '2025-01-15',
  commitHash: 'abcdef1',
  message: 'm'.repeat(100),
  filesChanged,
  ...(detailed && { fileChanges: filesChanged.map((path) => ({ path, status: 'added' as const })) }),
});

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe('a commit with more files than fit into one item', () => {
  it('is split into items below the limit, and joined again is the same commit', () => {
    const paths = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), { maxLength: 200 });
    fc.assert(
      fc.property(
        paths,
        fc.boolean(),
        fc.integer({ min: 2_000, max: 6_000 }),
        (files, detailed, bytesMax) => {
          const commit = commitOf(files, detailed);
          const { item, overflow } = split(commit, bytesMax);
          for (const part of [item, ...overflow]) expect(bytesOf(part)).toBeLessThanOrEqual(bytesMax);
          expect(join(item, [...overflow].reverse())).toEqual(commit);
        },
      ),
    );
  });

  it('stays below 2 MB in each item with 60,000 files', () => {
    const commit = commitOf(
      Array.from(
        { length: 60_000 },
        (_, n) => `modules/module-${n}/src/main/java/org/example/clinic/Service${n}.java`,
      ),
      true,
    );
    const { item, overflow } = split(commit);
    expect(Math.max(...[item, ...overflow].map(bytesOf))).toBeLessThan(2_000_000);
    expect(join(item, overflow).filesChanged).toHaveLength(60_000);
  });
});
