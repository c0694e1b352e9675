import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type * as z from 'zod';
import { createAuthenticator, type Principal, requireRole } from '../lib/auth';
import { issuesOf } from '../lib/commit';
import { type Config, loadConfig } from '../lib/config';
import { InvalidInput, Problem } from '../lib/errors';
import {
  bodyBytesMax,
  parseJson,
  parseParameters,
  problemDocument,
  refuseLargeBody,
  requireJson,
  securityHeaders,
} from '../lib/http';
import { getStore, metered, type Store, type StoreUsage } from '../lib/store';
import type { Contract } from './contract/contract';
import { contracts } from './contract/contracts';
import { NoQuery } from './contract/queries';
import { type Access, type RouteName, routes } from './routes';

/** What a handler gets: the caller is known and may be here. */
export interface Call {
  request: HttpRequest;
  context: InvocationContext;
  config: Config;
  store: Store;
  now: Date;
}

export interface TenantCall extends Call {
  tenantId: string;
  principal: Principal;
}

/** The query and the body as the schemas of the contract read them. */
interface Input<R> {
  query: R extends { query: infer Q extends z.ZodType } ? z.output<Q> : Record<string, never>;
  body: R extends { body: infer B extends z.ZodType } ? z.output<B> : undefined;
}

type CallOf<N extends RouteName> = Input<(typeof contracts)[N]> &
  ((typeof routes)[N]['access'] extends 'everybody' | 'webhook-signature' ? Call : TenantCall);
type Handler<N extends RouteName> = (call: CallOf<N>) => Promise<HttpResponseInit>;

/** The HTTP function of that name, behind its access rule; every failure becomes a problem document. */
export function endpoint<N extends RouteName>(name: N, handler: Handler<N>): HttpHandler {
  const { access }: { access: Access } = routes[name];
  const contract: Contract = contracts[name];
  const isOpen = access === 'everybody' || access === 'webhook-signature';
  return (request, context) =>
    metered(async (usage) => {
      const startedAt = performance.now();
      const answer = await answerTo(request, context, async (call) => {
        const allowed = isOpen ? call : { ...call, ...(await admit(call, access)) };
        // A probe or a forge may add parameters of its own.
        const query = isOpen ? {} : queryOf(request, contract);
        const body = contract.body && parseBody(contract.body, await readJson(request));
        return handler({ ...allowed, query, body } as unknown as CallOf<N>);
      });
      await discardBody(request).catch(() => {});
      return withHeaders(answer, {
        'x-request-id': requestIdOf(request, context),
        'server-timing': serverTiming(usage, performance.now() - startedAt),
      });
    });
}

async function answerTo(
  request: HttpRequest,
  context: InvocationContext,
  handle: (call: Call) => Promise<HttpResponseInit>,
): Promise<HttpResponseInit> {
  try {
    return await handle({ request, context, config: loadConfig(), store: getStore(), now: new Date() });
  } catch (error) {
    return problemResponse(error, request, context);
  }
}

/** What the answer cost until it began, for whoever asked. https://www.w3.org/TR/server-timing/ */
function serverTiming({ requests, requestCharge, busyMs }: StoreUsage, totalMs: number): string {
  return [
    `total;dur=${totalMs.toFixed(1)}`,
    `cosmos;dur=${busyMs.toFixed(1)}`,
    `cosmos-requests;desc="${requests}"`,
    `cosmos-charge;desc="${requestCharge.toFixed(2)}"`,
  ].join(', ');
}

let authenticate: ReturnType<typeof createAuthenticator> | undefined;

async function admit(
  { request, config }: Call,
  role: Parameters<typeof requireRole>[2],
): Promise<{ tenantId: string; principal: Principal }> {
  authenticate ??= createAuthenticator(config.issuers);
  const principal = await authenticate(request.headers.get('authorization'));
  const tenantId = request.params.tenantId ?? '';
  requireRole(principal, tenantId, role);
  return { tenantId, principal };
}

/** @throws InvalidInput naming every wrong parameter */
function queryOf(request: HttpRequest, { query }: Contract): unknown {
  // The platform's own map of the query joins repeated names.
  return parseParameters(new URL(request.url).searchParams, query ?? NoQuery);
}

/** @throws InvalidInput naming every wrong place */
function parseBody(schema: z.ZodType, input: unknown): unknown {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new InvalidInput(issuesOf(parsed.error));
  return parsed.data;
}

/**
 * The JSON document in the body of a request.
 * @throws Problem `unsupported-media-type`, `body-too-large` or `invalid-json`
 */
export async function readJson(request: HttpRequest): Promise<unknown> {
  requireJson(request.headers.get('content-type'));
  const body = await readBody(request);
  return parseJson(body);
}

/**
 * The bytes of a body, which may come in chunks and without a length. What is too large is read to its end and not kept: a body
 * left half read blocks the connection between host and worker for the requests after it.
 * @throws Problem `body-too-large`
 */
export async function readBody(request: HttpRequest): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes <= bodyBytesMax) chunks.push(chunk);
    else chunks.length = 0;
  }
  refuseLargeBody(bytes);
  return Buffer.concat(chunks);
}

/** Reads what a refused request still has to say, for the reason told above. The host ends what is longer than it allows. */
async function discardBody(request: HttpRequest): Promise<void> {
  if (!request.body || request.bodyUsed) return;
  for await (const _ of request.body as AsyncIterable<Uint8Array>);
}

function problemResponse(error: unknown, request: HttpRequest, context: InvocationContext): HttpResponseInit {
  const traceId =
    /^00-([0-9a-f]{32})-/.exec(context.traceContext?.traceParent ?? '')?.[1] ?? context.invocationId;
  const document = problemDocument(error, new URL(request.url).pathname, traceId);
  // A message or a stack may hold what was sent, so the log gets the kind of the error and no more.
  if (document.status >= 500)
    context.error('request failed', {
      status: document.status,
      traceId,
      error: kindOf(error),
      cause: kindOf((error as Error)?.cause),
    });
  return {
    status: document.status,
    headers: { ...(error instanceof Problem && error.headers), 'content-type': 'application/problem+json' },
    body: JSON.stringify(document),
  };
}

/** The class and the code of an error: enough to find it, nothing that was sent. */
export function kindOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as { code?: unknown };
  return code === undefined ? error.name : `${error.name} ${String(code)}`;
}

function requestIdOf(request: HttpRequest, context: InvocationContext): string {
  const given = request.headers.get('x-request-id') ?? '';
  return /^[\w.-]{1,64}$/.test(given) ? given : context.invocationId;
}

function withHeaders(response: HttpResponseInit, ours: Record<string, string>): HttpResponseInit {
  return {
    ...response,
    headers: {
      ...securityHeaders,
      ...ours,
      ...(response.headers as Record<string, string>),
    },
  };
}
