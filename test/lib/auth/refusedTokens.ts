import { createHmac, createPublicKey } from 'node:crypto';
import { base64url, type JWTPayload } from 'jose';
import type { Refusal } from '../../../src/lib/auth';
import { Issuer, type TokenIssuer } from '../../../src/lib/config';
import { audience, inSeconds, makeSigningKey, type SigningKey, sign } from './identityProvider';

/** An issuer that is trusted, and a stranger who signs under the name of its key. */
export interface TrustedIssuer {
  key: SigningKey;
  stranger: SigningKey;
  /** The claims of a good token, with changes; `undefined` leaves one out. */
  claims(changes?: JWTPayload): JWTPayload;
  /** Its entry in AUTH_ISSUERS. */
  entry: TokenIssuer;
}

export async function makeTrustedIssuer(): Promise<TrustedIssuer> {
  const key = await makeSigningKey('key-1');
  const issuer = 'https://idp.example';
  return {
    key,
    stranger: await makeSigningKey('key-1'),
    claims: (changes = {}) => ({
      iss: issuer,
      aud: audience,
      sub: 'ada',
      exp: inSeconds(300),
      tenants: ['t1', 't10'],
      roles: ['commits.read', 'reviews.write'],
      ...changes,
    }),
    entry: Issuer.parse({
      id: 'idp',
      issuer,
      audience,
      jwks: { keys: [key.publicJwk] },
      tenants: { claim: 'tenants' },
      roles: { claim: 'roles' },
    }) as TokenIssuer,
  };
}

export const encode = (part: unknown): string => base64url.encode(JSON.stringify(part));

/** HMAC-SHA256 over a token with the public key as the shared secret: the classic confusion of algorithms. */
function signedWithPublicKey({ key, claims }: TrustedIssuer): string {
  const signed = `${encode({ alg: 'HS256', kid: key.kid, typ: 'JWT' })}.${encode(claims())}`;
  const pem = createPublicKey({ key: key.publicJwk as never, format: 'jwk' }).export({
    type: 'spki',
    format: 'pem',
  });
  return `${signed}.${createHmac('sha256', pem).update(signed).digest('base64url')}`;
}

async function tampered({ key, claims }: TrustedIssuer): Promise<string> {
  const [header, , signature] = (await sign(key, claims())).split('.');
  return `${header}.${encode(claims({ tenants: ['t2'] }))}.${signature}`;
}

type MakeToken = (from: TrustedIssuer) => Promise<string> | string;

/** Tokens that nobody may get in with: what is wrong, the reason that is given, and how to make one. */
export const refusedTokens: [string, Refusal, MakeToken][] = [
  ['expired', 'expired', (from) => sign(from.key, from.claims({ exp: inSeconds(-65) }))],
  ['not valid yet', 'not-yet-valid', (from) => sign(from.key, from.claims({ nbf: inSeconds(65) }))],
  ['for another audience', 'wrong-audience', (from) => sign(from.key, from.claims({ aud: 'api://other' }))],
  [
    'for an audience that begins with ours',
    'wrong-audience',
    (from) => sign(from.key, from.claims({ aud: `${from.claims().aud}2` })),
  ],
  ['for no audience', 'wrong-audience', (from) => sign(from.key, from.claims({ aud: undefined }))],
  [
    'of another issuer',
    'unknown-issuer',
    (from) => sign(from.key, from.claims({ iss: 'https://evil.example' })),
  ],
  [
    'of an issuer written otherwise',
    'unknown-issuer',
    (from) => sign(from.key, from.claims({ iss: `${from.claims().iss}/` })),
  ],
  ['of no issuer', 'unknown-issuer', (from) => sign(from.key, from.claims({ iss: undefined }))],
  [
    'of a list of issuers',
    'unknown-issuer',
    (from) => sign(from.key, { ...from.claims(), iss: [from.claims().iss] as never }),
  ],
  [
    'without a signature (alg none)',
    'wrong-algorithm',
    (from) => `${encode({ alg: 'none' })}.${encode(from.claims())}.`,
  ],
  [
    'without a signature (alg NONE)',
    'wrong-algorithm',
    (from) => `${encode({ alg: 'NONE' })}.${encode(from.claims())}.AA`,
  ],
  [
    'signed with HS256 and the public key as the secret',
    'wrong-algorithm',
    (from) => signedWithPublicKey(from),
  ],
  [
    'signed with an algorithm that is not allowed',
    'wrong-algorithm',
    async (from) => sign(await makeSigningKey('key-1', 'ES384'), from.claims()),
  ],
  ['with an unknown kid', 'unknown-key', (from) => sign(from.key, from.claims(), { kid: 'key-2' })],
  [
    'signed by somebody else under a known kid',
    'wrong-signature',
    (from) => sign(from.stranger, from.claims()),
  ],
  ['whose claims were changed after signing', 'wrong-signature', (from) => tampered(from)],
  [
    'whose header carries the key to check it with',
    'wrong-signature',
    (from) =>
      sign(from.stranger, from.claims(), { jwk: from.stranger.publicJwk, jku: 'http://127.0.0.1:9/jwks' }),
  ],
  ['without an end', 'wrong-claim', (from) => sign(from.key, from.claims({ exp: undefined }))],
  [
    'whose end is a text',
    'wrong-claim',
    (from) => sign(from.key, { ...from.claims(), exp: '9999999999' as never }),
  ],
  ['without a subject', 'wrong-claim', (from) => sign(from.key, from.claims({ sub: undefined }))],
  ['with an empty subject', 'wrong-claim', (from) => sign(from.key, from.claims({ sub: '' }))],
  [
    'with a subject of 513 characters',
    'wrong-claim',
    (from) => sign(from.key, from.claims({ sub: 'x'.repeat(513) })),
  ],
  [
    'with a critical extension that nobody knows',
    'malformed-token',
    async (from) => {
      const [, payload, signature] = (await sign(from.key, from.claims())).split('.');
      return `${encode({ alg: 'ES256', kid: 'key-1', crit: ['x'], x: 1 })}.${payload}.${signature}`;
    },
  ],
  ['of two parts', 'malformed-token', () => 'abc.def'],
  ['that is encrypted', 'malformed-token', () => 'a.b.c.d.e'],
  ['that is empty', 'malformed-token', () => ''],
  [
    'that is two tokens',
    'malformed-token',
    async (from) => `${await sign(from.key, from.claims())}, Bearer abc`,
  ],
];
