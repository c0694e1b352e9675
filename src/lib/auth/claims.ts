import type { JWTPayload } from 'jose';
import { TenantId } from '../commit';
import { Role, type TokenIssuer } from '../issuers';
import type { Principal } from './principal';
import { Unauthenticated } from './unauthenticated';

/** A branch name of 244 bytes fits into GitHub's `sub`; what is longer still is no name to keep for seven years. */
const subjectLengthMax = 512;

function claimAt(claims: JWTPayload, name: string | string[]): unknown {
  let value: unknown = claims;
  for (const key of [name].flat()) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/**
 * The values of a claim: a text, a whole number as its digits, or a list of them. With a separator a text is a list of its
 * parts. What is neither is passed over.
 */
export function claimValues(claims: JWTPayload, name: string | string[], separator?: string): string[] {
  return [claimAt(claims, name)].flat().flatMap((value) => {
    if (typeof value === 'string')
      return separator === undefined ? [value] : value.split(separator).filter(Boolean);
    return Number.isSafeInteger(value) ? [String(value)] : [];
  });
}

function translate<T>(
  values: string[],
  map: Record<string, T | T[]> | undefined,
  isKnown: (value: string) => value is T & string,
): T[] {
  const translated = values.flatMap((value): T[] => {
    if (map === undefined) return isKnown(value) ? [value] : [];
    const meant = Object.hasOwn(map, value) ? map[value] : undefined;
    return meant === undefined ? [] : ([meant].flat() as T[]);
  });
  return [...new Set(translated)];
}

const isTenantId = (value: string): value is string => TenantId.safeParse(value).success;
const isRole = (value: string): value is Role => Role.safeParse(value).success;

/** Where identity providers put addresses and accounts. https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims */
const nameClaims = ['email', 'preferred_username', 'upn', 'unique_name'];

function namesOf(claims: JWTPayload, subject: string): string[] {
  const names = [subject, ...nameClaims.flatMap((claim) => claimValues(claims, claim))];
  return [...new Set(names.map((name) => name.toLowerCase()))];
}

function subjectOf(claims: JWTPayload, name: string | string[]): string {
  const subject = claimAt(claims, name);
  if (
    typeof subject !== 'string' ||
    !/^[^\p{Cc}\p{Surrogate}]+$/u.test(subject) ||
    subject.length > subjectLengthMax
  ) {
    throw new Unauthenticated('wrong-claim');
  }
  return subject;
}

/**
 * Who a token speaks for, by the rules of its issuer. Tenants and roles that we do not know are dropped, so a token
 * without any makes a principal that may do nothing.
 * @throws Unauthenticated `wrong-claim` where the subject or a required claim is not as it must be
 */
export function toPrincipal(claims: JWTPayload, issuer: TokenIssuer): Principal {
  for (const [name, allowed] of Object.entries(issuer.require ?? {})) {
    const values = claimValues(claims, name);
    if (![allowed].flat().some((value) => values.includes(value))) throw new Unauthenticated('wrong-claim');
  }
  const { tenants } = issuer;
  const { grant = [], ...named } = issuer.roles;
  const roles =
    named.claim === undefined
      ? []
      : translate(claimValues(claims, named.claim, named.separator), named.map, isRole);
  const subject = subjectOf(claims, issuer.subject.claim);
  return Object.freeze({
    subject: `${issuer.id}:${subject}`,
    names: namesOf(claims, subject),
    issuer: issuer.issuer,
    tenants: translate(claimValues(claims, tenants.claim, tenants.separator), tenants.map, isTenantId),
    roles: [...new Set([...grant, ...roles])],
  });
}
