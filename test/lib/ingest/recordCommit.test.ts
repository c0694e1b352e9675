import fc from 'fast-check';
import { type CommitItem, contentHashOf, type IncomingCommit } from '../../../src/lib/commit';
import { recordCommit, type Sighting } from '../../../src/lib/ingest/recordCommit';
import { defaultRiskPolicy } from '../../../src/lib/risk';

const incoming: IncomingCommit = {
  commitHash: 'abcdef1234567',
  timestamp: '2025-01-15T10:00:00.000Z',
  commitDate: '2025-01-15',
  message: 'fix: check the role',
  redactions: [],
  author: 'ann@example.org',
  files: [{ path: 'src/auth/role.ts', status: 'modified' }],
  repositories: ['clinic/records'],
  branches: ['topic'],
};

const sighting = (changes: Partial<IncomingCommit> = {}, more: Partial<Sighting> = {}): Sighting => ({
  commit: { ...incoming, ...changes },
  tenantId: 't1',
  source: 'github',
  actor: 'github:ann',
  at: '2025-01-15T10:00:05.000Z',
  ...more,
});

function replay(sightings: readonly Sighting[]): CommitItem {
  let commit: CommitItem | undefined;
  for (const each of sightings) commit = recordCommit(commit, each, defaultRiskPolicy).commit;
  if (!commit) throw new Error('nothing was seen');
  return commit;
}

describe('the record of a commit', () => {
  it('begins with its first sighting', () => {
    const { kind, commit } = recordCommit(undefined, sighting(), defaultRiskPolicy);
    expect(kind).toBe('stored');
    expect(commit).toMatchObject({
      id: incoming.commitHash,
      revision: 1,
      review: null,
      createdAt: '2025-01-15T10:00:05.000Z',
      riskSource: 'model',
    });
    expect(commit.contentHash).toBe(contentHashOf(commit));
  });

  it('does not change when the same is seen again', () => {
    const first = replay([sighting()]);
    expect(recordCommit(first, sighting({}, { at: '2026-01-01T00:00:00.000Z' }), defaultRiskPolicy)).toEqual({
      kind: 'unchanged',
      commit: first,
    });
  });

  it('gains the branch and the repository of another sighting and is not scored again', () => {
    const first = replay([sighting()]);
    const { kind, commit } = recordCommit(
      first,
      sighting({ branches: ['main'], repositories: ['fork/records'] }),
      defaultRiskPolicy,
    );
    expect(kind).toBe('updated');
    expect(commit).toMatchObject({
      branches: ['main', 'topic'],
      repositories: ['clinic/records', 'fork/records'],
      revision: 2,
    });
    expect(commit.riskFactors).toEqual(first.riskFactors);
    expect(commit.changes.map(({ action }) => action)).toEqual(['recorded', 'amended']);
  });

  it('learns line counts that come later, and is scored with them', () => {
    const detailed = sighting(
      {
        files: [{ path: 'src/auth/role.ts', status: 'modified', linesAdded: 400, linesDeleted: 3 }],
        linesAdded: 400,
        linesDeleted: 3,
      },
      { source: 'api' },
    );
    const commit = replay([sighting(), detailed]);
    expect(commit).toMatchObject({ linesAdded: 400, fileChanges: detailed.commit.files });
    expect(commit.likelihood).toBeGreaterThan(replay([sighting()]).likelihood ?? 1);
    expect(replay([detailed, sighting()]).fileChanges).toEqual(detailed.commit.files);
  });

  it('keeps the score of the caller with ours beside it', () => {
    const commit = replay([
      sighting({ declared: { riskScore: 0.95, compliance: ['FDA'] } }, { source: 'api' }),
    ]);
    expect(commit).toMatchObject({
      riskScore: 0.95,
      riskLevel: 'critical',
      riskSource: 'client',
      modelRiskScore: expect.any(Number),
    });
    expect(commit.compliance[0]).toBe('FDA');
  });

  it('says the same in the end in whatever order and however often its sightings come', () => {
    const seen = fc.record({
      branches: fc.subarray(['main', 'topic', 'release'], { minLength: 1 }),
      repositories: fc.subarray(['clinic/records', 'fork/records'], { minLength: 1 }),
      forced: fc.constantFrom(undefined, true),
      toDefaultBranch: fc.constantFrom(undefined, true, false),
    });
    const content = (commit: CommitItem) => contentHashOf(commit);
    fc.assert(
      fc.property(
        fc
          .array(seen, { minLength: 1, maxLength: 5 })
          .chain((all) =>
            fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }), fc.subarray(all)),
          ),
        ([all, shuffled, again]) => {
          const once = replay(all.map((each) => sighting(each)));
          const other = replay([...shuffled, ...again].map((each) => sighting(each)));
          expect(content(other)).toBe(content(once));
          expect(other.revision).toBe(other.changes.length);
        },
      ),
    );
  });
});
