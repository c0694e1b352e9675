export {
  type AskingGitHub,
  enrichCommits,
  fillGaps,
  GitHubApi,
  GitHubUnavailable,
  redeliver,
} from './github';
export { normalisePush } from './githubPush';
export { mergeTwins } from './mergeTwins';
export { type NotedPush, notePush, refKey } from './notePush';
export { type DeliveryReference, type Processed, processDelivery } from './processDelivery';
export { receiveDelivery } from './receiveDelivery';
export { reconcileRef } from './reconcileRef';
export { type RescoredCommit, type RescoredPage, rescoreCommits } from './rescoreCommits';
export { type Reviewed, type ReviewRequest, reviewCommit } from './reviewCommit';
export { type StoreOutcome, storeCommits } from './storeCommits';
