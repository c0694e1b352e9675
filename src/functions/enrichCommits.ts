import { enrichCommits as enrich, fillGaps } from '../lib/ingest';
import { askGitHub } from './askGitHub';

export const enrichCommits = askGitHub(async (asking) => {
  const gaps = await fillGaps(asking);
  const commits = await enrich(asking);
  return { filled: gaps.filled, enriched: commits.enriched, resetAt: commits.resetAt ?? gaps.resetAt };
});
