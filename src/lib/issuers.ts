import * as z from 'zod';

/** What a caller may be allowed to do; each route asks for exactly one. None implies another. */
export const Role = z.enum(['commits.write', 'commits.read', 'reviews.write', 'audit.read', 'admin']);
export type Role = z.infer<typeof Role>;

/** The rule of `TenantId`, which a leaf cannot import; a test keeps the two equal. */
const tenantId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, 'must be a tenant id');
const tenantIds = z.union([tenantId, z.array(tenantId).min(1)], {
  error: 'must be a tenant id or a list of tenant ids',
});
const textList = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
  error: 'must be a text or a list of texts',
});
/** Marks who vouches for an actor in the audit log: `<id>:<subject>`. */
const issuerId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be 1 to 32 of a-z, 0-9 and "-"');

/** Keys over plain http could be swapped on the way, so http is for this machine only. */
const secureUrl = z
  .url({ protocol: /^https?$/ })
  .refine((url) => /^https:|^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|\/|$)/i.test(url), {
    message: 'must be https (http only to localhost)',
  });

/** Public, asymmetric keys. A private or shared key here would be a secret in a setting meant for everybody. */
const publicKeys = z.object({
  keys: z
    .array(
      z
        .record(z.string(), z.unknown())
        .refine((key) => key.kty !== 'oct' && key.d === undefined, { message: 'must be a public key' }),
    )
    .min(1),
});

/** One claim by name, or the path to a claim within claims: `["realm_access", "roles"]`. */
const claim = textList;
const separator = z.string().min(1).max(3).optional();

/**
 * One trusted issuer of bearer tokens, written out. Either `jwksUri` (fetched and cached) or `jwks` (keys written out).
 * A claim's value may be a text, a whole number or a list of them. With a `separator` a text is a list too, parted by it
 * (a space for OAuth's `scope`); never by itself, since names that anybody may choose can hold spaces.
 * - `tenants`: the claim that says for which tenants a token is good; `map` turns its values (an owner's id, a group's
 *   id) into tenant ids, and drops the values it does not know. Without a map the value is the tenant id.
 * - `roles`: alike; `grant` gives roles to every token of this issuer.
 * - `subject`: the claim recorded as the actor of a change, default `sub`.
 * - `require`: claims that must be present with one of the given values.
 */
const TokenIssuer = z
  .strictObject({
    preset: z.undefined().optional(),
    id: issuerId,
    issuer: z.string().min(1),
    audience: textList,
    jwksUri: secureUrl.optional(),
    jwks: publicKeys.optional(),
    algorithms: z
      .array(
        z.enum(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']),
      )
      .min(1)
      .default(['RS256', 'ES256']),
    tenants: z.strictObject({ claim, separator, map: z.record(z.string(), tenantIds).optional() }),
    roles: z
      .strictObject({
        claim: claim.optional(),
        separator,
        map: z.record(z.string(), z.array(Role)).optional(),
        grant: z.array(Role).optional(),
      })
      .refine((roles) => roles.claim !== undefined || roles.grant !== undefined, {
        message: 'needs claim or grant',
      }),
    subject: z.strictObject({ claim }).default({ claim: 'sub' }),
    require: z.record(z.string().min(1), textList).optional(),
  })
  .refine((issuer) => (issuer.jwksUri === undefined) !== (issuer.jwks === undefined), {
    message: 'needs either jwksUri or jwks',
  });
export type TokenIssuer = z.infer<typeof TokenIssuer>;

/**
 * Microsoft Entra ID: `directories` maps the id of a directory (`tid`) to our tenants, `audience` is the application
 * id of the API's registration, and its app roles bear the names of our roles unless `roles` translates them.
 */
const EntraIssuer = z.strictObject({
  preset: z.literal('entra'),
  id: issuerId.default('entra'),
  audience: textList,
  directories: z.record(z.guid('must be the id of a directory'), tenantIds),
  roles: z.record(z.string(), z.array(Role)).optional(),
  /** Another cloud than the public one: `https://login.microsoftonline.us`. */
  authority: secureUrl.default('https://login.microsoftonline.com'),
});
type EntraIssuer = z.infer<typeof EntraIssuer>;

/**
 * GitHub Actions: `owners` maps a `repository_owner_id` to our tenants. Ids, since a name that was given up can be
 * registered by somebody else. `issuer` is for GitHub Enterprise; `require` narrows further, by `repository_id`
 * or `environment` for instance.
 */
const GitHubActionsIssuer = z.strictObject({
  preset: z.literal('github-actions'),
  id: issuerId.default('github-actions'),
  audience: textList,
  owners: z.record(z.string().regex(/^\d+$/, 'must be a repository_owner_id'), tenantIds),
  issuer: secureUrl.default('https://token.actions.githubusercontent.com'),
  require: z.record(z.string().min(1), textList).optional(),
});
type GitHubActionsIssuer = z.infer<typeof GitHubActionsIssuer>;

/** One entry of AUTH_ISSUERS: an issuer written out, or a preset that stands for one. */
export const Issuer = z.discriminatedUnion('preset', [EntraIssuer, GitHubActionsIssuer, TokenIssuer], {
  error: 'must be an issuer, or a preset: entra, github-actions',
});
export type Issuer = z.infer<typeof Issuer>;

/**
 * Microsoft Entra ID, tokens of version 2.0 (the API's registration sets `requestedAccessTokenVersion` to 2).
 * The actor is the object id, which stays when a person is renamed and is the same for every application; `sub` is not.
 * https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
function fromEntra(preset: EntraIssuer): TokenIssuer[] {
  const authority = preset.authority.replace(/\/+$/, '');
  return Object.entries(preset.directories).map(([directory, tenants]) => {
    const tid = directory.toLowerCase();
    return {
      id: preset.id,
      issuer: `${authority}/${tid}/v2.0`,
      audience: preset.audience,
      jwksUri: `${authority}/${tid}/discovery/v2.0/keys`,
      algorithms: ['RS256'],
      tenants: { claim: 'tid', map: { [tid]: tenants } },
      roles: { claim: 'roles', map: preset.roles },
      subject: { claim: 'oid' },
    };
  });
}

/**
 * GitHub Actions OpenID Connect: a workflow run may write commits of the tenants of its repository's owner, nothing else.
 * https://docs.github.com/actions/reference/security/oidc
 */
function fromGitHubActions(preset: GitHubActionsIssuer): TokenIssuer {
  const issuer = preset.issuer.replace(/\/+$/, '');
  return {
    id: preset.id,
    issuer,
    audience: preset.audience,
    jwksUri: `${issuer}/.well-known/jwks`,
    algorithms: ['RS256'],
    tenants: { claim: 'repository_owner_id', map: preset.owners },
    roles: { grant: ['commits.write'] },
    subject: { claim: 'sub' },
    require: preset.require,
  };
}

/** What an entry of AUTH_ISSUERS stands for, written out. */
export function expandIssuer(issuer: Issuer): TokenIssuer[] {
  if (issuer.preset === 'entra') return fromEntra(issuer);
  if (issuer.preset === 'github-actions') return [fromGitHubActions(issuer)];
  return [issuer];
}

/** `issuer audience` pairs that two entries claim: the second could never be reached. */
function claimedTwice(issuers: Issuer[]): string[] {
  const pairs = issuers
    .flatMap(expandIssuer)
    .flatMap(({ issuer, audience }) => [audience].flat().map((one) => JSON.stringify([issuer, one])));
  return pairs.filter((pair, index) => pairs.indexOf(pair) !== index);
}

/** The value of AUTH_ISSUERS. */
export const Issuers = z
  .array(Issuer)
  .min(1)
  .refine((issuers) => new Set(issuers.map(({ id }) => id)).size === issuers.length, {
    message: 'must each have an id of their own',
  })
  .refine((issuers) => claimedTwice(issuers).length === 0, {
    message: 'must not share both issuer and audience',
  });
