import { type CommitFacts, defaultRiskPolicy, scoreCommit } from '../../../src/lib/risk';

const added: CommitFacts['files'] = [{ path: 'src/pager.ts', status: 'added' }];
const lines = (message: string, files = added, rest: Partial<CommitFacts> = {}) => {
  const { riskFactors } = scoreCommit({ message, files, ...rest }, defaultRiskPolicy);
  const factor = riskFactors.find(({ id }) => id === 'likelihood.sourceLinesAdded');
  return { count: Number(/(\d+) line/.exec(factor?.description ?? '')?.[1]), evidence: factor?.evidence };
};

describe('what a subject says of the size of a change', () => {
  it.each([
    ['Pager', 50],
    ['Add a pager', 75],
    ['Refactor the pager', 75],
    ['Reset the page and the filter', 75],
    ['Remove the pager', 25],
    ['Typo in a label', 25],
    ['Bump version', 25],
    ['Remove the pager and add another', 38],
    // Not words of size: inside of others, below the subject, or in a trailer.
    ['Address of the handler', 50],
    ['Pager\n\nAdd more of it, remove the rest', 50],
    ['HIPAA: yes, and new', 50],
  ])('counts an added file whose lines are unknown by it: %j, %d lines', (message, expected) => {
    expect(lines(message).count).toBe(expected);
  });

  it('says which word did it', () => {
    expect(lines('Remove the pager and add another').evidence).toEqual([
      'line counts by file are unknown: files count by their status',
      'message: "and", which counts 1.5 times',
      'message: "remove", which counts 0.5 times',
    ]);
  });

  it('tells nothing where somebody counted', () => {
    const counted = [{ path: 'src/pager.ts', linesAdded: 10 }];
    for (const message of ['Pager', 'Add a pager', 'Remove the pager']) {
      expect(lines(message, counted)).toEqual({ count: 10, evidence: [] });
      expect(lines(message, added, { linesAdded: 20 }).count).toBe(20);
    }
  });
});
