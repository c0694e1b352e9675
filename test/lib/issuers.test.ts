import fc from 'fast-check';
import { TenantId } from '../../src/lib/commit';
import { InvalidConfig, Issuer, parseConfig, Role } from '../../src/lib/config';
import { Issuers } from '../../src/lib/issuers';

const issuerUrl = 'https://idp.example';
const audience = 'api://gitops';

describe('an entry of AUTH_ISSUERS', () => {
  const good = {
    id: 'idp',
    issuer: issuerUrl,
    audience,
    jwksUri: 'https://idp.example/jwks',
    tenants: { claim: 'tenants' },
    roles: { claim: 'roles' },
  };
  const jwk = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' };
  const { jwksUri, ...withoutKeys } = good;

  it('is taken when it is whole', () => {
    expect(Issuer.parse(good)).toMatchObject({ algorithms: ['RS256', 'ES256'], subject: { claim: 'sub' } });
    expect(Issuer.safeParse({ ...withoutKeys, jwks: { keys: [jwk] } }).success).toBe(true);
  });

  const wrong: [string, Record<string, unknown>, string][] = [
    ['has no keys', withoutKeys, ''],
    ['has keys twice', { ...good, jwks: { keys: [jwk] } }, ''],
    ['holds a private key', { ...withoutKeys, jwks: { keys: [{ ...jwk, d: 'd' }] } }, 'jwks.keys.0'],
    ['holds a shared key', { ...withoutKeys, jwks: { keys: [{ kty: 'oct', k: 'k' }] } }, 'jwks.keys.0'],
    ['holds an empty set of keys', { ...withoutKeys, jwks: { keys: [] } }, 'jwks.keys'],
    ['fetches keys over plain http', { ...good, jwksUri: 'http://idp.example/jwks' }, 'jwksUri'],
    [
      'fetches keys from a name that begins like localhost',
      { ...good, jwksUri: 'http://localhost.evil.example/' },
      'jwksUri',
    ],
    ['allows a shared key', { ...good, algorithms: ['HS256'] }, 'algorithms.0'],
    ['allows no signature', { ...good, algorithms: ['none'] }, 'algorithms.0'],
    ['allows no algorithm at all', { ...good, algorithms: [] }, 'algorithms'],
    ['has no audience', { ...good, audience: [] }, 'audience'],
    ['maps to a wildcard', { ...good, tenants: { claim: 'x', map: { a: '*' } } }, 'tenants.map.a'],
    ['grants a role that there is not', { ...good, roles: { grant: ['root'] } }, 'roles.grant.0'],
    ['says nothing of roles', { ...good, roles: {} }, 'roles'],
    ['has a name that the audit log could not part', { ...good, id: 'a:b' }, 'id'],
    ['misspells a key', { ...good, audiences: audience }, ''],
    ['names a preset that there is not', { preset: 'gitlab' }, 'preset'],
    [
      'binds GitHub to a name',
      { preset: 'github-actions', audience, owners: { clinic: 't1' } },
      'owners.clinic',
    ],
    [
      'binds Entra to a domain',
      { preset: 'entra', audience, directories: { 'clinic.example': 't1' } },
      'directories.clinic.example',
    ],
  ];
  it.each(wrong)('is refused when it %s', (_, entry, path) => {
    const { error } = Issuer.safeParse(entry);
    expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });

  it('takes the tenant ids that the rest of the app takes, and no others', () => {
    const name = fc.oneof(fc.string(), fc.stringMatching(/^[\w-]{1,70}$/));
    fc.assert(
      fc.property(name, (tenant) => {
        const { success } = Issuer.safeParse({ ...good, tenants: { claim: 'x', map: { a: tenant } } });
        expect(success).toBe(TenantId.safeParse(tenant).success);
      }),
    );
  });

  it('knows every role of the routes', () => {
    expect(Role.options).toEqual(['commits.write', 'commits.read', 'reviews.write', 'audit.read', 'admin']);
  });
});

describe('the list of AUTH_ISSUERS', () => {
  const entry = {
    id: 'idp',
    issuer: 'https://token.actions.githubusercontent.com',
    audience,
    jwksUri: 'https://idp.example/jwks',
    tenants: { claim: 'tenants' },
    roles: { claim: 'roles' },
  };
  const preset = { preset: 'github-actions', audience: ['api://other', audience], owners: { 65: 't1' } };

  it.each([
    ['is empty', []],
    ['has two entries of one id', [entry, { ...entry, audience: 'api://other' }]],
    ['has two entries for the same tokens', [entry, { ...entry, id: 'again' }]],
    ['has an entry for the tokens of a preset', [entry, preset]],
  ])('is refused when it %s', (_, issuers) => {
    expect(Issuers.safeParse(issuers).success).toBe(false);
  });

  it('may hold two entries of one issuer for two audiences', () => {
    const issuers = [entry, { ...preset, audience: 'api://ci' }];
    expect(Issuers.safeParse(issuers).success).toBe(true);
  });

  it('names the wrong places of the setting, and no values', () => {
    const AUTH_ISSUERS = JSON.stringify([{ ...entry, audience: [], jwksUri: 'http://planted.example/' }]);
    const attempt = () => parseConfig({ AUTH_ISSUERS });
    expect(attempt).toThrow(InvalidConfig);
    expect(attempt).toThrow(/AUTH_ISSUERS\.0\.audience .*AUTH_ISSUERS\.0\.jwksUri must be https/);
    expect(attempt).not.toThrow(/planted/);
  });
});
