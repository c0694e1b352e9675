import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { Problem } from '../errors';

export interface KeySetOptions {
  /** How long fetched keys are used before they are fetched again. Default 600,000 ms (10 minutes). */
  keysMaxAgeMs?: number;
  /** The pause after a fetch that failed or was made for an unknown `kid`. Default 30,000 ms. */
  cooldownMs?: number;
  /** The pause after a fetch that failed while there are no keys yet. Default 1,000 ms. */
  retryMs?: number;
  /** How long one fetch may take. Default 5,000 ms. */
  fetchTimeoutMs?: number;
}

/** The keys are needed and the issuer does not give them: not the caller's fault, so it is no 401. */
export class IssuerUnavailable extends Problem {
  constructor(retryAfterSeconds: number, cause: unknown) {
    super('issuer-unavailable', {
      detail: 'The keys of the issuer of this token cannot be fetched now. Send the request again.',
      headers: { 'retry-after': String(Math.max(1, Math.ceil(retryAfterSeconds))) },
      cause,
    });
    this.name = 'IssuerUnavailable';
  }
}

/**
 * The keys at a JWKS address, for `jwtVerify`. `createRemoteJWKSet` alone drops its keys when a refresh of old ones
 * fails, and counts its cooldown from the last success, so that each forged `kid` sends a request while the issuer is
 * down. Here:
 * - keys are fetched at first use, when older than `keysMaxAgeMs`, and when a token names a `kid` not among them;
 * - after a fetch that failed, or was made for an unknown `kid`, there is a pause; the last good keys stay in use;
 * - one fetch at a time: a request whose `kid` is unknown waits for it, one whose `kid` is known goes on with the old keys.
 * @throws IssuerUnavailable from the returned function where no key was found and the last fetch failed
 */
export function remoteKeySet(url: URL, options: KeySetOptions = {}): JWTVerifyGetKey {
  const { keysMaxAgeMs = 600_000, cooldownMs = 30_000, retryMs = 1_000, fetchTimeoutMs = 5_000 } = options;
  const remote = createRemoteJWKSet(url, {
    timeoutDuration: fetchTimeoutMs,
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: Number.POSITIVE_INFINITY,
  });
  let fetchedAt: number | undefined;
  let pausedUntil = 0;
  let failure: unknown;

  const pause = (ms: number) => {
    pausedUntil = Math.max(pausedUntil, performance.now() + ms);
  };
  /** Fetches, or waits for the fetch under way; false where nothing was fetched, by failure or for the pause. */
  const refresh = async (pauseMs: number): Promise<boolean> => {
    if (performance.now() < pausedUntil) return false;
    try {
      await remote.reload();
      failure = undefined;
      fetchedAt = performance.now();
      pause(pauseMs);
      return true;
    } catch (cause) {
      failure = cause;
      pause(fetchedAt === undefined ? retryMs : cooldownMs);
      return false;
    }
  };
  const unavailable = () => new IssuerUnavailable((pausedUntil - performance.now()) / 1000, failure);

  return async (header, token) => {
    const isOld = fetchedAt !== undefined && performance.now() - fetchedAt >= keysMaxAgeMs;
    if (fetchedAt === undefined || (isOld && !remote.reloading)) await refresh(0);
    if (fetchedAt === undefined) throw unavailable();
    try {
      return await remote(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      if (await refresh(cooldownMs)) return await remote(header, token);
      throw failure === undefined ? error : unavailable();
    }
  };
}
