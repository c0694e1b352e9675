import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { App } from './app';
import type { InvocationResponse } from './contract';
import type { HostJson } from './hostJson';
import { bodyBytesMax, declaredLength, readBody, toHttpData } from './httpRequest';
import { answer, answerEmpty } from './httpResponse';
import { forward, streamMetadata } from './httpStream';
import { type InvocationInput, invoke } from './invocation';
import type { Access, Keys } from './keys';
import type { Log } from './log';
import type { RouteMatch, RouteTable } from './routeTable';
import { Throttle } from './throttle';

export interface HttpTriggerOptions {
  app: App;
  routes: RouteTable;
  keys: Keys;
  isAuthEnforced: boolean;
  hostJson: HostJson;
  log: Log;
}

const accessOrder: Access[] = ['anonymous', 'function', 'admin'];

/**
 * Runs HTTP functions. The order of refusals: route, key, disabled function (whoever may do all runs it all the same), size,
 * throttle. Source: azure-functions-host, `FunctionInvocationMiddleware.cs` and `HttpThrottleMiddleware.cs`.
 */
export class HttpTrigger {
  readonly #options: HttpTriggerOptions;
  readonly #throttle: Throttle;
  readonly #bodyBytesMax = bodyBytesMax();

  constructor(options: HttpTriggerOptions) {
    this.#options = options;
    this.#throttle = new Throttle(
      options.hostJson.maxConcurrentRequests,
      options.hostJson.maxOutstandingRequests,
    );
  }

  /** Answers the request if a function's route matches it. @returns the function's name, or undefined where none does. */
  async handle(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
  ): Promise<string | undefined> {
    const match = this.#options.routes.match(request.method ?? 'GET', path);
    if (!match) return undefined;
    const { fn, authLevel } = match.route;
    const access = this.#accessOf(request, fn.name);
    if (accessOrder.indexOf(access) < accessOrder.indexOf(authLevel)) answerEmpty(response, 401);
    else if (fn.isDisabled && access !== 'admin') answerEmpty(response, 404);
    else if (declaredLength(request) > this.#bodyBytesMax) refuseBody(response);
    else if (!this.#throttle.enter()) answerEmpty(response, 429, { 'x-function-scaleout': '1' });
    else await this.#runInTurn(request, response, match);
    return fn.name;
  }

  async #runInTurn(request: IncomingMessage, response: ServerResponse, match: RouteMatch): Promise<void> {
    try {
      const turn = this.#throttle.turn();
      if (turn) await turn;
      const { app } = this.#options;
      if (app.workerUri) await this.#runStreamed(request, response, match, app.workerUri);
      else await this.#runBuffered(request, response, match);
    } finally {
      this.#throttle.leave();
    }
  }

  async #runBuffered(request: IncomingMessage, response: ServerResponse, match: RouteMatch): Promise<void> {
    let body: Buffer | undefined;
    if (declaredLength(request) > 0) {
      body = await readBody(request, this.#bodyBytesMax);
      if (!body) return refuseBody(response);
    } else if (request.headers['transfer-encoding']) {
      this.#options.log.host(
        'warning',
        `${match.route.fn.name}: a request without Content-Length reaches the function without its body, as on Azure.`,
      );
      request.resume();
    }
    const http = toHttpData(request, match, body);
    const result = await this.#invoke(match, request, {
      inputData: [{ name: match.route.bindingName, data: { http } }],
    });
    if (result) await answer(response, result);
    else answerEmpty(response, 500);
  }

  /** The request and the invocation travel apart and meet in the worker; the function's failure ends both. */
  async #runStreamed(
    request: IncomingMessage,
    response: ServerResponse,
    match: RouteMatch,
    workerUri: string,
  ): Promise<void> {
    const invocationId = randomUUID();
    let hasFailed = false;
    const forwarded = forward(request, response, workerUri, invocationId);
    const isAnswered = forwarded.answered.then(
      () => true,
      (error) => {
        if (!hasFailed && !response.destroyed) this.#options.log.failure(match.route.fn.name, error);
        return false;
      },
    );
    const invoked = this.#invoke(match, request, {
      invocationId,
      inputData: [{ name: match.route.bindingName, data: { http: {} } }],
      triggerMetadata: streamMetadata(request, match),
    }).then((result) => {
      hasFailed = !result;
      if (hasFailed) forwarded.cancel();
    });
    // A request that was lost on its way never reaches the function, which would wait for it for ever.
    if (await isAnswered) await invoked;
    if (!response.headersSent) answerEmpty(response, 500);
    else if (!response.writableEnded) response.destroy();
  }

  /** @returns undefined where the function threw; the log says what. */
  async #invoke(
    match: RouteMatch,
    request: IncomingMessage,
    input: InvocationInput,
  ): Promise<InvocationResponse | undefined> {
    const { app, log } = this.#options;
    const { registered, name } = match.route.fn;
    const { traceparent, tracestate } = request.headers;
    try {
      input.traceParent = traceparent as string | undefined;
      input.traceState = tracestate as string | undefined;
      return await invoke(app, registered, input);
    } catch (error) {
      log.failure(name, error);
      return undefined;
    }
  }

  #accessOf(request: IncomingMessage, functionName: string): Access {
    if (!this.#options.isAuthEnforced) return 'admin';
    const key = keyOf(request);
    return key ? this.#options.keys.accessOf(key, functionName) : 'anonymous';
  }
}

/** The key that a request brings: the header's before the query's. */
export function keyOf(request: IncomingMessage): string | undefined {
  const header = request.headers['x-functions-key'];
  if (typeof header === 'string' && header) return header;
  const url = request.url ?? '';
  return url.includes('code=')
    ? (new URLSearchParams(url.slice(url.indexOf('?') + 1)).get('code') ?? undefined)
    : undefined;
}

/** What is left of the body is not read, so the connection cannot be used again. */
function refuseBody(response: ServerResponse): void {
  answerEmpty(response, 413, { connection: 'close' });
}
