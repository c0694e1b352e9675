import type { Role } from '../lib/auth';

/** Who may call a route: a bearer token with this role for the tenant, GitHub by its signature, or everybody. */
export type Access = Role | 'webhook-signature' | 'everybody';

interface Route {
  method: 'GET' | 'POST' | 'PUT';
  /** Below the prefix `/api`. */
  route: string;
  access: Access;
}

/**
 * Every HTTP function by its name. The host matches routes in the alphabetical order of these names and not by how specific
 * they are, so no two of them may match one path.
 */
export const routes = {
  auditHead: { method: 'GET', route: 'v1/tenants/{tenantId}/audit/head', access: 'audit.read' },
  getCommit: { method: 'GET', route: 'v1/tenants/{tenantId}/commits/{commitHash}', access: 'commits.read' },
  getDigest: { method: 'GET', route: 'v1/tenants/{tenantId}/digests/{date}', access: 'commits.read' },
  githubWebhook: {
    method: 'POST',
    route: 'v1/tenants/{tenantId}/webhooks/github',
    access: 'webhook-signature',
  },
  healthLive: { method: 'GET', route: 'health/live', access: 'everybody' },
  healthReady: { method: 'GET', route: 'health/ready', access: 'everybody' },
  highRiskCommits: {
    method: 'GET',
    route: 'v1/tenants/{tenantId}/high-risk-commits',
    access: 'commits.read',
  },
  ingestCommits: { method: 'POST', route: 'v1/tenants/{tenantId}/commits', access: 'commits.write' },
  queryAudit: { method: 'GET', route: 'v1/tenants/{tenantId}/audit', access: 'audit.read' },
  queryCommits: { method: 'GET', route: 'v1/tenants/{tenantId}/commits', access: 'commits.read' },
  queryDigests: { method: 'GET', route: 'v1/tenants/{tenantId}/digests', access: 'commits.read' },
  reviewCommit: {
    method: 'PUT',
    route: 'v1/tenants/{tenantId}/commits/{commitHash}/review',
    access: 'reviews.write',
  },
  verifyAudit: { method: 'GET', route: 'v1/tenants/{tenantId}/audit/verify', access: 'audit.read' },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;
