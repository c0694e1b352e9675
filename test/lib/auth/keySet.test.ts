import { createAuthenticator, type KeySetOptions } from '../../../src/lib/auth';
import { Issuer } from '../../../src/lib/config';
import {
  audience,
  type Behaviour,
  inSeconds,
  KeyServer,
  makeSigningKey,
  type SigningKey,
  sign,
} from './identityProvider';

const issuerUrl = 'https://idp.example';
let first: SigningKey;
let second: SigningKey;
let server: KeyServer;

beforeAll(async () => {
  first = await makeSigningKey('key-1');
  second = await makeSigningKey('key-2');
});
beforeEach(async () => {
  server = new KeyServer([first]);
  await server.start();
});
afterEach(() => server.stop());

/** An authenticator with keys of its own, called with a good token signed by a key. */
function caller(options: KeySetOptions = {}): (key: SigningKey, kid?: string) => Promise<unknown> {
  const entry = Issuer.parse({
    id: 'idp',
    issuer: issuerUrl,
    audience,
    jwksUri: server.url,
    tenants: { claim: 'tenants' },
    roles: { grant: ['commits.read'] },
  });
  const authenticate = createAuthenticator([entry], options);
  return async (key, kid = key.kid) => {
    const claims = { iss: issuerUrl, aud: audience, sub: 'ada', exp: inSeconds(300), tenants: ['t1'] };
    return authenticate(`Bearer ${await sign(key, claims, { kid })}`);
  };
}

const accepted = { subject: 'idp:ada' };
const unavailable = { code: 'issuer-unavailable', status: 503 };
const failures: Behaviour[] = ['throttle', 'fault', 'garbage', 'redirect', 'silence'];

it('fetches the keys once for many requests', async () => {
  const call = caller();
  await Promise.all(Array.from({ length: 20 }, () => call(first)));
  await call(first);
  expect(server.requests).toBe(1);
});

it('takes a token signed with a new key as soon as the issuer publishes it', async () => {
  const call = caller();
  await expect(call(first)).resolves.toMatchObject(accepted);
  server.keys = [second];
  await expect(call(second)).resolves.toMatchObject(accepted);
  await expect(call(first)).rejects.toMatchObject({ reason: 'unknown-key' });
});

it('fetches once for many forged kids, not once for each', async () => {
  const call = caller();
  await call(first);
  for (let forged = 0; forged < 20; forged += 1) {
    await expect(call(second, `forged-${forged}`)).rejects.toMatchObject({ reason: 'unknown-key' });
  }
  expect(server.requests).toBe(2);
});

it('lets a request with a new key wait for the fetch that another one began', async () => {
  const call = caller();
  await call(first);
  server.keys = [first, second];
  await expect(Promise.all(Array.from({ length: 10 }, () => call(second)))).resolves.toHaveLength(10);
  expect(server.requests).toBe(2);
});

it('forgets a key that the issuer withdrew once its keys are old', async () => {
  const call = caller({ keysMaxAgeMs: 0 });
  await call(first);
  server.keys = [second];
  await expect(call(first)).rejects.toMatchObject({ reason: 'unknown-key' });
});

describe('while the issuer is in trouble', () => {
  it.each(failures)('goes on with the last good keys (%s)', async (behaviour) => {
    const call = caller({ keysMaxAgeMs: 0, fetchTimeoutMs: 100 });
    await call(first);
    server.behaviour = behaviour;
    for (let request = 0; request < 5; request += 1) {
      await expect(call(first)).resolves.toMatchObject(accepted);
    }
    expect(server.requests).toBe(2);
  });

  it('goes on with the last good keys (down), and takes new ones when it is back', async () => {
    const call = caller({ keysMaxAgeMs: 0, cooldownMs: 0 });
    await call(first);
    await server.stop();
    await expect(call(first)).resolves.toMatchObject(accepted);
    server.keys = [second];
    await server.start();
    await expect(call(second)).resolves.toMatchObject(accepted);
  });

  it.each(failures)('answers 503 and when to come back if it has no keys yet (%s)', async (behaviour) => {
    server.behaviour = behaviour;
    const call = caller({ fetchTimeoutMs: 100 });
    await expect(call(first)).rejects.toMatchObject({ ...unavailable, headers: { 'retry-after': '1' } });
    await expect(call(first)).rejects.toMatchObject(unavailable);
    expect(server.requests).toBe(1);
  });

  it('recovers from a start without keys', async () => {
    await server.stop();
    const call = caller({ retryMs: 0 });
    await expect(call(first)).rejects.toMatchObject(unavailable);
    await server.start();
    await expect(call(first)).resolves.toMatchObject(accepted);
  });

  it('answers 503, not 401, to a kid that it cannot look up', async () => {
    const call = caller();
    await call(first);
    await server.stop();
    await expect(call(second)).rejects.toMatchObject({ ...unavailable, headers: { 'retry-after': '30' } });
  });

  it('holds up one request at most, while the others go on with the old keys', async () => {
    const call = caller({ keysMaxAgeMs: 0, fetchTimeoutMs: 1_000 });
    await call(first);
    server.behaviour = 'silence';
    let heldUp = true;
    const slow = call(first).finally(() => {
      heldUp = false;
    });
    await server.requested(2);
    await expect(call(first)).resolves.toMatchObject(accepted);
    expect(heldUp).toBe(true);
    await expect(slow).resolves.toMatchObject(accepted);
  });

  it('asks it once in a cooldown, however many forged kids come in', async () => {
    const call = caller();
    await call(first);
    server.behaviour = 'fault';
    await Promise.allSettled(Array.from({ length: 20 }, (_, forged) => call(second, `forged-${forged}`)));
    await expect(call(first)).resolves.toMatchObject(accepted);
    expect(server.requests).toBe(2);
  });
});
