import { NotDelivered } from './outcome';

/** Failures before the first byte of the request: nobody has got anything. */
const beforeSending = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
/** The receiver, or something in front of it, gave up waiting: it may have acted all the same. */
const unsureStatuses = new Set([408, 504]);

/**
 * Posts one JSON document. Redirects are not followed: an address in the settings is the only one that gets the message.
 * @throws NotDelivered
 */
export async function post(
  url: string,
  body: string,
  headers: Record<string, string>,
  timeoutMs: number,
): Promise<void> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'user-agent': 'gitops-healthcare', ...headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (error) {
    throw failureOf(error, timeoutMs);
  }
  await response.body?.cancel().catch(() => undefined);
  if (response.ok) return;
  throw new NotDelivered(
    unsureStatuses.has(response.status) ? 'unsure' : 'refused',
    `The receiver answered ${response.status}.`,
    retryAfterSeconds(response.headers.get('retry-after')),
  );
}

function failureOf(error: unknown, timeoutMs: number): NotDelivered {
  const { name, cause } = error as { name?: string; cause?: { code?: string } };
  if (name === 'TimeoutError') return new NotDelivered('unsure', `No answer within ${timeoutMs} ms.`);
  const code = cause?.code ?? '';
  const isEarly =
    beforeSending.has(code) || /CERT|TLS|SSL/.test(code) || (error as Error).name === 'SyntaxError';
  return new NotDelivered(isEarly ? 'refused' : 'unsure', `The connection failed (${code || 'unknown'}).`);
}

/** Seconds or a date (RFC 9110 section 10.2.3). */
function retryAfterSeconds(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\d{1,6}$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
