import type { EntraIssuer, GitHubActionsIssuer, Issuer, TokenIssuer } from '../config';

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
