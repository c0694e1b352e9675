export { normalisePush } from './githubPush';
export { type DeliveryReference, type Processed, processDelivery } from './processDelivery';
export { receiveDelivery } from './receiveDelivery';
export { type Reviewed, type ReviewRequest, reviewCommit } from './reviewCommit';
export { type StoreOutcome, storeCommits } from './storeCommits';
