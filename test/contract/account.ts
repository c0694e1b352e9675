import { createHmac, randomUUID } from 'node:crypto';
import {
  type Container,
  type ContainerRequest,
  CosmosClient,
  type CosmosClientOptions,
  type Database,
} from '@azure/cosmos';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../local/emulator/index';

/**
 * The account under test: an emulator of our own in memory, or the one that TEST_COSMOS_ENDPOINT and TEST_COSMOS_KEY
 * name. Cases that only an emulator can serve say so by `onEmulator`, with the reason in their title.
 */
const cloudEndpoint = process.env.TEST_COSMOS_ENDPOINT;
const cloudKey = process.env.TEST_COSMOS_KEY ?? '';

export const onEmulator: typeof it = cloudEndpoint === undefined ? it : it.skip;

export interface RawAnswer {
  status: number;
  headers: Headers;
  text: string;
  body: Record<string, unknown>;
}

export class Account {
  private readonly clients: CosmosClient[] = [];

  private constructor(
    readonly endpoint: string,
    readonly key: string,
    readonly emulator: Emulator | undefined,
    readonly client: CosmosClient,
    readonly database: Database,
  ) {}

  static async open(options: EmulatorOptions = {}): Promise<Account> {
    const emulator =
      cloudEndpoint === undefined ? await startEmulator({ port: 0, memory: true, ...options }) : undefined;
    const endpoint = emulator?.endpoint ?? cloudEndpoint ?? '';
    const key = emulator?.key ?? cloudKey;
    const client = new CosmosClient({ endpoint, key });
    const { database } = await client.databases.create({ id: `contract-${randomUUID()}` });
    return new Account(endpoint, key, emulator, client, database);
  }

  /** Another client of the same account; disposed with it. */
  newClient(options: Partial<CosmosClientOptions> = {}): CosmosClient {
    const client = new CosmosClient({ endpoint: this.endpoint, key: this.key, ...options });
    this.clients.push(client);
    return client;
  }

  async container(definition: Partial<ContainerRequest> = {}): Promise<Container> {
    const { container } = await this.database.containers.create({
      id: `c-${randomUUID()}`,
      partitionKey: { paths: ['/pk'], version: 2 },
      ...definition,
    });
    return container;
  }

  /** A signed request without the client: for what the client would not send. */
  async raw(
    method: string,
    path: string,
    { headers = {}, body, link, type, key = this.key, date = new Date().toUTCString() }: RawRequest = {},
  ): Promise<RawAnswer> {
    const segments = path.split('/').filter((part) => part !== '');
    const feed = segments.length % 2 === 1;
    const signedType = type ?? (feed ? segments.at(-1) : segments.at(-2)) ?? '';
    const signedLink = link ?? (feed ? segments.slice(0, -1) : segments).join('/');
    const response = await fetch(this.endpoint.replace(/\/$/, '') + path, {
      method,
      headers: {
        authorization: sign(key, method, signedType, signedLink, date),
        'x-ms-date': date,
        'x-ms-version': '2020-07-15',
        ...headers,
      },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text.startsWith('{') ? JSON.parse(text) : {},
    };
  }

  async close(): Promise<void> {
    await this.database.delete().catch(() => undefined);
    for (const client of [this.client, ...this.clients]) client.dispose();
    await this.emulator?.close();
  }
}

export interface RawRequest {
  headers?: Record<string, string>;
  body?: unknown;
  link?: string;
  type?: string;
  key?: string;
  date?: string;
}

/** The authorization header of a master key, as the protocol defines it. */
export function sign(key: string, method: string, type: string, link: string, date: string): string {
  const text = `${method.toLowerCase()}\n${type.toLowerCase()}\n${link}\n${date.toLowerCase()}\n\n`;
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64');
  return encodeURIComponent(`type=master&ver=1.0&sig=${signature}`);
}

/** The status code (or substatus beside it) that a client's promise is rejected with. */
export async function failure(
  promise: Promise<unknown>,
): Promise<{ code: unknown; substatus: unknown; message: string }> {
  try {
    await promise;
  } catch (error) {
    const { code, substatus, message } = error as { code: unknown; substatus: unknown; message: string };
    return { code, substatus, message };
  }
  throw new Error('the operation succeeded');
}
