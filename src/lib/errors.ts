/** One wrong place in the input: `path` as a JSON Pointer or parameter name, `message` what is allowed there. */
export interface InputIssue {
  path: string;
  message: string;
}

/**
 * Every failure that leaves the building, by its stable code: the HTTP status and the title a client sees.
 * `docs/problems.md` is kept equal to this table by a test.
 */
export const problems = {
  'invalid-json': { status: 400, title: 'The body is not valid JSON' },
  'invalid-input': { status: 400, title: 'The input is not valid' },
  'invalid-partition-key': { status: 400, title: 'Invalid partition key value' },
  'invalid-cursor': { status: 400, title: 'The cursor does not belong to this query' },
  unauthenticated: { status: 401, title: 'The caller is not known' },
  'invalid-signature': { status: 401, title: 'The signature does not match' },
  forbidden: { status: 403, title: 'The caller may not do this' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'not-acceptable': { status: 406, title: 'The answer cannot be given in that format' },
  conflict: { status: 409, title: 'The change conflicts with another one' },
  'precondition-failed': { status: 412, title: 'The item has changed in the meantime' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The content type is not supported' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  'issuer-unavailable': { status: 503, title: 'The issuer of the token cannot be reached now' },
  'store-unavailable': { status: 503, title: 'The store cannot take the request now' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;

export interface ProblemOptions {
  /** Written for the caller; leaves the building. Never echoes what was sent. */
  detail?: string;
  errors?: InputIssue[];
  /** Headers that the answer must carry, such as `retry-after`. */
  headers?: Record<string, string>;
  /** For our own logs alone. */
  cause?: unknown;
}

/** A failure with a stable code that the edge turns into RFC 9457 `application/problem+json`. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly detail: string | undefined;
  readonly errors: InputIssue[] | undefined;
  readonly headers: Record<string, string>;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(options.detail ?? problems[code].title, { cause: options.cause });
    this.name = 'Problem';
    this.code = code;
    this.detail = options.detail;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }

  get status(): number {
    return problems[this.code].status;
  }

  get title(): string {
    return problems[this.code].title;
  }
}

/** Input that does not fit; every wrong place is named at once. */
export class InvalidInput extends Problem {
  constructor(errors: InputIssue[], code: 'invalid-input' | 'invalid-partition-key' = 'invalid-input') {
    super(code, {
      detail: errors
        .map(({ path, message }) => `${path}: ${message}`)
        .slice(0, 3)
        .join('; '),
      errors,
    });
    this.name = 'InvalidInput';
  }
}

/** The store throttled or could not be reached after all retries; the same request may be sent again. */
export class StoreUnavailable extends Problem {
  constructor(retryAfterSeconds: number, cause: unknown) {
    super('store-unavailable', {
      detail: 'The store is busy or out of reach. Nothing was lost; send the request again.',
      headers: { 'retry-after': String(Math.max(1, Math.ceil(retryAfterSeconds))) },
      cause,
    });
    this.name = 'StoreUnavailable';
  }
}
