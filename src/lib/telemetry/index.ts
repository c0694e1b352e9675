import { warnOfOperationsSlowerThan } from './cosmosOperation';
import { type Destination, ExportThread } from './exportThread';
import { recordOutgoingHttp } from './outgoingHttp';
import { recorder } from './recorder';
import { currentScope, formatTraceparent } from './traceContext';

export { type AttributeName, attributeNames } from './attributes';
export { type CosmosOperation, recordCosmosOperation } from './cosmosOperation';
export type { Destination } from './exportThread';
export { following } from './following';
export { auditProblems, changeFeedLag, commitsIngested, deliveriesPending, digestFailures } from './metrics';
export { observedRequest } from './outgoingHttp';
export { inScope, newTrace, parseTraceparent, type Scope } from './traceContext';

const stopMs = 3_000;

let thread: ExportThread | undefined;

/** Begins to warn of slow operations, and, where there is a destination, to send. Loads nothing before there is something to send. */
export function startTelemetry(options: {
  slowOperationMs: number;
  destination: Destination | undefined;
}): void {
  warnOfOperationsSlowerThan(options.slowOperationMs);
  if (!options.destination) return;
  thread = new ExportThread(options.destination);
  recorder.start(thread);
  recordOutgoingHttp();
}

/** Sends what has not been sent yet; gives up after 3 seconds. */
export async function stopTelemetry(): Promise<void> {
  recorder.flush();
  await thread?.stop(stopMs);
}

/** Whether anything is recorded; what costs a query to find out need not be asked otherwise. */
export function isTelemetryOn(): boolean {
  return recorder.isOn;
}

/** To be kept in an item, so that whoever goes on with it can join the trace. Empty where nothing is recorded. */
export function traceOfNow(): { traceparent?: string } {
  const scope = currentScope();
  return recorder.isOn && scope ? { traceparent: formatTraceparent(scope) } : {};
}
