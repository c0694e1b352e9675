import fc from 'fast-check';
import {
  type CommitFacts,
  type CommitHistory,
  defaultRiskPolicy,
  type FileFacts,
  type RiskAssessment,
  scoreCommit,
} from '../../../src/lib/risk';

const folder = fc.constantFrom(
  'src',
  'src/auth',
  'lib/patients',
  'test',
  'docs',
  '.github/workflows',
  'infra',
  'vendor/x',
  'db/migrations',
  'a b',
);
const baseName = fc.constantFrom(
  'login.ts',
  'Export.java',
  'main.tf',
  'README.md',
  'package-lock.json',
  'ci.yml',
  'x.py',
  'V1__init.sql',
  '.env',
);
const path = fc.oneof(
  fc.tuple(folder, baseName).map((parts) => parts.join('/')),
  fc.string({ minLength: 1, unit: 'binary' }),
);
const lines = fc.option(fc.nat(3000), { nil: undefined });
const file: fc.Arbitrary<FileFacts> = fc.record(
  {
    path,
    status: fc.constantFrom('added', 'modified', 'renamed' as const),
    linesAdded: lines,
    linesDeleted: lines,
  },
  { requiredKeys: ['path'] },
);
const message = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'Fix login',
    'Remove permission check',
    'feat: export patients',
    'Bump zod',
    'x\n\nRisk-Level: Low',
  ),
);
const commit: fc.Arbitrary<CommitFacts> = fc.record(
  {
    message,
    files: fc.array(file, { maxLength: 8 }),
    filesComplete: fc.boolean(),
    linesAdded: lines,
    timestamp: fc.oneof(
      fc.constantFrom('2025-01-15T10:00:00Z', '1970-01-01T00:00:00Z', 'yesterday'),
      fc.string(),
    ),
    receivedAt: fc.constantFrom('2025-01-15T10:00:00Z', 'now'),
    isMerge: fc.boolean(),
    isBot: fc.boolean(),
    verified: fc.boolean(),
    repositorySigns: fc.boolean(),
    forced: fc.boolean(),
    toDefaultBranch: fc.boolean(),
    redactions: fc.array(fc.constantFrom('ssn', 'aws-key', 'email', '__proto__', 'constructor', 'new kind')),
  },
  { requiredKeys: ['message', 'files'] },
);
/** What is known of every path that the generators make, other paths being new files. */
const history: fc.Arbitrary<CommitHistory | undefined> = fc.option(
  fc
    .array(
      fc.tuple(
        path,
        fc.record({ recentCommits: fc.nat(50), recentFixes: fc.nat(50), otherAuthors: fc.nat(32) }),
      ),
    )
    .map((entries) => ({ files: new Map(entries) })),
  { nil: undefined },
);

const score = (facts: CommitFacts, past?: CommitHistory) => scoreCommit(facts, defaultRiskPolicy, past);
/** A commit without a score counts as below every scored one. */
const rank = (assessment: RiskAssessment) => assessment.riskScore ?? -1;

describe('scoreCommit', () => {
  it('stays between 0 and 1, in whatever it is given', () => {
    fc.assert(
      fc.property(commit, history, (facts, past) => {
        const assessment = score(facts, past);
        if (assessment.status === 'unscored') return;
        for (const value of [assessment.riskScore, assessment.likelihood, assessment.impact]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('gives equal answers to equal questions', () => {
    fc.assert(
      fc.property(commit, history, (facts, past) => {
        expect(score(structuredClone(facts), past)).toEqual(score(facts, past));
      }),
    );
  });

  it('shows factors that add up to the score, and to its two halves by their rule', () => {
    fc.assert(
      fc.property(commit, history, (facts, past) => {
        const assessment = score(facts, past);
        if (assessment.status === 'unscored') return;
        const sum = (half?: string) =>
          assessment.riskFactors
            .filter((factor) => half === undefined || factor.half === half)
            .reduce((total, { contribution }) => total + contribution, 0);
        const { riskScore, likelihood, impact } = assessment;
        expect(sum()).toBeCloseTo(riskScore, 9);
        expect(riskScore).toBeCloseTo(1 - (1 - likelihood) * (1 - impact), 2);
        expect(Math.abs(sum('likelihood') - likelihood)).toBeLessThan(0.02);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    'src/auth/guard.ts',
    '.github/workflows/deploy.yml',
    'infra/main.tf',
    'package-lock.json',
    'lib/patients/chart.py',
    'db/migrations/V9__x.sql',
    'config/server.pem',
    'firmware/pump.c',
  ])('is never lowered by one more risky path, %s', (riskyPath) => {
    fc.assert(
      fc.property(commit, file, history, (facts, more, past) => {
        fc.pre(!facts.files.some((each) => each.path === riskyPath));
        const added = { ...facts, files: [...facts.files, { ...more, path: riskyPath }] };
        expect(rank(score(added, past))).toBeGreaterThanOrEqual(rank(score(facts, past)));
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    'Risk-Level: Low',
    'Risk-Level: High',
    'PHI-Impact: Direct',
    'PHI-Impact: None',
    'Clinical-Safety: Critical',
    'HIPAA: Applicable',
    'HIPAA: constructor',
    'Reviewed-by: Dev <dev@example.org>',
  ])('is never lowered by the declaration %s', (trailer) => {
    fc.assert(
      fc.property(commit, history, (facts, past) => {
        const declared = { ...facts, message: `${facts.message}\n\n${trailer}` };
        expect(rank(score(declared, past))).toBeGreaterThanOrEqual(rank(score(facts, past)));
      }),
      { numRuns: 300 },
    );
  });

  it('is never lowered by more source lines', () => {
    fc.assert(
      fc.property(commit, fc.nat(7), fc.nat(2000), history, (facts, index, more, past) => {
        const target = facts.files[index];
        fc.pre(target?.linesAdded !== undefined);
        const files = facts.files.map((each) =>
          each === target ? { ...each, linesAdded: (each.linesAdded ?? 0) + more } : each,
        );
        expect(rank(score({ ...facts, files }, past))).toBeGreaterThanOrEqual(rank(score(facts, past)));
      }),
      { numRuns: 1000 },
    );
  });

  it('is never lowered by more lines in total, where lines are not known by file', () => {
    fc.assert(
      fc.property(fc.array(path, { maxLength: 6 }), fc.nat(5000), fc.nat(5000), (paths, total, more) => {
        const facts = (linesAdded: number) => ({
          message: 'x',
          files: paths.map((each) => ({ path: each })),
          linesAdded,
        });
        expect(rank(score(facts(total + more)))).toBeGreaterThanOrEqual(rank(score(facts(total))));
      }),
    );
  });

  it('bounds what it shows: six pieces of evidence of 160 characters, cut between characters', () => {
    const name = `src/auth/${'😀'.repeat(200)}.ts`;
    const files = Array.from({ length: 3000 }, (_, i) => ({ path: `${i}${name}`, linesAdded: 1 }));
    const { riskFactors, complianceReasons } = score({ message: 'x', files });
    for (const { evidence } of [...riskFactors, ...complianceReasons]) {
      expect(evidence.length).toBeLessThanOrEqual(6);
      for (const text of evidence) {
        expect(text.length).toBeLessThanOrEqual(160);
        expect(text).toBe(Buffer.from(text).toString());
      }
    }
    expect(riskFactors.find(({ id }) => id === 'area.auth')?.evidence.at(-1)).toBe('and 2995 more');
  });

  it('says unscored, never 0, of a commit whose files are unknown and whose message declares nothing', () => {
    const assessment = score({ message: 'work', files: [], linesAdded: 5000 });
    expect(assessment).toMatchObject({
      status: 'unscored',
      riskModel: defaultRiskPolicy.riskModel,
      riskFactors: [],
    });
    expect(assessment.riskScore).toBeUndefined();
  });

  it('scores a documentation-only change below every change of source, config or pipeline', () => {
    const one = (each: string) => rank(score({ message: 'x', files: [{ path: each, linesAdded: 1 }] }));
    const docs = one('docs/services/auth-service/x.md');
    for (const other of [
      'src/a.ts',
      'src/auth/a.ts',
      '.github/workflows/ci.yml',
      'package.json',
      'infra/main.bicep',
    ]) {
      expect(one(other)).toBeGreaterThan(docs);
    }
  });

  it('takes the end of a line in a message for the end of a trailer, CR LF too', () => {
    const { riskFactors } = score({
      message: 'x\r\n\r\nrisk-level:high (see RFC)\r\nReviewed-by: a',
      files: [],
    });
    expect(riskFactors).toEqual([
      expect.objectContaining({
        id: 'trailer.Risk-Level',
        evidence: ['Risk-Level: high (see RFC)'],
        contribution: 0.7,
      }),
    ]);
  });

  it('does not take the marks of what was redacted for words', () => {
    const { compliance } = score({ message: 'Use [REDACTED:private-key]', files: [{ path: 'src/a.ts' }] });
    expect(compliance).toEqual([]);
  });

  it('takes an address for a concern, but not that of who signed off', () => {
    const idsOf = (text: string) =>
      score({ message: text, files: [{ path: 'src/a.ts' }], redactions: ['email'] }).riskFactors.map(
        ({ id }) => id,
      );
    expect(idsOf('Write to [REDACTED:email]')).toContain('redacted.email');
    expect(idsOf('x\n\nSigned-off-by: A <[REDACTED:email]>')).not.toContain('redacted.email');
  });

  it('answers within a second for a message of a million characters and a path of ten thousand', () => {
    const start = process.cpuUsage();
    score({
      message: `${'remove '.repeat(150_000)}\n${'Risk-Level '.repeat(10_000)}:`,
      files: [{ path: 'a/*'.repeat(5000) }],
    });
    expect(process.cpuUsage(start).user).toBeLessThan(1_000_000);
  });
});
