import fc from 'fast-check';
import { type CommitItem, contentHashOf, type IncomingCommit } from '../../../src/lib/commit';
import { recordCommit, rescoreCommit, type Sighting } from '../../../src/lib/ingest/recordCommit';
import { defaultRiskPolicy, mergeRiskPolicy } from '../../../src/lib/risk';

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

  it('is back-dated by the road that it came in by first, whoever speaks of it later', () => {
    const old = { timestamp: '2020-01-15T10:00:00.000Z', commitDate: '2020-01-15' };
    const counts = { linesAdded: 5, linesDeleted: 1 };
    const isBackDated = (...sightings: Sighting[]) =>
      replay(sightings).riskFactors.some(({ id }) => id === 'signal.backDated');
    const backfilled = sighting(old, { source: 'api' });
    const pushed = sighting({ ...old, ...counts, verified: true });
    expect(isBackDated(sighting(old))).toBe(true);
    expect(isBackDated(backfilled, pushed)).toBe(false);
    expect(isBackDated(sighting(old), sighting({ ...old, ...counts }, { source: 'api' }))).toBe(true);
  });

  it('is unsigned where its repository signs, as soon as both are known', () => {
    const policy = mergeRiskPolicy(defaultRiskPolicy, { signedRepositories: ['Clinic/*', 'fork/other'] });
    const isUnsigned = (...sightings: Sighting[]) => {
      let commit: CommitItem | undefined;
      for (const each of sightings) commit = recordCommit(commit, each, policy).commit;
      return commit?.riskFactors.some(({ id }) => id === 'signal.unsigned');
    };
    const elsewhere = { repositories: ['fork/records'] };
    expect(isUnsigned(sighting())).toBe(false);
    expect(isUnsigned(sighting({ verified: true }))).toBe(false);
    expect(isUnsigned(sighting({ verified: false }))).toBe(true);
    expect(isUnsigned(sighting(), sighting({ verified: false }))).toBe(true);
    expect(isUnsigned(sighting({ ...elsewhere, verified: false }))).toBe(false);
    expect(isUnsigned(sighting({ ...elsewhere, verified: false }), sighting())).toBe(true);
    expect(isUnsigned(sighting({ repositories: ['clinical/records'], verified: false }))).toBe(false);
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

describe('a record that is scored anew', () => {
  const change = { actor: 'admin', at: '2026-01-01T00:00:00.000Z' };
  const strict = mergeRiskPolicy(defaultRiskPolicy, { areas: { auth: { weight: 0.9 } } });

  it('has the score, the reasons and the name of the new policy, as one more change', () => {
    const before = replay([sighting({ forced: true, pusher: 'ann' })]);
    const { kind, commit } = rescoreCommit(before, strict, change);
    expect(kind).toBe('updated');
    expect(commit.riskScore).toBeGreaterThan(before.riskScore ?? 1);
    expect(commit).toMatchObject({
      riskLevel: 'critical',
      riskModel: strict.riskModel,
      forced: true,
      pusher: 'ann',
    });
    expect(commit.changes.at(-1)).toMatchObject({ revision: 2, action: 'amended', ...change });
    expect(commit.contentHash).toBe(contentHashOf(commit));
    expect(rescoreCommit(commit, strict, change)).toEqual({ kind: 'unchanged', commit });
    const back = rescoreCommit(commit, defaultRiskPolicy, change).commit;
    expect(contentHashOf(back)).toBe(before.contentHash);
  });

  it("keeps the caller's own score, with ours beside it, and the review", () => {
    const declared = { declared: { riskScore: 0.2, compliance: ['FDA'] } };
    const review = { status: 'approved', reviewer: 'bob', at: '2025-02-01T00:00:00.000Z' } as const;
    const before = { ...replay([sighting(declared, { source: 'api' })]), review };
    const { commit } = rescoreCommit(before, strict, change);
    expect(commit).toMatchObject({ riskScore: 0.2, riskLevel: 'low', riskSource: 'client', review });
    expect(commit.compliance).toContain('FDA');
    expect(commit.modelRiskScore).toBeGreaterThan(before.modelRiskScore ?? 1);
  });

  it('does not change where the policy differs in nothing that it rests on', () => {
    const before = replay([sighting()]);
    const other = mergeRiskPolicy(defaultRiskPolicy, { areas: { device: { weight: 0.5 } } });
    expect(rescoreCommit(before, other, change)).toEqual({ kind: 'unchanged', commit: before });
  });

  it('is what it was under the policy of its sightings, whatever they were', () => {
    const text = fc.constantFrom('fix: check the role', 'hotfix: disable TLS [skip ci]', 'docs: page');
    const seen = fc.record({
      commit: fc.record({
        message: text,
        files: fc.constantFrom<IncomingCommit['files']>(
          [],
          [{ path: 'src/auth/role.ts', status: 'modified' }],
          [{ path: 'src/auth/role.ts', status: 'modified', linesAdded: 400 }],
        ),
        timestamp: fc.constant('2020-01-15T10:00:00.000Z'),
        forced: fc.constantFrom(undefined, true),
        verified: fc.constantFrom(undefined, true, false),
        declared: fc.constantFrom<IncomingCommit['declared']>(undefined, {
          riskScore: 0.5,
          compliance: ['FDA'],
        }),
      }),
      source: fc.constantFrom<CommitItem['source']>('api', 'github'),
    });
    fc.assert(
      fc.property(fc.array(seen, { minLength: 1, maxLength: 5 }), (all) => {
        const record = replay(all.map(({ commit, source }) => sighting(commit, { source })));
        expect(rescoreCommit(record, defaultRiskPolicy, change).kind).toBe('unchanged');
      }),
    );
  });
});
