import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { isIP, connect as openPlain } from 'node:net';
import { connect as openSecure } from 'node:tls';
import { observedRequest } from '../../telemetry';
import { NotDelivered } from './outcome';

/** The receiver, or something in front of it, gave up waiting: it may have acted all the same. */
const unsureStatuses = new Set([408, 504]);

/** A receiver that is there and has been told nothing yet. */
export interface Connection {
  /**
   * Posts one JSON document, once. Redirects are not followed: an address in the settings is the only one that gets the message.
   * @throws NotDelivered
   */
  post(body: string, headers: Record<string, string>): Promise<void>;
  /** Ends it without a word; nothing where it is over already. */
  close(): void;
}

/**
 * Connects to a receiver without saying anything: what fails here has certainly sent nothing.
 * @throws NotDelivered
 */
export async function connect(address: string, timeoutMs: number): Promise<Connection> {
  if (!/^https?:/i.test(address) || !URL.canParse(address))
    throw new NotDelivered('refused', 'The address of the receiver is not one.');
  const url = new URL(address);
  const isSecure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || (isSecure ? 443 : 80);
  const socket = isSecure
    ? openSecure({ host, port, ALPNProtocols: ['http/1.1'], ...(isIP(host) === 0 && { servername: host }) })
    : openPlain({ host, port });
  // It may break at any moment, also while nobody waits for it.
  socket.on('error', () => undefined);
  const inTime = AbortSignal.timeout(timeoutMs);
  try {
    await once(socket, isSecure ? 'secureConnect' : 'connect', { signal: inTime });
  } catch (error) {
    socket.destroy();
    throw failureOf('refused', error, inTime.aborted ? timeoutMs : undefined);
  }
  let isOver = false;
  for (const event of ['end', 'close']) socket.once(event, () => (isOver = true));
  return {
    post: async (body, headers) => {
      if (isOver) throw new NotDelivered('refused', 'The receiver hung up before it was told anything.');
      const signal = AbortSignal.timeout(timeoutMs);
      const request = httpRequest({
        createConnection: () => socket,
        method: 'POST',
        path: `${url.pathname}${url.search}`,
        headers: {
          host: url.host,
          'content-type': 'application/json',
          'user-agent': 'gitops-healthcare',
          ...headers,
        },
        signal,
      });
      request.on('error', () => undefined);
      try {
        const response = await observedRequest('POST', url.hostname, async () => {
          request.end(body);
          const [answer] = (await once(request, 'response')) as [IncomingMessage];
          return answer;
        });
        judge(response);
      } catch (error) {
        if (error instanceof NotDelivered) throw error;
        throw failureOf('unsure', error, signal.aborted ? timeoutMs : undefined);
      } finally {
        socket.destroy();
      }
    },
    close: () => socket.destroy(),
  };
}

/** @throws NotDelivered where the answer is not that the message was accepted */
function judge({ statusCode = 0, headers }: IncomingMessage): void {
  if (statusCode >= 200 && statusCode < 300) return;
  throw new NotDelivered(
    unsureStatuses.has(statusCode) ? 'unsure' : 'refused',
    `The receiver answered ${statusCode}.`,
    retryAfterSeconds(headers['retry-after']),
  );
}

function failureOf(kind: NotDelivered['kind'], error: unknown, timeoutMs: number | undefined): NotDelivered {
  const { code = 'unknown' } = error as { code?: string };
  const message =
    timeoutMs === undefined ? `The connection failed (${code}).` : `No answer within ${timeoutMs} ms.`;
  return new NotDelivered(kind, message);
}

/** Seconds or a date (RFC 9110 section 10.2.3). */
function retryAfterSeconds(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const seconds = /^\d{1,6}$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
