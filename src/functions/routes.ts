import type { Role } from '../lib/auth';

/** Who may call a route: a bearer token with this role for the tenant, GitHub by its signature, or everybody. */
export type Access = Role | 'webhook-signature' | 'everybody';

/** What the host is told of an HTTP function, and who may call it. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT';
  /** Below the prefix `/api`. */
  route: string;
  access: Access;
}

/**
 * Every HTTP function by its name; what it takes and answers is in `contract/contracts.ts`. The host matches routes in the
 * alphabetical order of these names and not by how specific they are, so no two of them may match one path.
 */
export const routes = {
  auditHead: { method: 'GET', route: 'v1/tenants/{tenantId}/audit/head', access: 'audit.read' },
  coverage: { method: 'GET', route: 'v1/tenants/{tenantId}/coverage', access: 'commits.read' },
  dashboard: { method: 'GET', route: 'dashboard', access: 'everybody' },
  docs: { method: 'GET', route: 'docs', access: 'everybody' },
  exportAudit: { method: 'GET', route: 'v1/tenants/{tenantId}/audit/export', access: 'audit.read' },
  getCommit: { method: 'GET', route: 'v1/tenants/{tenantId}/commits/{commitHash}', access: 'commits.read' },
  getDigest: { method: 'GET', route: 'v1/tenants/{tenantId}/digests/{date}', access: 'commits.read' },
  getSettings: { method: 'GET', route: 'v1/tenants/{tenantId}/settings', access: 'admin' },
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
  openapi: { method: 'GET', route: 'openapi.json', access: 'everybody' },
  putSettings: { method: 'PUT', route: 'v1/tenants/{tenantId}/settings', access: 'admin' },
  queryAudit: { method: 'GET', route: 'v1/tenants/{tenantId}/audit', access: 'audit.read' },
  queryCommits: { method: 'GET', route: 'v1/tenants/{tenantId}/commits', access: 'commits.read' },
  queryDeliveries: { method: 'GET', route: 'v1/tenants/{tenantId}/deliveries', access: 'admin' },
  queryDigests: { method: 'GET', route: 'v1/tenants/{tenantId}/digests', access: 'commits.read' },
  replayDelivery: {
    method: 'POST',
    route: 'v1/tenants/{tenantId}/deliveries/{deliveryId}/replay',
    access: 'admin',
  },
  rescoreCommits: { method: 'POST', route: 'v1/tenants/{tenantId}/rescore', access: 'admin' },
  reviewCommit: {
    method: 'PUT',
    route: 'v1/tenants/{tenantId}/commits/{commitHash}/review',
    access: 'reviews.write',
  },
  stats: { method: 'GET', route: 'v1/tenants/{tenantId}/stats', access: 'commits.read' },
  verifyAudit: { method: 'GET', route: 'v1/tenants/{tenantId}/audit/verify', access: 'audit.read' },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;
