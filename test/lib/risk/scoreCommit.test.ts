import { type CommitFacts, defaultRiskPolicy, scoreCommit } from '../../../src/lib/risk';

const score = (commit: CommitFacts) => scoreCommit(commit, defaultRiskPolicy);

describe('scoreCommit', () => {
  it('says unscored, never 0, of a commit whose files are unknown and whose message declares nothing', () => {
    const assessment = score({ message: 'work', files: [] });
    expect(assessment.status).toBe('unscored');
    expect(assessment.riskScore).toBeUndefined();
  });

  it('adds up to the score shown', () => {
    const assessment = score({
      message: 'Remove the permission check from export\n\nPHI-Impact: Direct',
      files: [
        { path: 'src/auth/PermissionGuard.java', linesAdded: 0, linesDeleted: 1 },
        { path: 'src/patients/export.ts', linesAdded: 212, linesDeleted: 3 },
      ],
    });
    const sum = assessment.riskFactors.reduce((total, { contribution }) => total + contribution, 0);
    expect(sum).toBeCloseTo(assessment.riskScore ?? Number.NaN, 9);
    expect(assessment.riskLevel).toBe('critical');
    expect(assessment.compliance).toEqual(['HIPAA', 'GDPR']);
  });

  it('reaches high for one dangerous line', () => {
    const assessment = score({
      message: 'Remove permission check',
      files: [{ path: 'src/auth/PermissionGuard.java', linesAdded: 0, linesDeleted: 1 }],
    });
    expect(assessment.riskLevel).toBe('high');
  });

  it('scores documentation lowest, wherever it lies', () => {
    const docs = score({
      message: 'Explain login',
      files: [{ path: 'docs/services/auth-service/x.md', linesAdded: 400 }],
    });
    const typo = score({ message: 'typo', files: [{ path: 'README.md', linesAdded: 1, linesDeleted: 1 }] });
    expect(typo.riskScore).toBeLessThan(0.05);
    expect(docs.riskLevel).toBe('low');
  });
});
