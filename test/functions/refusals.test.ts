import { readFileSync } from 'node:fs';
import type { JWTPayload } from 'jose';
import { contracts } from '../../src/functions/contract/contracts';
import { type Access, type RouteName, routes } from '../../src/functions/routes';
import { deriveWebhookSecret, Role, signWebhook } from '../../src/lib/auth';
import { sign } from '../lib/auth/identityProvider';
import { makeTrustedIssuer, refusedTokens, type TrustedIssuer } from '../lib/auth/refusedTokens';
import { HostBench, type HostProcess } from '../local/host/hostProcess';

// The whole app behind the Functions host, with a store that is out of reach: whatever is refused here never got that far.

const masterKey = 'a-master-key-of-at-least-32-characters';
let bench: HostBench;
let host: HostProcess;
let trusted: TrustedIssuer;

beforeAll(async () => {
  trusted = await makeTrustedIssuer();
  bench = await HostBench.open();
  const app = await bench.buildApp({
    entry: '../../../../src/functions/index.ts',
    hostJson: JSON.parse(readFileSync('host.json', 'utf8')),
  });
  const outOfReach = 'http://127.0.0.1:9';
  host = await bench.start(app, {
    COSMOS_ENDPOINT: outOfReach,
    COSMOS_KEY: 'bm8ga2V5',
    COSMOS_CONNECTION: `AccountEndpoint=${outOfReach};AccountKey=bm8ga2V5;`,
    AUTH_ISSUERS: JSON.stringify([trusted.entry]),
    WEBHOOK_MASTER_KEY: masterKey,
  });
}, 60_000);
afterAll(() => bench?.close());

const listed = (Object.keys(routes) as RouteName[]).map((name) => ({ name, ...routes[name] }));
const byToken = listed.flatMap(({ access, ...route }) =>
  access === 'everybody' || access === 'webhook-signature' ? [] : [{ ...route, role: access as Role }],
);

/** Calls a route in the name of a tenant; the other parts of its path are filled with what it takes. */
function call(
  { method, route }: { method: string; route: string },
  {
    tenantId = 't1',
    headers = {},
    body = '{}',
  }: { tenantId?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Response> {
  const parts: Record<string, string> = {
    tenantId,
    commitHash: 'abcdef0',
    date: '2025-01-31',
    deliveryId: 'd-1',
  };
  const path = route.replace(/{(\w+)}/g, (_, name: string) => encodeURIComponent(parts[name] ?? ''));
  return fetch(`${host.url}/api/${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(method !== 'GET' && { body }),
  });
}
const bearer = async (changes: JWTPayload) => ({
  authorization: `Bearer ${await sign(trusted.key, trusted.claims(changes))}`,
});

/** What a refusal says, apart from the path and the number that every answer has for itself. */
async function said(answer: Response): Promise<unknown> {
  const { instance: _, traceId: __, ...rest } = (await answer.json()) as Record<string, unknown>;
  return [answer.status, answer.headers.get('www-authenticate'), rest];
}

it('has a line in the table for every HTTP function that the host serves, and the other way round', () => {
  const served = [...host.output().matchAll(/(\w+): \[([A-Z,]+)\] \S+?\/api\/(\S+)/g)];
  expect(served.map(([, name, method, route]) => ({ name, method, route }))).toEqual(
    expect.arrayContaining(listed.map(({ name, method, route }) => ({ name, method, route }))),
  );
  expect(served).toHaveLength(listed.length);
  const accesses: Access[] = [...Role.options, 'everybody', 'webhook-signature'];
  expect(listed.filter(({ access }) => !accesses.includes(access))).toEqual([]);
});

it('lets no reader write: what is not a GET asks for a writing role or a signature', () => {
  const writing: Access[] = ['commits.write', 'reviews.write', 'admin', 'webhook-signature'];
  expect(listed.filter(({ method, access }) => method !== 'GET' && !writing.includes(access))).toEqual([]);
});

describe.each(byToken)('$name', (route) => {
  it('answers 401 and the reason to every token that cannot be believed', async () => {
    for (const [name, reason, make] of refusedTokens) {
      const answer = await call(route, { headers: { authorization: `Bearer ${await make(trusted)}` } });
      expect([name, answer.status, answer.headers.get('content-type')]).toEqual([
        name,
        401,
        'application/problem+json',
      ]);
      expect(answer.headers.get('www-authenticate')).toContain(`error_description="${reason}: `);
    }
  });

  it('answers 401 and a plain challenge to no token at all', async () => {
    const answer = await call(route);
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  });

  it('answers 403 to a token with every role but its own', async () => {
    const others = Role.options.filter((role) => role !== route.role);
    const answer = await call(route, { headers: await bearer({ tenants: ['t1'], roles: others }) });
    expect(answer.status).toBe(403);
  });

  it.each(['t10', 'T1', 't', 'no-such-tenant', '*', 't1 ', '../t1', 't1/../t1'])(
    'answers 403 for the tenant "%s" to a token for t1 with every role, in the words of a missing role',
    async (tenantId) => {
      const headers = await bearer({ tenants: ['t1'], roles: Role.options });
      const withoutRole = await call(route, { headers: await bearer({ tenants: ['t1'], roles: [] }) });
      expect(withoutRole.status).toBe(403);
      expect(await said(await call(route, { tenantId, headers }))).toEqual(await said(withoutRole));
    },
  );

  it('is not moved to another tenant by a header, the query or the body', async () => {
    const headers = {
      ...(await bearer({ tenants: ['t1'], roles: Role.options })),
      'x-tenant-id': 't1',
      'x-original-url': `/api/${route.route.replace('{tenantId}', 't1')}`,
    };
    const answer = await call(
      { ...route, route: `${route.route}?tenantId=t1` },
      { tenantId: 't10', headers, body: '{"tenantId":"t1"}' },
    );
    expect(answer.status).toBe(403);
  });

  it('lets a token with its role for the tenant pass', async () => {
    const headers = await bearer({ tenants: ['t1'], roles: [route.role] });
    const answer = await call(route, { headers });
    // As far as the empty body, or the store that does not answer.
    const contract = contracts[route.name];
    expect(answer.status).toBe('body' in contract || 'ownBody' in contract ? 400 : 503);
  });
});

describe('githubWebhook', () => {
  const body = '{}';
  const bytes = new TextEncoder().encode(body);
  const headersSigned = (tenantId: string, key = masterKey) => ({
    'x-github-event': 'ping',
    'x-github-delivery': 'a-delivery',
    'x-hub-signature-256': signWebhook(bytes, deriveWebhookSecret(key, tenantId)),
  });

  it('takes what is signed with the secret of its tenant', async () => {
    const answer = await call(routes.githubWebhook, { headers: headersSigned('t1'), body });
    expect(answer.status).toBe(200);
  });

  it.each([
    ['no signature', () => ({ 'x-github-event': 'ping' })],
    ['the signature of another tenant', () => headersSigned('t10')],
    ['a signature under another master key', () => headersSigned('t1', `${masterKey}2`)],
    [
      'a signature of another body',
      () => ({ ...headersSigned('t1'), 'x-hub-signature-256': signWebhook(bytes, 'x') }),
    ],
    ['a token with every role instead', () => bearer({ tenants: ['t1'], roles: Role.options })],
  ])('answers 401 to %s', async (_, make) => {
    const answer = await call(routes.githubWebhook, { headers: await make(), body });
    expect(await said(answer)).toEqual(
      await said(await call(routes.githubWebhook, { tenantId: 'no-such-tenant' })),
    );
    expect(answer.status).toBe(401);
  });
});

it.each(listed.filter(({ access }) => access === 'everybody'))(
  '$name is open to everybody',
  async (route) => {
    expect([401, 403]).not.toContain((await call(route)).status);
  },
);

it('answers every refusal with the security headers', async () => {
  const { headers } = await call(routes.queryCommits);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-request-id')).toMatch(/./);
});
