import { enrichCommits, fillGaps } from '../lib/ingest';
import { askGitHub } from './askGitHub';

askGitHub('enrichCommits', '0 * * * * *', async (asking) => {
  const gaps = await fillGaps(asking);
  const commits = await enrichCommits(asking);
  return { filled: gaps.filled, enriched: commits.enriched, resetAt: commits.resetAt ?? gaps.resetAt };
});
