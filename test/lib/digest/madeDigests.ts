import type { Digest, DigestCommit } from '../../../src/lib/digest';

export function madeCommit(change: Partial<DigestCommit> = {}): DigestCommit {
  return {
    commitHash: '3f786850e387550fdab836ed7e6dc881de23001b',
    commitDate: '2026-03-02',
    subject: 'fix: mask the medical record number in the export',
    author: 'ann@clinic.example',
    repositories: ['clinic/records'],
    riskScore: 0.93,
    riskLevel: 'critical',
    reasons: ['Touches protected health information: src/phi/export.ts'],
    compliance: ['HIPAA', 'GDPR'],
    createdAt: '2026-03-02T09:30:00.000Z',
    review: null,
    url: 'https://github.com/clinic/records/commit/3f786850e387550fdab836ed7e6dc881de23001b',
    ...change,
  };
}

export function madeDigest(change: Partial<Digest> = {}): Digest {
  const waiting = madeCommit({
    commitHash: '89e6c98d92887913cadf06b2adb97f26cde4849b',
    subject: 'feat: new session cookie',
    riskScore: 0.74,
    riskLevel: 'high',
    reasons: ['Touches sign-in: src/auth/session.ts', 'A large change: 31 files'],
    createdAt: '2026-02-20T09:30:00.000Z',
  });
  return {
    id: '2026-03-03',
    tenantId: 'tenant-001',
    digestDate: '2026-03-03',
    kind: 'digest',
    fromSequence: 120,
    previousDigestDate: '2026-03-02',
    createdAt: '2026-03-03T07:00:00.000Z',
    commits: 42,
    commitsByLevel: { low: 30, medium: 9, high: 1, critical: 1, unscored: 1 },
    highRisk: [madeCommit(), { ...waiting, review: 'acknowledged', createdAt: '2026-03-02T11:00:00.000Z' }],
    highRiskTotal: 2,
    unreviewed: { total: 31, oldestAt: '2026-02-20T09:30:00.000Z', commits: [madeCommit(), waiting] },
    coverage: {
      openGaps: 1,
      gaps: [{ repository: 'clinic/records', ref: 'refs/heads/main', foundAt: '2026-03-02T10:00:00.000Z' }],
    },
    undelivered: [{ channel: 'team-chat', status: 'unknown', digestDate: '2026-03-02' }],
    auditHead: { auditDate: '2026-03-03', sequence: 163, hash: 'ab'.repeat(32) },
    auditCheck: {
      checkedAt: '2026-03-03T07:00:00.000Z',
      valid: true,
      entries: 163,
      isWhole: true,
      problemsFound: 0,
      problems: [],
    },
    ...change,
  };
}

export const quietDigest: Digest = madeDigest({
  commits: 0,
  commitsByLevel: {},
  highRisk: [],
  highRiskTotal: 0,
  unreviewed: { total: 0, oldestAt: null, commits: [] },
  coverage: { openGaps: 0, gaps: [] },
  undelivered: [],
});

/** Texts that try to be more than text. */
export const hostileTexts: readonly (readonly [name: string, text: string])[] = [
  ['a script', '<script>alert(1)</script>'],
  ['an image with a handler', '"><img src=x onerror=alert(1)>'],
  ['Markdown', '[click](javascript:alert(1)) **bold** `code` ![x](https://evil.example/x.png)'],
  ['a Slack mention', '<!channel> <@U123> <https://evil.example|docs> @here'],
  ['a Teams mention', '<at>everyone</at> [docs](https://evil.example)'],
  ['a formula', '=cmd|"/C calc"!A0 +1 -1 @SUM(A1)'],
  ['right-to-left marks', 'invoice \u202Egpj.exe\u202C \u2066\u2067x\u2069'],
  ['a line of 100 kB', `x${'A'.repeat(100_000)}`],
  ['controls', 'a\u0000b\u001b[31mred\u0007\r\nX-Header: y'],
  ['lone surrogates and hidden text', 'ok\ud800 \udfff\u200bhidden\ufeff{{7*7}} #{7*7}'],
];
