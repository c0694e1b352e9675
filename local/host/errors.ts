/** A fault that the person at the terminal can mend: broken app, taken port, missing setting. Its message is the whole explanation. */
export class HostError extends Error {
  override name = 'HostError';
}

/** An error that the real worker marks as its own, which is how `@azure/functions` tells it from the app's. */
export class WorkerError extends Error {
  readonly isAzureFunctionsSystemError = true;
}

/** As `WorkerError`; `@azure/functions` turns this one into "needs a newer host". */
export class WorkerRangeError extends RangeError {
  readonly isAzureFunctionsSystemError = true;
}

/** The message of whatever was thrown; apps may throw anything. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The stack of whatever was thrown, or its message where there is none. */
export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
