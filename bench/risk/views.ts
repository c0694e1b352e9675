import { type CommitFacts, type CommitHistory, HistoryBuilder } from '../../src/lib/risk';
import { asPathsAndTotals, asPushPayload, type LabelledCommit, type LabelledHistory } from './histories';

/** What a caller knew of a commit when it was scored. */
export interface View {
  name: string;
  facts: (commit: CommitFacts) => CommitFacts;
  hasHistory: boolean;
}

export const views: readonly View[] = [
  { name: 'payload', facts: asPushPayload, hasHistory: false },
  { name: 'payload+history', facts: asPushPayload, hasHistory: true },
  { name: 'counts', facts: (commit) => commit, hasHistory: false },
  { name: 'counts+history', facts: (commit) => commit, hasHistory: true },
  { name: 'totals', facts: asPathsAndTotals, hasHistory: false },
];

/** Calls `each` for every commit in the order of the history, with what was known before it and no more. */
export function replay(
  { commits }: LabelledHistory,
  view: View,
  each: (commit: LabelledCommit, facts: CommitFacts, history?: CommitHistory) => void,
): void {
  const builder = new HistoryBuilder();
  for (const commit of commits) {
    const facts = view.facts(commit.facts);
    each(commit, facts, view.hasHistory ? builder.of(facts) : undefined);
    if (view.hasHistory) builder.add(facts);
  }
}
