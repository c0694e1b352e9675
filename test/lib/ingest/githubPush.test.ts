import { InvalidInput } from '../../../src/lib/errors';
import { normalisePush } from '../../../src/lib/ingest';
import { pushExamples } from '../../pushExamples';

const commit = {
  id: '4d92b490aaa2c4e8b1f0a5d6e7f8091a2b3c4d5e',
  message: 'fix: close the session\n\nSigned-off-by: Ann <ann@example.org>',
  timestamp: '2025-01-15T23:30:00-05:00',
  author: { name: 'Ann', email: 'ann@example.org', username: 'ann' },
  committer: { name: 'GitHub', email: 'noreply@github.com', username: 'web-flow' },
  added: ['src/new.ts'],
  modified: ['src/session.ts'],
  removed: ['src/old.ts'],
};

const push = {
  ref: 'refs/heads/main',
  before: '1'.repeat(40),
  after: commit.id,
  created: false,
  deleted: false,
  forced: false,
  repository: { id: 7, full_name: 'clinic/records', default_branch: 'main' },
  pusher: { name: 'ann', email: 'ann@example.org' },
  sender: { login: 'ann', type: 'User' },
  commits: [commit],
};

describe('a GitHub push', () => {
  it('becomes commits of our model, on the UTC date, redacted', () => {
    expect(normalisePush(push)).toEqual({
      push: {
        repository: 'clinic/records',
        repositoryId: 7,
        defaultBranch: 'main',
        ref: 'refs/heads/main',
        before: push.before,
        after: push.after,
        created: false,
        deleted: false,
        forced: false,
        pusher: 'ann',
        sender: 'ann',
        senderIsBot: false,
      },
      commits: [
        {
          commitHash: commit.id,
          timestamp: '2025-01-16T04:30:00.000Z',
          commitDate: '2025-01-16',
          message: 'fix: close the session\n\nSigned-off-by: Ann <[REDACTED:email]>',
          redactions: ['email'],
          author: 'ann@example.org',
          authorName: 'Ann',
          committer: { name: 'GitHub', email: 'noreply@github.com' },
          pusher: 'ann',
          files: [
            { path: 'src/old.ts', status: 'removed' },
            { path: 'src/session.ts', status: 'modified' },
            { path: 'src/new.ts', status: 'added' },
          ],
          repositories: ['clinic/records'],
          branches: ['main'],
          pushedAt: undefined,
          isBot: false,
          forced: undefined,
          toDefaultBranch: false,
        },
      ],
    });
  });

  it.each(pushExamples.map((payload, index) => [index, payload.ref, payload] as const))(
    'of the published examples (%i, %s) is understood',
    (_, ref, payload) => {
      const { push, commits } = normalisePush(payload);
      expect(push).toMatchObject({
        ref,
        repository: payload.repository.full_name,
        repositoryId: payload.repository.id,
      });
      const isBranch = ref.startsWith('refs/heads/') && !payload.deleted;
      expect(commits.map(({ commitHash }) => commitHash)).toEqual(
        isBranch ? payload.commits.map(({ id }) => id) : [],
      );
    },
  );

  it.each([
    ['a tag', { ...push, ref: 'refs/tags/v1' }],
    ['a deleted branch', { ...push, deleted: true, after: '0'.repeat(40) }],
    ['an empty push', { ...push, commits: [] }],
    ['a push without a list of commits', { ...push, commits: null }],
  ])('that is %s has no commits', (_, payload) => {
    expect(normalisePush(payload).commits).toEqual([]);
  });

  it.each([
    [
      'null fields everywhere',
      {
        id: commit.id,
        message: null,
        timestamp: null,
        author: null,
        committer: null,
        added: null,
        modified: null,
        removed: null,
      },
    ],
    ['an unreadable date', { ...commit, timestamp: 'a fine day' }],
    ['an author without an address', { ...commit, author: { name: 'Ann', email: null } }],
    [
      'names in other scripts',
      { ...commit, author: { name: '山田', email: 'y@例え.jp' }, added: ['données/é.ts', 'ключ.ts'] },
    ],
  ])('keeps a commit with %s', (_, odd) => {
    const { commits } = normalisePush({ ...push, commits: [odd, commit] });
    expect(commits.map(({ commitHash }) => commitHash)).toEqual([commit.id, commit.id]);
  });

  it('by a bot is told by the sender and not by what the commit says', () => {
    expect(
      normalisePush({ ...push, sender: { login: 'dependabot[bot]', type: 'Bot' } }).commits[0]?.isBot,
    ).toBe(true);
    expect(
      normalisePush({ ...push, commits: [{ ...commit, author: { name: 'dependabot[bot]' } }] }).commits[0]
        ?.isBot,
    ).toBe(false);
  });

  it('straight to the default branch is marked, a merge made in the web interface is not', () => {
    const own = { ...commit, committer: { name: 'Ann', email: 'ann@example.org', username: 'ann' } };
    expect(normalisePush({ ...push, commits: [own] }).commits[0]?.toDefaultBranch).toBe(true);
    expect(
      normalisePush({ ...push, ref: 'refs/heads/topic', commits: [own] }).commits[0]?.toDefaultBranch,
    ).toBe(false);
  });

  it('that is no push names what is wrong', () => {
    expect(() => normalisePush({ ...push, ref: 1, commits: [{ ...commit, id: 'x' }] })).toThrow(InvalidInput);
    try {
      normalisePush({ ...push, ref: 1, commits: [{ ...commit, id: 'x' }] });
    } catch (error) {
      expect((error as InvalidInput).errors?.map(({ path }) => path)).toEqual(['/ref', '/commits/0/id']);
    }
  });
});
