/** The service's `code` word of each status that the emulator answers. */
const codes = {
  304: 'NotModified',
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  408: 'RequestTimeout',
  409: 'Conflict',
  410: 'Gone',
  412: 'PreconditionFailed',
  413: 'RequestEntityTooLarge',
  424: 'FailedDependency',
  429: 'TooManyRequests',
  449: 'RetryWith',
  500: 'InternalServerError',
  503: 'ServiceUnavailable',
} as const;

export type ErrorStatus = keyof typeof codes;

/** Substatus codes (`x-ms-substatus`) that select an SDK's retry policy or name the mistake. */
export const SubStatus = {
  partitionKeyMismatch: 1001,
  sessionNotAvailable: 1002,
  partitionKeyRangeGone: 1002,
  ownerNotFound: 1003,
  crossPartitionQueryNotServable: 1004,
  throttled: 3200,
} as const;

export interface ErrorDetails {
  substatus?: number;
  headers?: Record<string, string>;
  /** The query plan beside a 400 that asks the client to run the query itself. */
  additionalErrorInfo?: string;
}

/** An expected refusal, answered with the status, code word and substatus of the service. */
export class CosmosError extends Error {
  readonly code: string;

  constructor(
    readonly status: ErrorStatus,
    message: string,
    readonly details: ErrorDetails = {},
  ) {
    super(message);
    this.name = 'CosmosError';
    this.code = codes[status];
  }

  /** The body that every error answer carries: a client loses the status code without it. */
  toBody(): { code: string; message: string; additionalErrorInfo?: string } {
    const body = { code: this.code, message: this.message };
    const { additionalErrorInfo } = this.details;
    return additionalErrorInfo === undefined ? body : { ...body, additionalErrorInfo };
  }
}

export const badRequest = (message: string, substatus?: number): CosmosError =>
  new CosmosError(400, message, { substatus });

export const unauthorized = (message: string): CosmosError => new CosmosError(401, message);

export const notFound = (message: string, substatus?: number): CosmosError =>
  new CosmosError(404, message, { substatus });

export const conflict = (message: string): CosmosError => new CosmosError(409, message);

export const preconditionFailed = (): CosmosError =>
  new CosmosError(412, 'Operation cannot be performed because one of the specified precondition is not met');

export const tooLarge = (message: string): CosmosError => new CosmosError(413, message);
