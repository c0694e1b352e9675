import { Problem } from '../errors';
import type { Role } from '../issuers';

/** A caller whose token was checked. */
export interface Principal {
  /** Who is recorded as the actor of a change: `<id of the issuer in AUTH_ISSUERS>:<subject claim>`. */
  readonly subject: string;
  /** The names that the token gives its bearer: addresses and accounts, in lower case. To compare, never to record. */
  readonly names: readonly string[];
  /** The `iss` claim. */
  readonly issuer: string;
  /** The tenants that the token is good for; there is no wildcard. */
  readonly tenants: readonly string[];
  readonly roles: readonly Role[];
}

/**
 * Lets the caller pass if the token names this very tenant and this very role.
 * What is refused depends on the token alone, so the answer tells nothing about which tenants exist.
 * @throws Problem `forbidden`, with the challenge of RFC 6750 section 3.1
 */
export function requireRole(principal: Principal, tenantId: string, role: Role): void {
  if (principal.tenants.includes(tenantId) && principal.roles.includes(role)) return;
  throw new Problem('forbidden', {
    detail: `The token does not carry the role ${role} for this tenant.`,
    headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${role}"` },
  });
}
