// The token stays in this tab: sessionStorage is not shared, and is gone with the tab.
const key = 'gitops-healthcare-token';

/** The token from the fragment (which never reaches a server) or from before a reload; the fragment is cleared. */
export function takeToken(): string {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const given = fragment.get('token');
  if (given !== null) {
    keepToken(given);
    history.replaceState(null, '', location.pathname + location.search);
  }
  return sessionStorage.getItem(key) ?? '';
}

export function keepToken(token: string): void {
  if (token === '') sessionStorage.removeItem(key);
  else sessionStorage.setItem(key, token.trim().replace(/^Bearer\s+/i, ''));
}

interface Claims {
  tenants?: unknown;
  exp?: number;
  sub?: string;
}

/** What a token says of itself; only for convenience, the service alone decides. */
export function claimsOf(token: string): Claims {
  try {
    const part = token.split('.')[1] ?? '';
    const bytes = Uint8Array.from(atob(part.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) as Claims;
  } catch {
    return {};
  }
}

/** The tenant that a token is for, where it names just one. */
export function tenantOf(token: string): string {
  const { tenants } = claimsOf(token);
  return Array.isArray(tenants) && typeof tenants[0] === 'string' ? tenants[0] : '';
}
