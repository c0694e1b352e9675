import type { Attributes } from './attributes';
import { type Measurement, recorder } from './recorder';

function instrument(kind: Measurement['kind'], name: string, unit: string) {
  return (value: number, attributes: Attributes = {}): void =>
    recorder.record({ type: 'measurement', kind, name, unit, value, attributes });
}

/** Commits seen for the first time, by level. */
export const commitsIngested = instrument('counter', 'gitops.commits.ingested', '{commit}');

/** Deliveries of all tenants in the inbox that are not processed yet. */
export const deliveriesPending = instrument('gauge', 'gitops.deliveries.pending', '{delivery}');

/** Digests that could not be made and messages that could not be sent. */
export const digestFailures = instrument('counter', 'gitops.digest.failures', '{failure}');

/** Problems that the daily verification of an audit log found; 0 where it found none. */
export const auditProblems = instrument('counter', 'gitops.audit.problems', '{problem}');

/** Age in seconds of the oldest change that a change-feed function has not seen, by function. */
export const changeFeedLag = instrument('histogram', 'gitops.change_feed.lag', 's');

/** Request units of one operation, by container and operation. */
export const requestCharge = instrument(
  'histogram',
  'azure.cosmosdb.client.operation.request_charge',
  '{request_unit}',
);

/** Requests that Cosmos DB refused for the time being (429), by container. */
export const throttles = instrument('counter', 'gitops.cosmosdb.throttles', '{request}');
