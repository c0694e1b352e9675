import { defaultRiskPolicy, scoreCommit } from '../../../src/lib/risk';
import { judgedCommits } from './judgedCommits';

describe('the default policy', () => {
  it('is judged by at least sixty commits of different names', () => {
    expect(new Set(judgedCommits.map(({ name }) => name)).size).toBeGreaterThanOrEqual(60);
  });

  it.each(judgedCommits)(
    'gives $name the level $level, with its reasons',
    ({ commit, level, factors, frameworks }) => {
      const { riskLevel, riskFactors, compliance } = scoreCommit(commit, defaultRiskPolicy);
      expect({ riskLevel, riskFactors }).toEqual({ riskLevel: level, riskFactors });
      expect(riskFactors.map(({ id }) => id)).toEqual(expect.arrayContaining(factors ?? []));
      if (frameworks) expect(compliance).toEqual(frameworks);
    },
  );
});
