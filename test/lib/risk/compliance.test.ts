import { type CommitFacts, defaultRiskPolicy, scoreCommit } from '../../../src/lib/risk';

const tagsOf = (message: string, ...paths: string[]) => {
  const commit: CommitFacts = {
    message,
    files: paths.map((path) => ({ path, linesAdded: 5 })),
    filesComplete: true,
  };
  return scoreCommit(commit, defaultRiskPolicy);
};

describe('compliance tags', () => {
  it.each([
    ['patient data', 'x', 'app/models/patient.rb', ['HIPAA', 'GDPR']],
    ['access control', 'x', 'internal/authz/check.go', ['HIPAA']],
    ['cryptography', 'x', 'src/encryptionService.cs', ['HIPAA', 'PCI-DSS']],
    ['money', 'x', 'services/payments/charge.ts', ['SOX', 'PCI-DSS']],
    ['books', 'x', 'src/ledger/journal.py', ['SOX']],
    ['a device', 'x', 'firmware/main.c', ['FDA']],
    ['an audit trail', 'x', 'src/auditLog/writer.ts', ['HIPAA', 'FDA', 'SOX']],
    ['consent', 'x', 'src/consent/form.ts', ['GDPR']],
    ['a framework by name', 'Meet 21 CFR Part 11 and PCI DSS', 'src/a.ts', ['FDA', 'PCI-DSS']],
    ['a declaration', 'x\n\nSOX: applicable', 'src/a.ts', ['SOX']],
    ['a declaration that it does not apply', 'x\n\nHIPAA: not applicable', 'src/a.ts', []],
    ['nothing', 'Faster graphics', 'src/graphics.ts', []],
    ['documentation of patient data', 'x', 'docs/patient/data.md', []],
  ])('follow from %s', (_, message, path, frameworks) =>
    expect(tagsOf(message, path).compliance).toEqual(frameworks),
  );

  it('each carry a reason with what gave them away', () => {
    const { compliance, complianceReasons } = tagsOf(
      'HIPAA review of the patient list',
      'src/patients/list.ts',
    );
    expect(new Set(complianceReasons.map(({ framework }) => framework))).toEqual(new Set(compliance));
    expect(complianceReasons).toContainEqual({
      framework: 'HIPAA',
      reason: 'Touches patient data.',
      evidence: ['src/patients/list.ts'],
    });
    expect(complianceReasons).toContainEqual({
      framework: 'HIPAA',
      reason: 'Names HIPAA or what it protects.',
      evidence: ['message: "hipaa"'],
    });
  });
});
