import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { createAuthenticator, type Principal, requireRole } from '../lib/auth';
import { type Config, loadConfig } from '../lib/config';
import { Problem } from '../lib/errors';
import { parseJson, problemDocument, refuseLargeBody, requireJson, securityHeaders } from '../lib/http';
import { getStore, type Store } from '../lib/store';
import { type RouteName, routes } from './routes';

/** What a handler gets: the caller is known and may be here. */
export interface Call {
  request: HttpRequest;
  /** The query string as it was sent; the platform's own map joins repeated names. */
  search: URLSearchParams;
  context: InvocationContext;
  config: Config;
  store: Store;
  now: Date;
}

export interface TenantCall extends Call {
  tenantId: string;
  principal: Principal;
}

type CallOf<N extends RouteName> = (typeof routes)[N]['access'] extends 'everybody' | 'webhook-signature'
  ? Call
  : TenantCall;
type Handler<N extends RouteName> = (call: CallOf<N>) => Promise<HttpResponseInit>;

/** Registers the HTTP function of that name at its route, behind its access rule; every failure becomes a problem document. */
export function endpoint<N extends RouteName>(name: N, handler: Handler<N>): void {
  const { method, route, access } = routes[name];
  app.http(name, {
    methods: [method],
    route,
    // Tokens say who calls; a platform key would be one more shared secret that does not.
    authLevel: 'anonymous',
    handler: async (request, context) => {
      const requestId = requestIdOf(request, context);
      try {
        const call: Call = {
          request,
          search: new URL(request.url).searchParams,
          context,
          config: loadConfig(),
          store: getStore(),
          now: new Date(),
        };
        const isOpen = access === 'everybody' || access === 'webhook-signature';
        const allowed = isOpen ? call : { ...call, ...(await admit(call, access)) };
        return withHeaders(await handler(allowed as CallOf<N>), requestId);
      } catch (error) {
        return withHeaders(problemResponse(error, request, context), requestId);
      }
    },
  });
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

/**
 * The JSON document in the body of a request.
 * @throws Problem `unsupported-media-type`, `body-too-large` or `invalid-json`
 */
export async function readJson(request: HttpRequest): Promise<unknown> {
  requireJson(request.headers.get('content-type'));
  refuseLargeBody(Number(request.headers.get('content-length') ?? 0));
  const body = new Uint8Array(await request.arrayBuffer());
  refuseLargeBody(body.byteLength);
  return parseJson(body);
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

function withHeaders(response: HttpResponseInit, requestId: string): HttpResponseInit {
  return {
    ...response,
    headers: {
      ...securityHeaders,
      'x-request-id': requestId,
      ...(response.headers as Record<string, string>),
    },
  };
}
