import { qualityOf, scoreHistory } from '../../../bench/risk/evaluate';
import { type LabelledHistory, readHistories } from '../../../bench/risk/histories';
import { learnLikelihood } from '../../../bench/risk/learn';
import { type View, views } from '../../../bench/risk/views';
import { defaultRiskPolicy } from '../../../src/lib/risk';

const folder = process.env.GITOPS_DATA ?? '';
const describeWithData = folder ? describe : describe.skip;

const viewCalled = (name: string): View => {
  const view = views.find((each) => each.name === name);
  if (!view) throw new Error(`no view is called ${name}`);
  return view;
};

jest.setTimeout(300_000);

describeWithData('the score on labelled histories (needs GITOPS_DATA, a folder of them)', () => {
  let histories: LabelledHistory[] = [];
  beforeAll(async () => {
    histories = await readHistories(folder);
  });

  it('ranks one history well with weights learnt on the others, from each commit alone', () => {
    for (const history of histories) {
      const likelihood = learnLikelihood(histories.filter((other) => other !== history));
      const policy = { ...defaultRiskPolicy, likelihood };
      const of = (view: string, half: 'likelihood' | 'riskScore') =>
        qualityOf(scoreHistory(history, viewCalled(view), policy), half);
      const counts = of('counts', 'likelihood');
      expect(counts.roc).toBeGreaterThan(0.84);
      expect(counts.rocAtLikeSize).toBeGreaterThan(0.57);
      expect(of('counts', 'riskScore').roc).toBeGreaterThan(0.8);
      expect(of('counts', 'riskScore').rocSourceOnly).toBeGreaterThan(0.73);
      expect(of('payload', 'likelihood').roc).toBeGreaterThan(0.82);
      expect(of('payload', 'riskScore').roc).toBeGreaterThan(0.8);
      // On paths and message alone it falls short of 0.57 and 0.73: docs/risk.md says by how much, and why.
      expect(of('payload', 'likelihood').rocAtLikeSize).toBeGreaterThan(0.56);
      expect(of('payload', 'likelihood').rocSourceOnly).toBeGreaterThan(0.705);
      expect(of('payload', 'riskScore').rocSourceOnly).toBeGreaterThan(0.69);
      expect(of('payload+history', 'likelihood').rocAtLikeSize).toBeGreaterThan(0.57);
    }
  });

  it('calls at most one commit in twenty high or critical, with the shipped weights', () => {
    for (const history of histories) {
      for (const view of views) {
        const scores = scoreHistory(history, view, defaultRiskPolicy);
        const high = scores.filter(({ riskScore }) => riskScore >= defaultRiskPolicy.levels.high);
        expect(high.length / scores.length).toBeLessThan(0.05);
      }
    }
  });

  it('ships the weights that the learning finds', () => {
    expect(learnLikelihood(histories)).toEqual(defaultRiskPolicy.likelihood);
  });
});
