import { decodeJwt } from 'jose';
import { type Finding, ok, warning, wrong } from './finding';

const timeoutMs = 10_000;
const clockSkewSecondsMax = 60;

/** Does the app answer, is its database there, does its clock agree, and does it keep strangers out? */
export async function checkApp(apiUrl: string, tenantId: string): Promise<Finding[]> {
  const sentMs = Date.now();
  const live = await get(`${apiUrl}/health/live`);
  if (live instanceof Error) {
    return [
      wrong(
        'app',
        `${apiUrl} cannot be reached: ${live.message}`,
        'Nothing comes in and nothing can be looked up.',
        'Start the local stack (npm start), or check --api-url, DNS and firewall.',
      ),
    ];
  }
  if (live.status !== 200) {
    return [
      wrong(
        'app',
        `${apiUrl}/health/live answers ${live.status}`,
        'Another program listens there, or the app did not start.',
        'Check that --api-url ends in /api; look at the log of the Functions host.',
      ),
    ];
  }
  return [
    ok('app', `${apiUrl} answers`),
    checkClock(live, sentMs),
    await checkReady(apiUrl),
    await checkStrangers(apiUrl, tenantId),
  ];
}

async function checkReady(apiUrl: string): Promise<Finding> {
  const ready = await get(`${apiUrl}/health/ready`);
  if (!(ready instanceof Error) && ready.status === 200)
    return ok('database', 'the app reaches its database');
  const parts = ready instanceof Error ? ready.message : await ready.text();
  return wrong(
    'database',
    `the app is not ready: ${parts.slice(0, 300)}`,
    'Commits are refused with 503 until it is.',
    "Check COSMOS_ENDPOINT and the data-plane role of the app's identity.",
  );
}

async function checkStrangers(apiUrl: string, tenantId: string): Promise<Finding> {
  const answer = await get(`${apiUrl}/v1/tenants/${encodeURIComponent(tenantId)}/commits`);
  if (!(answer instanceof Error) && answer.status === 401)
    return ok('access', 'a caller without a token is refused');
  return wrong(
    'access',
    `a caller without a token gets ${answer instanceof Error ? answer.message : answer.status} and not 401`,
    'Either everybody can read the record, or nobody can.',
    'Check AUTH_ISSUERS, and what stands between you and the app.',
  );
}

function checkClock(answer: Response, sentMs: number): Finding {
  const theirs = Date.parse(answer.headers.get('date') ?? '');
  if (Number.isNaN(theirs)) return ok('clock', 'the app does not say what time it is');
  // The header has whole seconds.
  const skewSeconds = Math.round(Math.max(sentMs - theirs - 1000, theirs - Date.now(), 0) / 1000);
  if (skewSeconds <= clockSkewSecondsMax) return ok('clock', "this clock and the app's agree");
  return warning(
    'clock',
    `this clock and the app's are ${skewSeconds} s apart`,
    'Tokens are refused as expired or not valid yet, and commits look back-dated.',
    'Set the clock of this machine (timedatectl set-ntp true).',
  );
}

/** Is the token good for the tenant, and what may its bearer do? */
export async function checkToken(apiUrl: string, tenantId: string, token: string): Promise<Finding> {
  const answer = await get(`${apiUrl}/v1/tenants/${encodeURIComponent(tenantId)}/commits?limit=1`, {
    authorization: `Bearer ${token}`,
  });
  const claims = claimsOf(token);
  if (!(answer instanceof Error) && answer.status === 200) {
    const until = claims?.exp ? `, until ${new Date(claims.exp * 1000).toISOString()}` : '';
    return ok('token', `good for ${tenantId}${until}`);
  }
  const expired = claims?.exp !== undefined && claims.exp * 1000 < Date.now();
  const said = answer instanceof Error ? answer.message : String(answer.status);
  return wrong(
    'token',
    expired
      ? `expired at ${new Date((claims.exp ?? 0) * 1000).toISOString()}`
      : `refused with ${said} for ${tenantId}`,
    'No command that needs the API works.',
    said === '403'
      ? 'Use a token for this tenant that has the role commits.read, or another --tenant.'
      : 'Get a new one: "gitops-healthcare token" locally, else from the issuer that AUTH_ISSUERS names.',
  );
}

function claimsOf(token: string): { exp?: number } | undefined {
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}

async function get(url: string, headers: Record<string, string> = {}): Promise<Response | Error> {
  try {
    return await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    if (!(error instanceof Error)) return new Error(String(error));
    return error.cause instanceof Error && error.cause.message ? error.cause : error;
  }
}
