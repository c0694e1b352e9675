import { setTimeout as delay } from 'node:timers/promises';
import { CliFailure } from './failure';

/** RFC 9457 problem document, as every error of the API answers. */
interface ProblemDocument {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  errors?: { path: string; message: string }[];
  traceId?: string;
}

export interface ClientOptions {
  /** Ends in `/api`. */
  apiUrl: string;
  tenantId: string;
  /** A bearer token, or where to get a fresh one. None where the caller is known by a signature. */
  token?: string | (() => Promise<string>);
  /** How often a request that met a passing fault is sent again. Default 8, with growing pauses. */
  retriesMax?: number;
  /** Raised: nothing is tried again; what is under way is waited for. */
  signal?: AbortSignal;
}

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PUT';
  query?: Record<string, string | number | undefined>;
  /** Sent as JSON; text and bytes are JSON already. */
  body?: unknown;
  accept?: string;
  headers?: Record<string, string>;
  /** What to do where there is no such thing (404). */
  adviceIfMissing?: string;
}

/** The API said no. The message is one line for people; `status` and `type` are for programs. */
export class ApiFailure extends CliFailure {
  constructor(
    readonly status: number,
    readonly problem: ProblemDocument,
    message: string,
    advice: string | undefined,
  ) {
    super(status >= 500 ? 'unreachable' : status === 400 ? 'usage' : 'foundWrong', message, advice);
    this.name = 'ApiFailure';
  }
}

/** Azure's load balancer drops an answer after 230 s: what has not begun to answer by then never will. */
const answerTimeoutMs = 240_000;
const timeoutsMax = 2;
const pauseFirstMs = 250;
const pauseLongestMs = 15_000;

/** The public API for one tenant. Throttling (429, 503), gateway errors and broken connections are tried again. */
export class ApiClient {
  readonly apiUrl: string;
  readonly tenantId: string;
  readonly #options: ClientOptions;
  #hasAnswered = false;

  constructor(options: ClientOptions) {
    this.apiUrl = options.apiUrl.replace(/\/+$/, '');
    this.tenantId = options.tenantId;
    this.#options = options;
  }

  /** A path below `/api/v1/tenants/{tenantId}`; the answer's JSON. @throws CliFailure */
  async json<T>(path: string, options: RequestOptions = {}): Promise<T> {
    const response = await this.request(path, { accept: 'application/json', ...options });
    try {
      return (await response.json()) as T;
    } catch (error) {
      throw notOurApi(this.apiUrl, error);
    }
  }

  /** The whole answer, for what is not JSON or is streamed. @throws CliFailure where the status is not 2xx */
  async request(path: string, options: RequestOptions = {}): Promise<Response> {
    const url = new URL(`${this.apiUrl}/v1/tenants/${encodeURIComponent(this.tenantId)}${path}`);
    for (const [name, value] of Object.entries(options.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const retriesMax = this.#options.retriesMax ?? 8;
    let timeouts = 0;
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await this.#attempt(url, options);
      if (outcome instanceof Response) this.#hasAnswered = true;
      if (outcome instanceof Response && outcome.ok) return outcome;
      if (outcome instanceof NoAnswer) timeouts += 1;
      const passing =
        outcome instanceof Response
          ? isPassing(outcome.status)
          : isRetriable(outcome, this.#hasAnswered, timeouts);
      if (!passing || attempt >= retriesMax || this.#options.signal?.aborted) {
        throw outcome instanceof Response
          ? await refusal(outcome, this.apiUrl, options.adviceIfMissing)
          : unreachable(this.apiUrl, outcome);
      }
      const asked =
        outcome instanceof Response ? retryAfterMs(outcome.headers.get('retry-after')) : undefined;
      if (outcome instanceof Response) await outcome.body?.cancel();
      await this.pause(attempt, asked);
    }
  }

  /** Waits before another attempt: so long, or longer with each one. Not at all once the signal is raised. */
  async pause(attempt: number, ms?: number): Promise<void> {
    const grown = Math.min(pauseFirstMs * 2 ** attempt, pauseLongestMs);
    const { signal } = this.#options;
    await delay(ms ?? grown * (0.5 + Math.random() / 2), undefined, signal ? { signal } : {}).catch(
      () => undefined,
    );
  }

  /** The answer, or the error that kept it from arriving. */
  async #attempt(url: URL, options: RequestOptions): Promise<Response | Error> {
    const { token } = this.#options;
    const bearer = typeof token === 'function' ? await token() : token;
    const { body } = options;
    const waiting = new AbortController();
    const timer = setTimeout(() => waiting.abort(new NoAnswer()), answerTimeoutMs);
    try {
      return await fetch(url, {
        signal: waiting.signal,
        method: options.method ?? 'GET',
        headers: {
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
          ...(options.accept ? { accept: options.accept } : {}),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...options.headers,
        },
        ...(body === undefined ? {} : { body: isEncoded(body) ? body : JSON.stringify(body) }),
        redirect: 'error',
      });
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    } finally {
      // Only until the answer begins: a long one may take its time.
      clearTimeout(timer);
    }
  }
}

/** Every request of this API may be sent twice, so one without an answer is sent again. */
class NoAnswer extends Error {
  constructor() {
    super(`no answer within ${answerTimeoutMs / 1000} s`);
    this.name = 'NoAnswer';
  }
}

function isEncoded(body: unknown): body is string | Uint8Array<ArrayBuffer> {
  return typeof body === 'string' || body instanceof Uint8Array;
}

/** RFC 9110 section 10.2.3: seconds, or an HTTP date. */
function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 60_000) : undefined;
}

function isPassing(status: number): boolean {
  return status === 429 || status === 502 || status === 503 || status === 504;
}

const brokenConnection = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ETIMEDOUT'];

/** Nobody listening at the first try stays so; where somebody has answered before, it may be a restart. */
function isRetriable(error: Error, hasAnswered: boolean, timeouts: number): boolean {
  const code = causeCode(error) ?? '';
  if (error instanceof NoAnswer) return timeouts < timeoutsMax;
  return brokenConnection.includes(code) || (hasAnswered && code === 'ECONNREFUSED');
}

function causeCode(error: Error): string | undefined {
  const cause = error.cause;
  if (typeof cause !== 'object' || cause === null) return undefined;
  if ('code' in cause && typeof cause.code === 'string') return cause.code;
  if (cause instanceof AggregateError) {
    const [first] = cause.errors as { code?: string }[];
    return first?.code;
  }
  return undefined;
}

function unreachable(apiUrl: string, error: Error): CliFailure {
  const code = causeCode(error);
  const reason =
    code === 'ECONNREFUSED'
      ? 'nothing listens there'
      : code === 'ENOTFOUND'
        ? 'no such host'
        : (code ?? (error.cause instanceof Error ? error.cause.message : error.message));
  return new CliFailure(
    'unreachable',
    `cannot reach ${apiUrl}: ${reason}`,
    'Start the local stack (npm start), or give the address of the app: --api-url URL.',
    { cause: error },
  );
}

function notOurApi(apiUrl: string, cause: unknown): CliFailure {
  return new CliFailure(
    'unreachable',
    `${apiUrl} answers, but not as this API`,
    'Check --api-url: it ends in /api.',
    { cause },
  );
}

async function refusal(
  response: Response,
  apiUrl: string,
  adviceIfMissing: string | undefined,
): Promise<CliFailure> {
  const text = await response.text().catch(() => '');
  let problem: ProblemDocument = {};
  try {
    problem = JSON.parse(text) as ProblemDocument;
  } catch {
    if (response.status === 404) return notOurApi(apiUrl, undefined);
  }
  const { status } = response;
  const title = problem.title ?? `the app answered ${status}`;
  const trace = status >= 500 && problem.traceId ? ` (trace ${problem.traceId})` : '';
  const parameters = problem.errors?.filter(({ path }) => /^[a-z]+$/i.test(path)) ?? [];
  const message =
    parameters.length > 0
      ? parameters.map(({ path, message }) => `${flagOf(path)} ${message}`).join('; ')
      : `${problem.detail ?? title}${trace}`;
  const advice = status === 404 ? adviceIfMissing : adviceFor(status);
  return new ApiFailure(status, problem, withoutFullStop(message), advice);
}

/** The flag that a query parameter comes from. */
function flagOf(parameter: string): string {
  const renamed: Record<string, string> = { startDate: 'since', endDate: 'until' };
  return `--${renamed[parameter] ?? parameter.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function withoutFullStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}

function adviceFor(status: number): string | undefined {
  switch (status) {
    case 401:
      return 'Give a valid token: --token, GITOPS_TOKEN, or "gitops-healthcare token" for the local stack.';
    case 403:
      return 'The token lacks the role or is for another tenant; see --tenant and the roles in the token.';
    case 412:
      return 'Somebody changed it meanwhile: look at it again, then repeat the command.';
    case 500:
      return 'Look for the trace in the log of the app.';
    case 429:
    case 503:
      return 'The app or its database is busy or down; "gitops-healthcare doctor" says which part.';
    default:
      return undefined;
  }
}
