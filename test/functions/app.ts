import { readFileSync } from 'node:fs';
import { type Emulator, startEmulator } from '../../local/emulator';
import { createContainers } from '../../local/stack/database';
import { deriveWebhookSecret, Role, signWebhook } from '../../src/lib/auth';
import { refuseLeaks, storedTexts } from '../leaks';
import { sign } from '../lib/auth/identityProvider';
import { makeTrustedIssuer, type TrustedIssuer } from '../lib/auth/refusedTokens';
import { HostBench, type HostProcess } from '../local/host/hostProcess';

export const masterKey = 'a-master-key-of-at-least-32-characters';

/** The whole app behind the Functions host, on an emulator in this process, for any tenants. */
export interface App {
  emulator: Emulator;
  host: HostProcess;
  issuer: TrustedIssuer;
  /** A request below `/api`, by a caller with every role for these tenants. */
  call(tenants: string[], path: string, init?: RequestInit & { subject?: string }): Promise<Response>;
  /** A signed push. */
  push(tenantId: string, deliveryId: string, payload: unknown): Promise<Response>;
  close(): Promise<void>;
}

export async function openApp(): Promise<App> {
  const emulator = await startEmulator({ port: 0, memory: true });
  await createContainers(emulator, {
    database: 'gitops-healthcare',
    commitsContainer: 'commits',
    retentionDays: 2557,
  });
  const issuer = await makeTrustedIssuer();
  const bench = await HostBench.open();
  const app = await bench.buildApp({
    entry: '../../../../src/functions/index.ts',
    hostJson: JSON.parse(readFileSync('host.json', 'utf8')) as object,
  });
  const host = await bench.start(app, {
    COSMOS_ENDPOINT: emulator.endpoint,
    COSMOS_KEY: emulator.key,
    COSMOS_CONNECTION: `AccountEndpoint=${emulator.endpoint};AccountKey=${emulator.key};`,
    AUTH_ISSUERS: JSON.stringify([issuer.entry]),
    WEBHOOK_MASTER_KEY: masterKey,
  });
  return {
    emulator,
    host,
    issuer,
    call: async (tenants, path, { subject = 'ada', ...init } = {}) => {
      const token = await sign(
        issuer.key,
        issuer.claims({
          tenants,
          roles: Role.options,
          sub: subject,
          exp: Math.floor(Date.now() / 1000) + 300,
        }),
      );
      return fetch(`${host.url}/api/${path}`, {
        ...init,
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          ...(init.headers as Record<string, string>),
        },
      });
    },
    push: (tenantId, deliveryId, payload) => {
      const body = new TextEncoder().encode(JSON.stringify(payload));
      return fetch(`${host.url}/api/v1/tenants/${tenantId}/webhooks/github`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-github-event': 'push',
          'x-github-delivery': deliveryId,
          'x-hub-signature-256': signWebhook(body, deriveWebhookSecret(masterKey, tenantId)),
        },
        body,
      });
    },
    close: async () => {
      const stored = await storedTexts(emulator);
      await bench.close();
      await emulator.close();
      refuseLeaks('the log of the host', host.output(), stored);
    },
  };
}
