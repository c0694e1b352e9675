import { parseCommitInput } from '../../../src/lib/commit';
import { InvalidInput, Problem } from '../../../src/lib/errors';

const seed = {
  commitHash: 'a1b2c3d4e5f6g7h8',
  message: 'feat: encrypt patient export',
  timestamp: '2025-01-15T23:30:00-05:00',
  author: 'dev@example.org',
  riskScore: 0.85,
  compliance: ['HIPAA'],
  filesChanged: ['src/export.ts'],
  linesAdded: 10,
  linesDeleted: 2,
};

function failureOf(input: unknown): Problem {
  try {
    parseCommitInput(input, 't1');
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('a posted commit', () => {
  it('may have the plain format with a short made-up hash, and lands on the UTC date of its timestamp', () => {
    expect(parseCommitInput(seed, 't1')).toMatchObject({
      commitHash: 'a1b2c3d4e5f6g7h8',
      timestamp: '2025-01-16T04:30:00.000Z',
      commitDate: '2025-01-16',
      files: [{ path: 'src/export.ts' }],
      declared: { riskScore: 0.85, compliance: ['HIPAA'] },
    });
  });

  it('may name its tenant and its UTC date', () => {
    expect(parseCommitInput({ ...seed, tenantId: 't1', commitDate: '2025-01-16' }, 't1').commitDate).toBe(
      '2025-01-16',
    );
  });

  it('is refused with "Invalid partition key value" where commitDate is not the UTC date of timestamp', () => {
    const problem = failureOf({ ...seed, commitDate: '2025-01-15' });
    expect(problem).toMatchObject({
      status: 400,
      title: 'Invalid partition key value',
      code: 'invalid-partition-key',
    });
  });

  it('is refused where it names another tenant', () => {
    expect(failureOf({ ...seed, tenantId: 't10' }).status).toBe(403);
  });

  it('names every wrong place at once', () => {
    const problem = failureOf({
      ...seed,
      commitHash: 'x',
      riskScore: 2,
      filesChanged: [1],
      author: undefined,
      surprise: true,
    });
    expect(problem).toBeInstanceOf(InvalidInput);
    expect(problem.errors?.map(({ path }) => path).sort()).toEqual([
      '/author',
      '/commitHash',
      '/filesChanged/0',
      '/riskScore',
      '/surprise',
    ]);
  });

  it('may be one that was read before: what the service adds is passed over', () => {
    const read = {
      ...seed,
      id: seed.commitHash,
      _etag: '"1"',
      revision: 4,
      changes: [],
      review: null,
      riskLevel: 'high',
      createdAt: 'then',
    };
    expect(parseCommitInput(read, 't1')).toEqual(parseCommitInput(seed, 't1'));
  });

  it('keeps a whole object name in lower case, however it is written', () => {
    expect(parseCommitInput({ ...seed, commitHash: 'ABCDEF0123'.repeat(4) }, 't1').commitHash).toBe(
      'abcdef0123'.repeat(4),
    );
  });

  it('has its message redacted before anything else sees it', () => {
    const commit = parseCommitInput({ ...seed, message: 'for patient 123-45-6789' }, 't1');
    expect(commit).toMatchObject({ message: 'for patient [REDACTED:ssn]', redactions: ['ssn'] });
  });

  it.each([
    ['null', null],
    ['a list', []],
    ['text', 'x'],
    ['a number', 1],
  ])('is refused where it is %s', (_, input) => {
    expect(failureOf(input).status).toBe(400);
  });
});
