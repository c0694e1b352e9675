import { type Container, CosmosClient, PartitionKeyDefinitionVersion } from '@azure/cosmos';
import { type Emulator, startEmulator } from '../../../local/emulator';
import type { Lease } from '../../../local/host/leases';
import { eventually, HostBench, type HostProcess } from './hostProcess';

/** Ranges of a container as they are after splits; each lease has a position, the beginning. */
const bounds = ['', '1', '2', '3'].map((digit) => (digit === '' ? '' : digit.padEnd(32, '0')));
const documentCount = 600;

let bench: HostBench;
let emulator: Emulator;
let client: CosmosClient;
let items: Container;
let leases: Container;
let startHost: () => Promise<HostProcess>;

beforeAll(async () => {
  bench = await HostBench.open();
  emulator = await startEmulator({ port: 0, memory: true });
  const connectionPolicy = { enableEndpointDiscovery: false };
  client = new CosmosClient({ endpoint: emulator.endpoint, key: emulator.key, connectionPolicy });
  const { database } = await client.databases.create({ id: 'shared' });
  const partitionKey = { paths: ['/id'] };
  // Version 2 spreads keys over the whole space of hashes, so that each range has its share.
  const spread = { ...partitionKey, version: PartitionKeyDefinitionVersion.V2 };
  ({ container: items } = await database.containers.create({ id: 'items', partitionKey: spread }));
  ({ container: leases } = await database.containers.create({ id: 'leases', partitionKey }));

  const appDirectory = await bench.buildApp({ entry: 'cosmos.ts' });
  const COSMOS = `AccountEndpoint=${emulator.endpoint};AccountKey=${emulator.key};`;
  const settings = { COSMOS, DATABASE: 'shared', FUNCTIONS: 'twoAtATime' };
  startHost = () => bench.start(appDirectory, settings, ['--no-auth']);
});

afterAll(async () => {
  await bench.close();
  client.dispose();
  await emulator.close();
});

async function storedLeases(): Promise<Lease[]> {
  return (await leases.items.readAll<Lease>().fetchAll()).resources;
}

/** Puts four leases in the place of the one that a host has made for the whole container. */
async function splitLease(): Promise<void> {
  const [whole] = await storedLeases();
  if (!whole) throw new Error('there is no lease to split');
  const { resource } = await items.read();
  const prefix = whole.id.slice(0, whole.id.lastIndexOf('.') + 1);
  await leases.item(whole.id, whole.id).delete();
  for (const [index, minInclusive] of bounds.entries()) {
    const maxExclusive = bounds[index + 1] ?? 'FF';
    const Continuation = [{ minInclusive, maxExclusive, continuationToken: '"0"' }];
    await leases.items.create({
      ...whole,
      id: `${prefix}${minInclusive}-${maxExclusive}`,
      feedRange: { minInclusive, maxExclusive },
      owner: null,
      continuationToken: JSON.stringify({ rid: resource?._rid, Continuation }),
    });
  }
}

function idsSeenBy(host: HostProcess): Set<string> {
  return new Set([...host.output().matchAll(/batch (\S+) /g)].flatMap(([, batch = '']) => batch.split(',')));
}

async function ownedBy(host: HostProcess, count: number): Promise<true | undefined> {
  const owned = (await storedLeases()).filter(({ owner }) => owner?.includes(`/${host.pid}/`));
  return owned.length === count || undefined;
}

it('shares the feed between two hosts, and loses nothing when one is killed under load', async () => {
  const leaseMaker = await startHost();
  await eventually(async () => (await storedLeases()).length > 0 || undefined);
  await leaseMaker.end();
  await splitLease();
  const [first, second] = [await startHost(), await startHost()];
  await eventually(() => ownedBy(first, 2));
  await eventually(() => ownedBy(second, 2));

  const ids = Array.from({ length: documentCount }, (_, index) => `d${index}`);
  for (const [index, id] of ids.entries()) {
    await items.items.create({ id });
    if (index === documentCount / 2) {
      await eventually(() => (idsSeenBy(first).size > 0 && idsSeenBy(second).size > 0 ? true : undefined));
      await first.end('SIGKILL');
    }
  }
  const killedAt = Date.now();
  await eventually(() => ownedBy(second, bounds.length), 60_000);
  expect(Date.now() - killedAt).toBeLessThan(60_000);

  const missing = (): string[] => {
    const seen = new Set([...idsSeenBy(first), ...idsSeenBy(second)]);
    return ids.filter((id) => !seen.has(id));
  };
  await eventually(
    () => missing().length === 0 || undefined,
    30_000,
    () => `missing ${missing().join()}`,
  );
  expect(await second.end()).toBe(0);
});
