import { createDefaultHttpClient } from '@azure/core-rest-pipeline';
import { CosmosClient, type CosmosClientOptions } from '@azure/cosmos';
import type { Config } from '../config';
import { observedHttpClient } from './operation';
import { meteredHttpClient } from './usage';

export interface Patience {
  /** How long one request may take. GitHub hangs up after 10 s, so what waits longer waits for nobody. */
  requestTimeoutMs: number;
  /** How long one call may wait for throttling to pass before the caller is told to come back. */
  throttleWaitSecondsMax: number;
}

/**
 * The client of one account: by key where there is one (local stack), else by the identity of the process.
 * One a process: it keeps sessions, connections and the account's topology.
 */
export function createCosmosClient(
  cosmos: Config['cosmos'],
  { requestTimeoutMs, throttleWaitSecondsMax }: Patience = {
    requestTimeoutMs: 10_000,
    throttleWaitSecondsMax: 5,
  },
): CosmosClient {
  const options: CosmosClientOptions = {
    endpoint: cosmos.endpoint,
    userAgentSuffix: 'gitops-healthcare',
    httpClient: meteredHttpClient(observedHttpClient(createDefaultHttpClient())),
    connectionPolicy: {
      requestTimeout: requestTimeoutMs,
      preferredLocations: cosmos.preferredRegions,
      retryOptions: {
        maxRetryAttemptCount: 9,
        fixedRetryIntervalInMilliseconds: 0,
        maxWaitTimeInSeconds: throttleWaitSecondsMax,
      },
    },
  };
  if (cosmos.key !== undefined) return new CosmosClient({ ...options, key: cosmos.key });
  return new CosmosClient({ ...options, aadCredentials: lazyCredential(cosmos.identityClientId) });
}

type TokenCredential = NonNullable<CosmosClientOptions['aadCredentials']>;

/** Loads the identity library, a large one, with the first token and not with the app. */
function lazyCredential(clientId: string | undefined): TokenCredential {
  let credential: Promise<TokenCredential> | undefined;
  return {
    async getToken(scopes, options) {
      credential ??= import('@azure/identity').then(({ DefaultAzureCredential }) =>
        clientId === undefined
          ? new DefaultAzureCredential()
          : new DefaultAzureCredential({ managedIdentityClientId: clientId }),
      );
      return (await credential).getToken(scopes, options);
    },
  };
}
