import { createAuthenticator } from '../../../src/lib/auth';
import { Issuer } from '../../../src/lib/config';
import { inSeconds, KeyServer, makeSigningKey, type SigningKey, sign } from './identityProvider';

let key: SigningKey;
let server: KeyServer;

beforeAll(async () => {
  key = await makeSigningKey('key-1', 'RS256');
});
beforeEach(async () => {
  server = new KeyServer([key]);
  await server.start();
});
afterEach(() => server.stop());

/** A checker of tokens by one entry, and a signer of tokens with given claims. */
function withEntry(entry: Record<string, unknown>, good: Record<string, unknown>) {
  const authenticate = createAuthenticator([Issuer.parse(entry)]);
  return async (changes: Record<string, unknown> = {}) =>
    authenticate(`Bearer ${await sign(key, { exp: inSeconds(300), ...good, ...changes })}`);
}

describe('the GitHub Actions preset', () => {
  /** The claims of a run, as GitHub documents them. https://docs.github.com/actions/reference/security/oidc */
  const run = () => ({
    jti: 'a5a3ff8c-3f7b-4bd9-a1c4-5b0e2a6d7c11',
    iss: server.origin,
    aud: 'https://gitops.clinic.example',
    sub: 'repo:clinic/records:ref:refs/heads/main',
    nbf: inSeconds(-10),
    iat: inSeconds(-10),
    ref: 'refs/heads/main',
    repository: 'clinic/records',
    repository_id: '74',
    repository_owner: 'clinic',
    repository_owner_id: '65',
    event_name: 'push',
    environment: 'production',
    runner_environment: 'github-hosted',
  });
  const entry = () => ({
    preset: 'github-actions',
    audience: 'https://gitops.clinic.example',
    owners: { 65: 'clinic', 66: ['north', 'south'] },
    issuer: server.origin,
  });

  it('lets a run write commits of the tenant of its owner, and nothing else', async () => {
    await expect(withEntry(entry(), run())()).resolves.toEqual({
      subject: 'github-actions:repo:clinic/records:ref:refs/heads/main',
      names: ['repo:clinic/records:ref:refs/heads/main'],
      issuer: server.origin,
      tenants: ['clinic'],
      roles: ['commits.write'],
    });
  });

  it('lets an owner have several tenants', async () => {
    await expect(withEntry(entry(), run())({ repository_owner_id: '66' })).resolves.toMatchObject({
      tenants: ['north', 'south'],
    });
  });

  it.each([
    ['an owner that is not listed', { repository_owner_id: '650' }],
    [
      'the name of a listed owner under another id',
      { repository_owner: 'clinic', repository_owner_id: '99' },
    ],
    [
      'tenants and roles written into the token',
      { repository_owner_id: '99', tenants: ['clinic'], roles: ['admin'] },
    ],
    ['an owner called like a property of every object', { repository_owner_id: 'constructor' }],
  ])('gives no tenant to %s', async (_, changes) => {
    await expect(withEntry(entry(), run())(changes)).resolves.toMatchObject({
      tenants: [],
      roles: ['commits.write'],
    });
  });

  it("refuses the audience that GitHub gives by itself, the owner's address", async () => {
    await expect(withEntry(entry(), run())({ aud: 'https://github.com/clinic' })).rejects.toMatchObject({
      reason: 'wrong-audience',
    });
  });

  it.each([
    [{ repository_id: '74', environment: 'production' }, {}, true],
    [{ repository_id: ['73', '74'] }, {}, true],
    [{ repository_id: '74' }, { repository_id: '740' }, false],
    [{ environment: 'production' }, { environment: undefined }, false],
    [{ environment: 'production' }, { environment: 'not production' }, false],
  ])('with require %j and a run with %j', async (required, changes, passes) => {
    const outcome = withEntry({ ...entry(), require: required }, run())(changes);
    if (passes) await expect(outcome).resolves.toMatchObject({ tenants: ['clinic'] });
    else await expect(outcome).rejects.toMatchObject({ reason: 'wrong-claim' });
  });

  it('asks GitHub itself unless told otherwise', () => {
    const { issuer, ...defaults } = entry();
    expect(Issuer.parse(defaults)).toMatchObject({ issuer: 'https://token.actions.githubusercontent.com' });
    expect(issuer).toBe(server.origin);
  });
});

describe('the Entra ID preset', () => {
  const directory = '11111111-2222-3333-4444-555555555555';
  const other = '99999999-2222-3333-4444-555555555555';
  const api = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee';
  /** Claims of a version 2.0 access token. https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference */
  const user = () => ({
    aud: api,
    iss: `${server.origin}/${directory}/v2.0`,
    tid: directory,
    oid: '00000000-0000-0000-66f3-3332eca7ea81',
    sub: 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ',
    preferred_username: 'ada@clinic.example',
    roles: ['commits.read', 'reviews.write'],
    ver: '2.0',
  });
  const entry = () => ({
    preset: 'entra',
    audience: api,
    directories: { [directory.toUpperCase()]: 'clinic', [other]: 'lab' },
    authority: server.origin,
  });

  it('gives a user the app roles of the directory, and records the object id and no address', async () => {
    await expect(withEntry(entry(), user())()).resolves.toEqual({
      subject: 'entra:00000000-0000-0000-66f3-3332eca7ea81',
      names: ['00000000-0000-0000-66f3-3332eca7ea81', 'ada@clinic.example'],
      issuer: `${server.origin}/${directory}/v2.0`,
      tenants: ['clinic'],
      roles: ['commits.read', 'reviews.write'],
    });
  });

  it('gives nothing but being known to a user without app roles', async () => {
    await expect(withEntry(entry(), user())({ roles: undefined })).resolves.toMatchObject({ roles: [] });
  });

  it('keeps two directories apart, whatever their tokens claim', async () => {
    const call = withEntry(entry(), user());
    await expect(call({ iss: `${server.origin}/${other}/v2.0`, tid: other })).resolves.toMatchObject({
      tenants: ['lab'],
    });
    await expect(call({ tid: other })).resolves.toMatchObject({ tenants: [] });
  });

  it.each([
    [
      'a directory that is not listed',
      { iss: `https://login.microsoftonline.com/${directory}/v2.0` },
      'unknown-issuer',
    ],
    ['version 1.0', { iss: `https://sts.windows.net/${directory}/` }, 'unknown-issuer'],
    ['another application', { aud: '00000003-0000-0000-c000-000000000000' }, 'wrong-audience'],
    ['no object id', { oid: undefined }, 'wrong-claim'],
  ])('refuses a token of %s', async (_, changes, reason) => {
    await expect(withEntry(entry(), user())(changes)).rejects.toMatchObject({ reason });
  });

  it('translates app roles that bear other names', async () => {
    const roles = { Auditor: ['commits.read', 'audit.read'] };
    await expect(
      withEntry({ ...entry(), roles }, user())({ roles: ['Auditor', 'admin'] }),
    ).resolves.toMatchObject({ roles: ['commits.read', 'audit.read'] });
  });
});
