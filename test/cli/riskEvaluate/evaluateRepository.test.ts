import { CliFailure } from '../../../cli/failure';
import { describeEvaluation, evaluateRepository } from '../../../cli/riskEvaluate';
import { git, type MadeCommit, TestRepositories } from '../gitRepository';

const day = 86_400;
const code = (...lines: string[]) => `${lines.join('\n')}\n`;
const body = ['import x', 'first = 1', 'second = 2', '# a comment', 'third = 3'];

const onDays = (commits: MadeCommit[], firstDay: number): MadeCommit[] =>
  commits.map((commit, i) => ({ ...commit, date: `${1_600_000_000 + (firstDay + i) * day} +0000` }));

/** The second commit writes the line that the third repairs. */
const history = onDays(
  [
    {
      message: 'Add a',
      files: [
        ['src/a.py', code(...body)],
        ['README.md', 'a\n'],
      ],
    },
    { message: 'Change b', files: [['src/a.py', code(...body, 'fourth = 5')]] },
    { message: 'Fix the fourth', files: [['src/a.py', code(...body, 'fourth = 4')]] },
    {
      message: 'Fix typo',
      files: [['src/a.py', code('import x', 'one = 1', ...body.slice(2), 'fourth = 4')]],
    },
    {
      message: 'Fix the comment and the import',
      files: [
        ['src/a.py', code('import y', 'one = 1', 'second = 2', '# another', 'third = 3', 'fourth = 4')],
      ],
    },
  ],
  0,
);
const today: MadeCommit = {
  message: 'Later',
  files: [['b.md', 'b\n']],
  date: `${1_600_000_000 + 500 * day} +0000`,
};

describe('evaluateRepository', () => {
  const repositories = new TestRepositories();
  afterEach(() => repositories.dispose());

  it('blames a fix back to the commit that had written the line, and to no other', async () => {
    const evaluation = await evaluateRepository(repositories.make([...history, today]));
    expect(evaluation).toMatchObject({ commits: 6, fixes: 1, fixesTraced: 1, fixesLeftOut: 0 });
    expect(evaluation.quality.riskScore).toMatchObject({ commits: 5, positives: 1 });
  });

  it('measures only commits that were made a year before the newest', async () => {
    const evaluation = await evaluateRepository(repositories.make(history));
    expect(evaluation.quality.riskScore.commits).toBe(0);
    expect(describeEvaluation(evaluation)).toContain('Only 0 faulty commits were found');
  });

  it('leaves the oldest fixes out where it is told to trace few, and says so', async () => {
    const again = onDays(
      [{ message: 'Fix the third', files: [['src/a.py', code(...body.slice(0, 4), 'third = 33')]] }],
      10,
    );
    const progress: [number, number][] = [];
    const evaluation = await evaluateRepository(repositories.make([...history, ...again, today]), {
      fixesMax: 1,
      onProgress: (traced, fixes) => progress.push([traced, fixes]),
    });
    expect(evaluation).toMatchObject({ fixes: 2, fixesTraced: 1, fixesLeftOut: 1 });
    // What a fix that was left out would have found faulty must not be measured as sound.
    expect(evaluation.quality.riskScore.commits).toBe(1);
    expect(progress).toEqual([[1, 1]]);
    expect(describeEvaluation(evaluation)).toContain('The 1 oldest fixes were left out');
  });

  it('changes nothing in the repository', async () => {
    const folder = repositories.make([...history, today]);
    const before =
      git(folder, 'for-each-ref') + git(folder, 'count-objects', '-v') + git(folder, 'status', '--porcelain');
    await evaluateRepository(folder);
    expect(
      git(folder, 'for-each-ref') + git(folder, 'count-objects', '-v') + git(folder, 'status', '--porcelain'),
    ).toBe(before);
  });

  it('says of a repository without commits that it has none', async () => {
    await expect(evaluateRepository(repositories.make([]))).rejects.toThrow(CliFailure);
  });
});
