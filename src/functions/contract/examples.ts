/** A commit as a tool would post it right after it was made. */
const commit = {
  commitHash: 'a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0',
  message: 'feat(records): encrypt the patient export\n\nPHI-Impact: Direct',
  timestamp: '2025-01-15T10:30:00Z',
  author: 'sam@example.org',
  filesChanged: [
    { path: 'src/patients/export.ts', status: 'modified', linesAdded: 120, linesDeleted: 8 },
    { path: 'test/patients/export.test.ts', status: 'added', linesAdded: 60, linesDeleted: 0 },
  ],
  repository: 'example/records',
  branch: 'main',
};

export const ingestExamples = {
  one: commit,
  batch: { commits: [commit, { ...commit, commitHash: 'b2c3d4e', message: 'docs: explain the export' }] },
} as const;

export const reviewExamples = {
  approve: {
    status: 'approved',
    note: 'The key comes from the vault; looked at with the data protection officer.',
  },
} as const;

export const rescoreExamples = {
  dryRun: { dryRun: true, risk: { levels: { high: 0.65 }, areas: { phi: { weight: 0.3 } } } },
  bySettings: { dryRun: false },
} as const;

export const hookExample = { ping: { zen: 'Keep it logically awesome.', hook_id: 1 } } as const;

export const settingsExamples = {
  everything: {
    risk: {
      levels: { high: 0.65 },
      areas: { phi: { addGlobs: ['services/ward/**'] } },
    },
    thresholds: { highRisk: 0.65 },
    digest: {
      channels: [
        { type: 'slack', name: 'security', minLevel: 'high', urlSecret: 'slack-security' },
        { type: 'email', name: 'board', minLevel: 'critical', to: ['compliance@example.org'] },
        { type: 'webhook', name: 'siem', url: 'https://siem.example.org/hook', signingSecret: 'siem' },
      ],
    },
    allowSelfReview: false,
  },
} as const;
