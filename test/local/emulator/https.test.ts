import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { ChangeFeedStartFrom, CosmosClient } from '@azure/cosmos';
import { type Emulator, startEmulator } from '../../../local/emulator/index';

/** Made for this test by the command in the emulator's README; trusted by nobody else. */
const fixture = (name: string): string => readFileSync(join(__dirname, '../../fixtures/tls', name), 'utf8');
const cert = fixture('localhost.crt');

let emulator: Emulator;
let client: CosmosClient;

beforeAll(async () => {
  emulator = await startEmulator({ port: 0, memory: true, tls: { cert, key: fixture('localhost.key') } });
  client = new CosmosClient({
    endpoint: emulator.endpoint,
    key: emulator.key,
    agent: new Agent({ ca: cert, keepAlive: false }),
  });
});

afterAll(async () => {
  client.dispose();
  await emulator.close();
});

it('serves the client over HTTPS, and names an https address that the client goes on with', async () => {
  expect(emulator.endpoint).toMatch(/^https:\/\//);
  const { resource } = await client.getDatabaseAccount();
  expect(resource?.writableLocations[0]?.databaseAccountEndpoint).toBe(`${emulator.endpoint}/`);

  const { database } = await client.databases.create({ id: 'over-tls' });
  const { container } = await database.containers.create({ id: 'c', partitionKey: { paths: ['/pk'] } });
  await container.items.create({ id: 'a', pk: 'p' });
  expect((await container.item('a', 'p').read()).statusCode).toBe(200);
  expect((await container.items.query('SELECT VALUE c.id FROM c').fetchAll()).resources).toEqual(['a']);
  const changeFeedStartFrom = ChangeFeedStartFrom.Beginning();
  const page = await container.items.getChangeFeedIterator({ changeFeedStartFrom }).readNext();
  expect(page.result).toHaveLength(1);
});

it('is refused by a client that does not trust the certificate', async () => {
  const stranger = new CosmosClient({ endpoint: emulator.endpoint, key: emulator.key });
  await expect(stranger.getDatabaseAccount()).rejects.toThrow(/self-signed certificate/);
  stranger.dispose();
});
