import fc from 'fast-check';
import { createAuthenticator } from '../../../src/lib/auth';
import { TenantId } from '../../../src/lib/commit';
import { Issuer } from '../../../src/lib/config';
import { audience, inSeconds, makeSigningKey, type SigningKey, sign } from './identityProvider';

const issuerUrl = 'https://idp.example';
let key: SigningKey;
beforeAll(async () => {
  key = await makeSigningKey('key-1');
});

/** The tenants and roles that a token with these claims gets under these rules. */
async function granted(rules: Record<string, unknown>, claims: Record<string, unknown>) {
  const entry = Issuer.parse({
    id: 'idp',
    issuer: issuerUrl,
    audience,
    jwks: { keys: [key.publicJwk] },
    tenants: { claim: 'tenants' },
    roles: { claim: 'roles' },
    ...rules,
  });
  const token = await sign(key, {
    iss: issuerUrl,
    aud: audience,
    sub: 'ada',
    exp: inSeconds(300),
    ...claims,
  });
  const { tenants, roles, subject } = await createAuthenticator([entry])(`Bearer ${token}`);
  return { tenants, roles, subject };
}

describe('tenants', () => {
  const map = { 65: 'clinic', 'Group A': ['north', 'south'] };
  const cases: [string, Record<string, unknown>, unknown, string[]][] = [
    ['a text', {}, 't1', ['t1']],
    ['a list', {}, ['t1', 't10'], ['t1', 't10']],
    ['a list with a name twice', {}, ['t1', 't1'], ['t1']],
    ['a text of two, where a space separates', { separator: ' ' }, 't1  t2', ['t1', 't2']],
    ['a text of two, where nothing separates', {}, 't1 t2', []],
    ['a wildcard', {}, ['*'], []],
    ['names that are no tenant ids', {}, ['', '-t1', '../t1', 'a'.repeat(64), 'té'], []],
    ['something else than texts', {}, [null, true, { t1: 1 }, ['t1'], 1.5], []],
    ['an object', {}, { t1: true }, []],
    ['nothing', {}, undefined, []],
    ['ids that a map translates', { map }, ['65', 'Group A', 'unknown'], ['clinic', 'north', 'south']],
    ['a number that a map translates', { map }, 65, ['clinic']],
    ['a tenant id, past a map that does not know it', { map }, ['clinic'], []],
    ['a property of every object, past a map', { map }, ['constructor', '__proto__', 'toString'], []],
  ];
  it.each(cases)('are read from %s', async (_, rule, claim, tenants) => {
    await expect(
      granted({ tenants: { claim: 'tenants', ...rule } }, { tenants: claim }),
    ).resolves.toMatchObject({
      tenants,
    });
  });

  it('are always tenant ids, and always among the values of the claim', async () => {
    const value = fc.oneof(fc.string(), fc.stringMatching(/^[\w*-]{1,70}$/), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(fc.oneof(value, fc.array(value)), async (claim) => {
        const { tenants } = await granted({}, { tenants: claim });
        const isName = (each: unknown) => typeof each === 'string' || typeof each === 'number';
        const names = [claim].flat().filter(isName).map(String);
        for (const tenant of tenants) {
          expect(TenantId.parse(tenant)).toBe(tenant);
          expect(names).toContain(tenant);
        }
      }),
      // A value that cannot be turned into text is no name.
      { examples: [[['0', { toString: 0 }]]] },
    );
  });
});

describe('roles', () => {
  const cases: [string, Record<string, unknown>, Record<string, unknown>, string[]][] = [
    ['a list', { claim: 'roles' }, { roles: ['commits.read', 'admin'] }, ['commits.read', 'admin']],
    ['a scope', { claim: 'scope', separator: ' ' }, { scope: 'openid commits.read' }, ['commits.read']],
    [
      'a claim within a claim',
      { claim: ['realm_access', 'roles'] },
      { realm_access: { roles: ['admin'] } },
      ['admin'],
    ],
    [
      'a claim that is named with dots',
      { claim: 'a.b' },
      { 'a.b': 'admin', a: { b: 'commits.read' } },
      ['admin'],
    ],
    ['a path that leads nowhere', { claim: ['roles', 'length'] }, { roles: ['admin'] }, []],
    [
      'a map',
      { claim: 'roles', map: { Auditor: ['audit.read'] } },
      { roles: ['Auditor', 'admin'] },
      ['audit.read'],
    ],
    ['a grant', { grant: ['commits.write'] }, { roles: ['admin'] }, ['commits.write']],
    [
      'a grant and a claim',
      { grant: ['commits.write'], claim: 'roles' },
      { roles: 'admin' },
      ['commits.write', 'admin'],
    ],
    ['names that are no roles', { claim: 'roles' }, { roles: ['root', 'Admin', 'commits.*'] }, []],
  ];
  it.each(cases)('are read from %s', async (_, rule, claims, roles) => {
    await expect(granted({ roles: rule }, claims)).resolves.toMatchObject({ roles });
  });
});

it('names the actor by the id of the issuer and the claim that its entry chooses', async () => {
  await expect(granted({ subject: { claim: 'email' } }, { email: 'x' })).resolves.toMatchObject({
    subject: 'idp:x',
  });
});

it('takes no subject from what every object has', async () => {
  const rules = { subject: { claim: ['constructor', 'name'] } };
  await expect(granted(rules, {})).rejects.toMatchObject({ reason: 'wrong-claim' });
});
