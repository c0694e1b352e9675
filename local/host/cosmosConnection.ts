import { CosmosClient, type CosmosClientOptions } from '@azure/cosmos';
import { readSetting } from './settings';

/**
 * The clients of the connections that Cosmos DB triggers name, one each. A connection is the name of a setting that holds a
 * connection string, or of a section with `__accountEndpoint` and, for an identity, `__credential` (`managedidentity`) and
 * `__clientId`. Source: azure-webjobs-sdk-extensions, `DefaultCosmosDBServiceFactory.cs`.
 */
export class CosmosConnections {
  readonly #clients = new Map<string, Promise<CosmosClient>>();
  readonly #userAgentSuffix: string | undefined;

  constructor(userAgentSuffix: string | undefined) {
    this.#userAgentSuffix = userAgentSuffix;
  }

  /**
   * @param preferredLocations regions separated by commas, nearest first
   * @throws Error in the host's words where the setting does not exist.
   */
  client(connection: string, preferredLocations = ''): Promise<CosmosClient> {
    const key = `${connection} ${preferredLocations}`;
    let client = this.#clients.get(key);
    if (!client) {
      client = connect(connection, preferredLocations, this.#userAgentSuffix);
      this.#clients.set(key, client);
      client.catch(() => this.#clients.delete(key));
    }
    return client;
  }

  async close(): Promise<void> {
    const clients = await Promise.allSettled(this.#clients.values());
    for (const client of clients) if (client.status === 'fulfilled') client.value.dispose();
  }
}

async function connect(
  connection: string,
  preferredLocations: string,
  userAgentSuffix: string | undefined,
): Promise<CosmosClient> {
  const account = await accountOf(connection);
  return new CosmosClient({
    ...account,
    userAgentSuffix,
    connectionPolicy: {
      // An emulator advertises its own address, which need not be the one it is reached by.
      enableEndpointDiscovery: !isLoopback(account.endpoint),
      preferredLocations: preferredLocations ? preferredLocations.split(',').map((name) => name.trim()) : [],
    },
  });
}

async function accountOf(connection: string): Promise<CosmosClientOptions & { endpoint: string }> {
  const text = readSetting(connection);
  if (text) {
    const endpoint = partOf(text, 'AccountEndpoint');
    const key = partOf(text, 'AccountKey');
    if (!endpoint || !key) {
      throw new Error(
        `The setting '${connection}' is not a Cosmos DB connection string (AccountEndpoint=…;AccountKey=…;).`,
      );
    }
    return { endpoint, key };
  }
  const endpoint = readSetting(`${connection}__accountEndpoint`);
  if (!endpoint) {
    throw new Error(
      `Cosmos DB connection configuration '${connection}' does not exist. Make sure that it is a defined App Setting.`,
    );
  }
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
  const clientId = readSetting(`${connection}__clientId`);
  const isManaged = readSetting(`${connection}__credential`)?.toLowerCase() === 'managedidentity';
  const managed = (): InstanceType<typeof ManagedIdentityCredential> =>
    clientId ? new ManagedIdentityCredential({ clientId }) : new ManagedIdentityCredential();
  return { endpoint, aadCredentials: isManaged ? managed() : new DefaultAzureCredential() };
}

function partOf(connectionString: string, name: string): string | undefined {
  return new RegExp(`(?:^|;)\\s*${name}=([^;]*)`, 'i').exec(connectionString)?.[1];
}

function isLoopback(endpoint: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(endpoint).hostname);
}
