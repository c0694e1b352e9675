import fc from 'fast-check';
import { base64url } from 'jose';
import { type Authenticator, createAuthenticator, Unauthenticated } from '../../../src/lib/auth';
import { problems } from '../../../src/lib/errors';
import { audience, inSeconds, type SigningKey, sign } from './identityProvider';
import { encode, makeTrustedIssuer, refusedTokens, type TrustedIssuer } from './refusedTokens';

let trusted: TrustedIssuer;
let key: SigningKey;
let claims: TrustedIssuer['claims'];
let authenticate: Authenticator;

beforeAll(async () => {
  trusted = await makeTrustedIssuer();
  ({ key, claims } = trusted);
  authenticate = createAuthenticator([trusted.entry]);
});

async function refusalOf(authorization: string | null): Promise<Unauthenticated> {
  const outcome = await authenticate(authorization).catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(Unauthenticated);
  return outcome as Unauthenticated;
}

describe('a good token', () => {
  it('tells who calls, for which tenants, in which roles', async () => {
    await expect(authenticate(`Bearer ${await sign(key, claims())}`)).resolves.toEqual({
      subject: 'idp:ada',
      names: ['ada'],
      issuer: 'https://idp.example',
      tenants: ['t1', 't10'],
      roles: ['commits.read', 'reviews.write'],
    });
  });

  it.each(['Bearer', 'bearer', 'BEARER'])('is taken after the scheme written %s', async (scheme) => {
    await expect(authenticate(`${scheme} ${await sign(key, claims())}`)).resolves.toBeDefined();
  });

  it.each([
    ['one of whose audiences is ours', () => sign(key, claims({ aud: ['https://other.example', audience] }))],
    ['that expired 55 s ago', () => sign(key, claims({ exp: inSeconds(-55) }))],
    ['that becomes valid in 55 s', () => sign(key, claims({ nbf: inSeconds(55) }))],
  ])('is taken when it is one %s', async (_, make) => {
    await expect(authenticate(`Bearer ${await make()}`)).resolves.toMatchObject({ subject: 'idp:ada' });
  });
});

describe('a refusal', () => {
  it.each(refusedTokens)('meets a token %s, with the reason %s', async (_, reason, make) => {
    const refusal = await refusalOf(`Bearer ${await make(trusted)}`);
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
      { ...trusted.entry, id: 'readers', audience: 'api://read', roles: { grant: ['commits.read'] } },
      { ...trusted.entry, id: 'writers', audience: 'api://write', roles: { grant: ['commits.write'] } },
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
  const lenient = createAuthenticator([trusted.entry], { clockSkewSeconds: 3600 });
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
