import { type RankedCommit, rankingQuality } from '../../../src/lib/risk';

const ranked = (...rows: [score: number, isFaulty: boolean, sourceLinesAdded?: number][]): RankedCommit[] =>
  rows.map(([score, isFaulty, sourceLinesAdded = 1]) => ({ score, isFaulty, sourceLinesAdded }));

describe('rankingQuality', () => {
  it('is perfect where every faulty commit scores above every sound one', () => {
    const quality = rankingQuality(
      ranked([0.9, true], [0.4, false], [0.3, false], [0.2, false], [0.1, false]),
    );
    expect(quality).toMatchObject({
      commits: 5,
      positives: 1,
      roc: 1,
      averagePrecision: 1,
      recallAtFifth: 1,
    });
  });

  it('is chance where all scores are equal, in whatever order the rows come', () => {
    const rows = ranked([0.5, true], [0.5, false], [0.5, false], [0.5, false], [0.5, true]);
    for (const each of [rows, [...rows].reverse()]) {
      const quality = rankingQuality(each);
      expect(quality.roc).toBe(0.5);
      expect(quality.recallAtFifth).toBeCloseTo(0.2, 12);
    }
  });

  it('counts the pairs that are in order, ties for half', () => {
    const quality = rankingQuality(ranked([3, true], [2, false], [2, true], [1, false]));
    expect(quality.roc).toBe((1 + 1 + 0.5 + 1) / 4);
    // Hits at ranks 1 and, half of the time each, 2 and 3.
    expect(quality.averagePrecision).toBeCloseTo((1 + (2 / 2 + 2 / 3) / 2) / 2, 12);
  });

  it('compares like with like: a ranking by size alone is chance within each band of size', () => {
    const quality = rankingQuality(
      ranked([100, true, 100], [90, true, 90], [2, false, 2], [1, false, 1], [1, true, 1], [2, true, 2]),
    );
    expect(quality.roc).toBeGreaterThan(0.5);
    expect(quality.rocAtLikeSize).toBe(0.5);
  });

  it('says of commits that add source how well those alone are ranked', () => {
    const quality = rankingQuality(ranked([9, true, 5], [8, false, 4], [0, false, 0], [0, false, 0]));
    expect(quality.rocSourceOnly).toBe(1);
    expect(rankingQuality(ranked([1, false])).rocSourceOnly).toBeNaN();
  });
});
