import { createHmac, createPublicKey, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { base64url, type JWTPayload } from 'jose';
import { createAuthenticator, type Refusal, Unauthenticated } from '../../../src/lib/auth';
import { Issuer, type TokenIssuer } from '../../../src/lib/config';
import { problems } from '../../../src/lib/errors';
import { audience, inSeconds, makeSigningKey, type SigningKey, sign } from './identityProvider';

const issuerUrl = 'https://idp.example';
let key: SigningKey;
let rsaKey: SigningKey;
let stranger: SigningKey;
let rules: TokenIssuer;
let authenticate: ReturnType<typeof createAuthenticator>;

beforeAll(async () => {
  key = await makeSigningKey('key-1');
  rsaKey = await makeSigningKey('rsa-1', 'RS256');
  stranger = await makeSigningKey('key-1');
  rules = Issuer.parse({
    id: 'idp',
    issuer: issuerUrl,
    audience,
    jwks: { keys: [key.publicJwk, rsaKey.publicJwk] },
    tenants: { claim: 'tenants' },
    roles: { claim: 'roles' },
  }) as TokenIssuer;
  authenticate = createAuthenticator([rules]);
});

const claims = (overrides: JWTPayload = {}): JWTPayload => ({
  iss: issuerUrl,
  aud: audience,
  sub: 'ada',
  exp: inSeconds(300),
  tenants: ['t1', 't10'],
  roles: ['commits.read', 'reviews.write'],
  ...overrides,
});
const without = (name: string): JWTPayload =>
  Object.fromEntries(Object.entries(claims()).filter(([claim]) => claim !== name));

const encode = (part: unknown) => base64url.encode(JSON.stringify(part));
/** HMAC-SHA256 over a token with the public key as the shared secret: the classic confusion of algorithms. */
const signWithPublicKey = (publicKey: KeyObject, encoding: { type: 'spki'; format: 'pem' }) => {
  const signed = `${encode({ alg: 'HS256', kid: 'rsa-1', typ: 'JWT' })}.${encode(claims())}`;
  const mac = createHmac('sha256', publicKey.export(encoding)).update(signed).digest('base64url');
  return `${signed}.${mac}`;
};

async function refusalOf(authorization: string | null): Promise<Unauthenticated> {
  const outcome = await authenticate(authorization).catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(Unauthenticated);
  return outcome as Unauthenticated;
}

describe('a good token', () => {
  it('tells who calls, for which tenants, in which roles', async () => {
    await expect(authenticate(`Bearer ${await sign(key, claims())}`)).resolves.toEqual({
      subject: 'idp:ada',
      issuer: issuerUrl,
      tenants: ['t1', 't10'],
      roles: ['commits.read', 'reviews.write'],
    });
  });

  it.each(['Bearer', 'bearer', 'BEARER'])('is taken after the scheme written %s', async (scheme) => {
    await expect(authenticate(`${scheme} ${await sign(key, claims())}`)).resolves.toBeDefined();
  });

  it.each([
    ['signed with RS256', () => sign(rsaKey, claims())],
    ['one of whose audiences is ours', () => sign(key, claims({ aud: ['https://other.example', audience] }))],
    ['that expired 55 s ago', () => sign(key, claims({ exp: inSeconds(-55) }))],
    ['that becomes valid in 55 s', () => sign(key, claims({ nbf: inSeconds(55) }))],
  ])('is taken when it is one %s', async (_, make) => {
    await expect(authenticate(`Bearer ${await make()}`)).resolves.toMatchObject({ subject: 'idp:ada' });
  });
});

describe('a refusal', () => {
  const tampered = async () => {
    const [header, , signature] = (await sign(key, claims())).split('.');
    return `${header}.${encode(claims({ tenants: ['t2'] }))}.${signature}`;
  };
  const publicRsaKey = () => createPublicKey({ key: rsaKey.publicJwk as never, format: 'jwk' });

  const cases: [string, Refusal, () => Promise<string> | string][] = [
    ['expired', 'expired', () => sign(key, claims({ exp: inSeconds(-65) }))],
    ['not valid yet', 'not-yet-valid', () => sign(key, claims({ nbf: inSeconds(65) }))],
    ['for another audience', 'wrong-audience', () => sign(key, claims({ aud: 'api://other' }))],
    [
      'for an audience that begins with ours',
      'wrong-audience',
      () => sign(key, claims({ aud: `${audience}2` })),
    ],
    ['for no audience', 'wrong-audience', () => sign(key, without('aud'))],
    ['of another issuer', 'unknown-issuer', () => sign(key, claims({ iss: 'https://evil.example' }))],
    ['of an issuer written otherwise', 'unknown-issuer', () => sign(key, claims({ iss: `${issuerUrl}/` }))],
    ['of no issuer', 'unknown-issuer', () => sign(key, without('iss'))],
    ['of a list of issuers', 'unknown-issuer', () => sign(key, { ...claims(), iss: [issuerUrl] as never })],
    [
      'without a signature (alg none)',
      'wrong-algorithm',
      () => `${encode({ alg: 'none' })}.${encode(claims())}.`,
    ],
    [
      'without a signature (alg NONE)',
      'wrong-algorithm',
      () => `${encode({ alg: 'NONE' })}.${encode(claims())}.AA`,
    ],
    [
      'signed with HS256 and the public key as the secret',
      'wrong-algorithm',
      () => signWithPublicKey(publicRsaKey(), { type: 'spki', format: 'pem' }),
    ],
    [
      'signed with an algorithm that is not allowed',
      'wrong-algorithm',
      async () => sign(await makeSigningKey('key-1', 'ES384'), claims()),
    ],
    ['with an unknown kid', 'unknown-key', () => sign(key, claims(), { kid: 'key-2' })],
    ['signed by somebody else under a known kid', 'wrong-signature', () => sign(stranger, claims())],
    ['whose claims were changed after signing', 'wrong-signature', tampered],
    [
      'whose header carries the key to check it with',
      'wrong-signature',
      () => sign(stranger, claims(), { jwk: stranger.publicJwk, jku: 'http://127.0.0.1:9/jwks' }),
    ],
    ['without an end', 'wrong-claim', () => sign(key, without('exp'))],
    ['whose end is a text', 'wrong-claim', () => sign(key, { ...claims(), exp: '9999999999' as never })],
    ['without a subject', 'wrong-claim', () => sign(key, without('sub'))],
    ['with an empty subject', 'wrong-claim', () => sign(key, claims({ sub: '' }))],
    ['with a subject of 513 characters', 'wrong-claim', () => sign(key, claims({ sub: 'x'.repeat(513) }))],
    [
      'with a critical extension that nobody knows',
      'malformed-token',
      async () => {
        const [, payload, signature] = (await sign(key, claims())).split('.');
        return `${encode({ alg: 'ES256', kid: 'key-1', crit: ['x'], x: 1 })}.${payload}.${signature}`;
      },
    ],
    ['of two parts', 'malformed-token', () => 'abc.def'],
    ['that is encrypted', 'malformed-token', () => 'a.b.c.d.e'],
    ['that is empty', 'malformed-token', () => ''],
    ['that is two tokens', 'malformed-token', async () => `${await sign(key, claims())}, Bearer abc`],
  ];

  it.each(cases)('meets a token %s, with the reason %s', async (_, reason, make) => {
    const refusal = await refusalOf(`Bearer ${await make()}`);
    expect(refusal.reason).toBe(reason);
    expect(refusal.status).toBe(401);
    expect(refusal.headers['www-authenticate']).toMatch(
      new RegExp(`^Bearer error="invalid_token", error_description="${reason}: [ -!#-\\[\\]-~]+"$`),
    );
  });

  it.each([
    ['nothing', null],
    ['an empty header', ''],
    ['a password', 'Basic YWRhOnNlY3JldA=='],
    ['a scheme that only begins alike', 'Bearerish abc'],
  ])('challenges a request with %s without an error code', async (_, authorization) => {
    const refusal = await refusalOf(authorization);
    expect(refusal.reason).toBe('missing-token');
    expect(refusal.headers['www-authenticate']).toBe('Bearer');
  });

  it('never repeats what the token holds, not even to our own logs', async () => {
    const secretive = claims({ sub: 'ada@clinic.example', aud: 'api://other', exp: inSeconds(-999) });
    for (const token of [
      await sign(key, secretive),
      `${encode({ alg: 'ES256' })}.${base64url.encode('{"sub":"ada@clinic')}.x`,
    ]) {
      const refusal = await refusalOf(`Bearer ${token}`);
      expect(refusal.cause).toBeUndefined();
      expect(JSON.stringify({ ...refusal, message: refusal.message, stack: refusal.stack })).not.toContain(
        'clinic',
      );
    }
  });
});

describe('two entries for one issuer', () => {
  it('are told apart by their audience', async () => {
    const both = createAuthenticator([
      { ...rules, id: 'readers', audience: 'api://read', roles: { grant: ['commits.read'] } },
      { ...rules, id: 'writers', audience: 'api://write', roles: { grant: ['commits.write'] } },
    ]);
    await expect(both(`Bearer ${await sign(key, claims({ aud: 'api://write' }))}`)).resolves.toMatchObject({
      subject: 'writers:ada',
      roles: ['commits.write'],
    });
    await expect(both(`Bearer ${await sign(key, claims({ aud: 'api://admin' }))}`)).rejects.toMatchObject({
      reason: 'wrong-audience',
    });
  });
});

it('cannot be told to allow more than 60 s between two clocks', async () => {
  const lenient = createAuthenticator([rules], { clockSkewSeconds: 3600 });
  await expect(lenient(`Bearer ${await sign(key, claims({ exp: inSeconds(-65) }))}`)).rejects.toMatchObject({
    reason: 'expired',
  });
});

it('answers any header whatsoever with a problem of status 401', async () => {
  const { status } = problems.unauthenticated;
  const part = fc.oneof(fc.base64String(), fc.json().map(base64url.encode), fc.string());
  const header = fc.oneof(
    fc.string(),
    fc.string().map((text) => `Bearer ${text}`),
    fc.tuple(part, part, part).map((parts) => `Bearer ${parts.join('.')}`),
  );
  await fc.assert(
    fc.asyncProperty(header, async (authorization) => {
      expect((await refusalOf(authorization)).status).toBe(status);
    }),
    { numRuns: 500 },
  );
});

it('accepts no token in which any one byte was changed', async () => {
  const token = await sign(key, claims());
  const signatureOf = (jwt: string) =>
    Buffer.from(jwt.slice(jwt.lastIndexOf('.') + 1), 'base64url').toString('hex');
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.';
  await fc.assert(
    fc.asyncProperty(fc.nat(token.length - 1), fc.constantFrom(...alphabet), async (at, character) => {
      const changed = token.slice(0, at) + character + token.slice(at + 1);
      // The last character of a signature has bits that stand for nothing.
      fc.pre(changed.slice(0, -1) !== token.slice(0, -1) || signatureOf(changed) !== signatureOf(token));
      await refusalOf(`Bearer ${changed}`);
    }),
    { numRuns: 500 },
  );
});
