import { createPrivateKey } from 'node:crypto';
import { connect } from 'node:net';
import { SignJWT } from 'jose';
import type { Config } from '../../src/lib/config';
import { expandIssuer, type Issuer } from '../../src/lib/issuers';
import { type Finding, ok, skipped, warning, wrong } from './finding';

const timeoutMs = 10_000;

/** Can the keys of each issuer be had, and is there one? */
export async function checkIssuers(issuers: readonly Issuer[]): Promise<Finding[]> {
  return Promise.all(
    issuers.flatMap(expandIssuer).map(async ({ id, jwksUri, jwks }): Promise<Finding> => {
      const check = `issuer ${id}`;
      if (jwksUri === undefined) return ok(check, `${jwks?.keys.length ?? 0} keys, written out`);
      try {
        const answer = await fetch(jwksUri, { signal: AbortSignal.timeout(timeoutMs) });
        const { keys } = (await answer.json()) as { keys?: unknown[] };
        if (answer.ok && Array.isArray(keys) && keys.length > 0)
          return ok(check, `${keys.length} keys at ${jwksUri}`);
        return noKeys(check, jwksUri, `answers ${answer.status} without keys`);
      } catch (error) {
        return noKeys(check, jwksUri, reasonOf(error));
      }
    }),
  );
}

function noKeys(check: string, jwksUri: string, reason: string): Finding {
  return wrong(
    check,
    `${jwksUri}: ${reason}`,
    'Every token of this issuer is refused.',
    'Check jwksUri in AUTH_ISSUERS, and that the app may reach that host.',
  );
}

/** May the app ask GitHub, and how much of the quota is left? A GitHub App: where is it installed? */
export async function checkGitHub({ credentials, apiUrl }: Config['gitHub']): Promise<Finding> {
  if (credentials === undefined)
    return skipped('github', 'neither GITHUB_TOKEN nor GITHUB_APP_ID is set: gaps are shown and not filled');
  const isApp = credentials.kind === 'app';
  const bearer = isApp ? await appToken(credentials.appId, credentials.privateKey) : credentials.token;
  try {
    // https://docs.github.com/rest/rate-limit/rate-limit, https://docs.github.com/rest/apps/apps
    const answer = await fetch(`${apiUrl}${isApp ? '/app' : '/rate_limit'}`, {
      headers: { authorization: `Bearer ${bearer}`, accept: 'application/vnd.github+json' },
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (answer.ok) {
      const { rate, slug, installations_count } = (await answer.json()) as {
        rate?: { remaining: number; limit: number };
        slug?: string;
        installations_count?: number;
      };
      return isApp
        ? ok('github', `app ${slug ?? '?'} is good; installed ${installations_count ?? '?'} times`)
        : ok(
            'github',
            `token is good; ${rate?.remaining ?? '?'} of ${rate?.limit ?? '?'} requests left this hour`,
          );
    }
    return wrong(
      'github',
      `GitHub answers ${answer.status}`,
      'Missed pushes cannot be filled in, and line counts stay unknown.',
      isApp
        ? 'Check GITHUB_APP_ID, and make a new private key on the page of the app for GITHUB_APP_PRIVATE_KEY.'
        : 'Make a new token that may read contents and metadata, and set GITHUB_TOKEN.',
    );
  } catch (error) {
    return warning(
      'github',
      `${apiUrl} cannot be reached: ${reasonOf(error)}`,
      'Missed pushes cannot be filled in from here.',
      'Check the network; behind a proxy allow api.github.com.',
    );
  }
}

/** https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app */
function appToken(appId: string, privateKey: string): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT()
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuer(appId)
    .setIssuedAt(now - 60)
    .setExpirationTime(now + 300)
    .sign(createPrivateKey(privateKey));
}

/** Is the storage there that the Functions host keeps its timers and keys in? */
export async function checkStorage(environment: Record<string, string | undefined>): Promise<Finding> {
  const account = environment.AzureWebJobsStorage;
  const blobs = environment.AzureWebJobsStorage__blobServiceUri;
  const name = environment.AzureWebJobsStorage__accountName;
  if (account === 'UseDevelopmentStorage=true') return checkAzurite();
  if (blobs === undefined && name === undefined) {
    if (account !== undefined) {
      return warning(
        'storage',
        'AzureWebJobsStorage holds a connection string',
        'A key in a setting can leak; an identity cannot.',
        'Set AzureWebJobsStorage__accountName instead, and give the identity Storage Blob Data Owner.',
      );
    }
    return skipped('storage', 'AzureWebJobsStorage is not set (the local stack needs none)');
  }
  const url = blobs ?? `https://${name}.blob.core.windows.net`;
  try {
    await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    return ok('storage', `${url} answers`);
  } catch (error) {
    return wrong(
      'storage',
      `${url}: ${reasonOf(error)}`,
      'The digest timer does not run.',
      'Check AzureWebJobsStorage__accountName, DNS and firewall.',
    );
  }
}

async function checkAzurite(): Promise<Finding> {
  const isThere = await new Promise<boolean>((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: 10_000, timeout: 2_000 });
    const answer = (there: boolean): void => {
      socket.destroy();
      resolve(there);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
    socket.once('timeout', () => answer(false));
  });
  if (isThere) return ok('storage', 'Azurite answers');
  return wrong(
    'storage',
    'Azurite does not answer on 127.0.0.1:10000',
    'func start waits for it, and the digest timer does not run.',
    'npm run func starts it; the local stack (npm start) needs none.',
  );
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message ? error.cause.message : error.message;
}
