export { type AskingGitHub, enrichCommits } from './enrichCommits';
export { fillGaps } from './fillGaps';
export { GitHubApi, type GitHubOptions, GitHubUnavailable, QuotaSpent } from './gitHubApi';
export { redeliver } from './redeliver';
