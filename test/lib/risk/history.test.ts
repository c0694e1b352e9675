import { type CommitFacts, defaultRiskPolicy, HistoryBuilder, scoreCommit } from '../../../src/lib/risk';

const commit = (message: string, day: string, author: string, ...paths: string[]): CommitFacts => ({
  message,
  author,
  timestamp: `${day}T12:00:00Z`,
  files: paths.map((path) => ({ path, linesAdded: 10, linesDeleted: 2 })),
});

describe('HistoryBuilder', () => {
  it('knows nothing of a file that it has not seen', () => {
    expect(new HistoryBuilder().of(commit('x', '2025-01-01', 'a', 'src/a.ts')).files.size).toBe(0);
  });

  it('halves what a file has been through with every 365 days', () => {
    const history = new HistoryBuilder();
    history.add(commit('Fix a', '2024-01-01', 'a', 'src/a.ts'));
    history.add(commit('Add b', '2024-01-01', 'b', 'src/a.ts'));
    const known = history.of(commit('x', '2024-12-31', 'a', 'src/a.ts')).files.get('src/a.ts');
    expect(known).toEqual({ recentCommits: 1, recentFixes: 0.5, otherAuthors: 1 });
  });

  it('does not count the commit that it is asked about', () => {
    const history = new HistoryBuilder();
    const first = commit('Fix a', '2024-01-01', 'a', 'src/a.ts');
    history.of(first);
    expect(history.of(first).files.size).toBe(0);
  });

  it('follows a file through a rename', () => {
    const history = new HistoryBuilder();
    history.add(commit('Fix a', '2024-01-01', 'a', 'src/a.ts'));
    const rename = {
      ...commit('Move a', '2024-01-01', 'b'),
      files: [{ path: 'src/b.ts', previousPath: 'src/a.ts' }],
    };
    expect(history.of(rename).files.get('src/b.ts')?.recentFixes).toBe(1);
    history.add(rename);
    expect(history.of(commit('x', '2024-01-01', 'c', 'src/b.ts')).files.get('src/b.ts')).toEqual({
      recentCommits: 2,
      recentFixes: 1,
      otherAuthors: 2,
    });
  });

  it('counts neither merges nor the repairs of bots', () => {
    const history = new HistoryBuilder();
    history.add({ ...commit('Fix a', '2024-01-01', 'a', 'src/a.ts'), isMerge: true });
    history.add({ ...commit('Fix a', '2024-01-01', 'bot', 'src/a.ts'), isBot: true });
    const known = history.of(commit('x', '2024-01-01', 'a', 'src/a.ts')).files.get('src/a.ts');
    expect(known).toEqual({ recentCommits: 1, recentFixes: 0, otherAuthors: 1 });
  });

  it('takes commits out of order and with unreadable times without ever counting below nothing', () => {
    const history = new HistoryBuilder();
    for (const day of ['2025-06-01', '1960-01-01', 'never', '2025-01-01']) {
      history.add(commit('Fix a', day, day, 'src/a.ts'));
    }
    const known = history.of(commit('x', '2025-06-01', 'z', 'src/a.ts')).files.get('src/a.ts');
    expect(known?.recentFixes).toBeGreaterThan(3);
    expect(known?.recentFixes).toBeLessThanOrEqual(4);
  });

  it('forgets the paths touched longest ago when it holds too many', () => {
    const history = new HistoryBuilder({ pathsMax: 2 });
    for (const name of ['a', 'b', 'a', 'c']) history.add(commit('x', '2024-01-01', 'a', name));
    const known = history.of(commit('x', '2024-01-01', 'a', 'a', 'b', 'c'));
    expect([...known.files.keys()]).toEqual(['a', 'c']);
  });

  it('raises the likelihood of a change to a file that often needed fixes', () => {
    const history = new HistoryBuilder();
    for (let i = 0; i < 6; i++) history.add(commit('Fix it', '2025-01-01', 'a', 'src/a.ts'));
    for (let i = 0; i < 6; i++) history.add(commit('Extend it', '2025-01-01', 'a', 'src/b.ts'));
    const likelihoodOf = (path: string) => {
      const facts = commit('Extend it', '2025-01-02', 'a', path);
      return scoreCommit(facts, defaultRiskPolicy, history.of(facts));
    };
    const often = likelihoodOf('src/a.ts');
    expect(often.riskFactors.map(({ id }) => id)).toContain('likelihood.earlierFixes');
    expect(often.riskScore).toBeGreaterThan(likelihoodOf('src/b.ts').riskScore ?? 1);
  });
});
