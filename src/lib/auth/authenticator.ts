import {
  createLocalJWKSet,
  decodeJwt,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import { Problem } from '../errors';
import { expandIssuer, type Issuer, type TokenIssuer } from '../issuers';
import { toPrincipal } from './claims';
import { type KeySetOptions, remoteKeySet } from './keySet';
import type { Principal } from './principal';
import { type Refusal, Unauthenticated } from './unauthenticated';

export interface AuthenticatorOptions extends KeySetOptions {
  /** How far two clocks may be apart. Default and most: 60 s. */
  clockSkewSeconds?: number;
  /** The time that `exp` and `nbf` are held against. */
  now?: () => Date;
}

/** Turns the value of an Authorization header into the caller it proves. */
export type Authenticator = (authorization: string | null) => Promise<Principal>;

const clockSkewSecondsMax = 60;

interface Verifier {
  rules: TokenIssuer;
  audience: string[];
  getKey: JWTVerifyGetKey;
}

/** RFC 6750 section 2.1; the scheme's name is case-insensitive (RFC 9110 section 11.1). */
function bearerToken(authorization: string | null): string {
  const header = authorization ?? '';
  if (!/^bearer(?: |$)/i.test(header)) throw new Unauthenticated('missing-token');
  return header.slice('bearer'.length).trim();
}

function reasonOf(error: unknown): Refusal {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return 'wrong-audience';
    return error.claim === 'nbf' && error.reason === 'check_failed' ? 'not-yet-valid' : 'wrong-claim';
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return 'wrong-algorithm';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'wrong-signature';
  const isUnreadable =
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JOSENotSupported;
  return isUnreadable ? 'malformed-token' : 'unknown-key';
}

function toVerifier(rules: TokenIssuer, options: AuthenticatorOptions): Verifier {
  const getKey =
    rules.jwksUri === undefined
      ? createLocalJWKSet(rules.jwks as JSONWebKeySet)
      : remoteKeySet(new URL(rules.jwksUri), options);
  return { rules, audience: [rules.audience].flat(), getKey };
}

/**
 * Checks bearer tokens (JWT, RFC 7519) against the trusted issuers: signature by a key that the issuer publishes and an
 * algorithm that its entry allows (never `none` nor a shared key), `iss`, `aud`, `exp` (must be there), `nbf`, and the
 * claims that the entry requires. Two entries may share an issuer if their audiences differ.
 * The returned function throws Unauthenticated with the reason, and IssuerUnavailable where the issuer's keys cannot be had.
 */
export function createAuthenticator(issuers: Issuer[], options: AuthenticatorOptions = {}): Authenticator {
  const verifiers = issuers.flatMap(expandIssuer).map((rules) => toVerifier(rules, options));
  const clockTolerance = Math.min(options.clockSkewSeconds ?? clockSkewSecondsMax, clockSkewSecondsMax);

  const verifierFor = (token: string): Verifier => {
    const { iss, aud } = decodeJwt(token);
    const ofIssuer = verifiers.filter(({ rules }) => rules.issuer === iss);
    const verifier =
      ofIssuer.find(({ audience }) =>
        [aud].flat().some((one) => one !== undefined && audience.includes(one)),
      ) ?? ofIssuer[0];
    if (verifier === undefined) throw new Unauthenticated('unknown-issuer');
    return verifier;
  };

  const verify = async (token: string) => {
    const { rules, audience, getKey } = verifierFor(token);
    const { payload } = await jwtVerify(token, getKey, {
      issuer: rules.issuer,
      audience,
      algorithms: rules.algorithms,
      requiredClaims: ['exp'],
      clockTolerance,
      currentDate: options.now?.(),
    });
    return { payload, rules };
  };

  return async (authorization) => {
    const token = bearerToken(authorization);
    const { payload, rules } = await verify(token).catch((error: unknown) => {
      if (error instanceof Problem) throw error;
      // An error of jose may hold the claims, and those may hold a name or an address: it must not reach a log.
      throw new Unauthenticated(reasonOf(error), error instanceof errors.JOSEError ? undefined : error);
    });
    return toPrincipal(payload, rules);
  };
}
