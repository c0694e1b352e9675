import { type Container, CosmosClient, type Database } from '@azure/cosmos';
import { type Emulator, startEmulator } from '../../../local/emulator';
import type { Lease } from '../../../local/host/leases';
import { eventually, HostBench, type HostProcess } from './hostProcess';

let bench: HostBench;
let emulator: Emulator;
let client: CosmosClient;
let appDirectory: string;
let database: Database;
let items: Container;
let leases: Container;
let hosts: HostProcess[] = [];

beforeAll(async () => {
  bench = await HostBench.open();
  appDirectory = await bench.buildApp({ entry: 'cosmos.ts' });
  emulator = await startEmulator({ port: 0, memory: true });
  const connectionPolicy = { enableEndpointDiscovery: false };
  client = new CosmosClient({ endpoint: emulator.endpoint, key: emulator.key, connectionPolicy });
});

afterAll(async () => {
  client.dispose();
  await emulator.close();
  await bench.close();
});

let databases = 0;
beforeEach(async () => {
  ({ database } = await client.databases.create({ id: `db${++databases}` }));
  const partitionKey = { paths: ['/id'] };
  ({ container: items } = await database.containers.create({ id: 'items', partitionKey }));
  ({ container: leases } = await database.containers.create({ id: 'leases', partitionKey }));
});

afterEach(async () => {
  await Promise.all(hosts.map((host) => host.end('SIGKILL')));
  hosts = [];
});

async function start(functions: string, settings: Record<string, string> = {}): Promise<HostProcess> {
  const COSMOS = `AccountEndpoint=${emulator.endpoint};AccountKey=${emulator.key};`;
  const host = await bench.start(
    appDirectory,
    { COSMOS, DATABASE: database.id, FUNCTIONS: functions, ...settings },
    ['--no-auth'],
  );
  hosts.push(host);
  return host;
}

async function create(...documents: object[]): Promise<void> {
  for (const document of documents) await items.items.create(document);
}

/** The batches that a function was given, in order, as ids joined by commas. */
function batches(host: HostProcess, name: string): string[] {
  return [...host.output().matchAll(new RegExp(`${name}: batch (\\S+) `, 'g'))].map(
    ([, batch = '']) => batch,
  );
}

function untilBatches(host: HostProcess, name: string, count: number): Promise<string[]> {
  const enough = (): string[] | undefined => {
    const found = batches(host, name);
    return found.length >= count ? found : undefined;
  };
  return eventually(enough, 15_000, () => host.output());
}

/** Resolves once the function holds its lease, so that what is created next is later than its start. */
async function untilLeased(prefix: string): Promise<Lease> {
  return await eventually(async () => {
    const { resources } = await leases.items.readAll<Lease>().fetchAll();
    return resources.find(({ id, owner }) => id.startsWith(`${prefix}.`) && owner);
  });
}

describe('what a function is given', () => {
  it('is the documents of the feed in order, with their system fields and the batch number', async () => {
    await create({ id: 'a', n: 1 }, { id: 'b' });
    const host = await start('beginning', { SHOW: '1' });
    const [, json = ''] = await host.shows(/documents (.*)/);
    expect(JSON.parse(json)).toEqual([
      {
        id: 'a',
        n: 1,
        _rid: expect.any(String),
        _self: expect.any(String),
        _etag: expect.any(String),
        _attachments: 'attachments/',
        _ts: expect.any(Number),
        _lsn: expect.any(Number),
      },
      expect.objectContaining({ id: 'b' }),
    ]);
  });

  it('has its date-time strings rewritten as by the real host', async () => {
    await create({
      id: 'a',
      at: '2026-01-31T10:20:30.000Z',
      nested: [{ at: '2026-01-31T10:20:30+02:00' }],
      day: '2026-01-31',
    });
    const host = await start('beginning', { SHOW: '1' });
    const [, json = ''] = await host.shows(/documents (.*)/);
    expect(JSON.parse(json)[0]).toMatchObject({
      at: '2026-01-31T10:20:30Z',
      nested: [{ at: '2026-01-31T08:20:30+00:00' }],
      day: '2026-01-31',
    });
  });

  it('is no more than maxItemsPerInvocation at a time', async () => {
    await create({ id: 'a' }, { id: 'b' }, { id: 'c' });
    const host = await start('twoAtATime');
    expect(await untilBatches(host, 'twoAtATime', 2)).toEqual(['a,b', 'c']);
  });

  it('comes within the poll delay', async () => {
    const host = await start('now');
    await untilLeased('now');
    await create({ id: 'first' });
    await untilBatches(host, 'now', 1);
    const createdAt = Date.now();
    await create({ id: 'second' });
    await untilBatches(host, 'now', 2);
    expect(Date.now() - createdAt).toBeLessThan(2000);
  });

  it('can be given by the admin endpoint, as a JSON array', async () => {
    const host = await start('beginning', { SHOW: '1' });
    const input = JSON.stringify([{ id: 'by hand', at: '2026-01-31T10:20:30.000Z' }]);
    const body = JSON.stringify({ input });
    expect((await fetch(`${host.url}/admin/functions/beginning`, { method: 'POST', body })).status).toBe(202);
    const [, json = ''] = await host.shows(/documents (.*)/);
    expect(JSON.parse(json)).toEqual([{ id: 'by hand', at: '2026-01-31T10:20:30Z' }]);
  });
});

describe('where a function begins', () => {
  it('is the host’s start, unless told otherwise', async () => {
    await create({ id: 'before' });
    await new Promise((later) => setTimeout(later, 2100)); // the feed's clock has whole seconds
    const host = await start('now');
    await untilLeased('now');
    await create({ id: 'after' });
    expect(await untilBatches(host, 'now', 1)).toEqual(['after']);
  });

  it('is a time, where one is given', async () => {
    await create({ id: 'before' });
    await new Promise((later) => setTimeout(later, 1100));
    const START_TIME = new Date().toISOString();
    await new Promise((later) => setTimeout(later, 1100));
    await create({ id: 'after' });
    const host = await start('fromTime', { START_TIME });
    expect(await untilBatches(host, 'fromTime', 1)).toEqual(['after']);
  });

  it('is where it left off, after a restart', async () => {
    await create({ id: 'a' });
    const first = await start('beginning');
    await untilBatches(first, 'beginning', 1);
    await eventually(async () => (await untilLeased('beginning')).continuationToken ?? undefined);
    expect(await first.end()).toBe(0);
    await create({ id: 'b' });
    const second = await start('beginning');
    expect(await untilBatches(second, 'beginning', 1)).toEqual(['b']);
  });
});

describe('a failing function', () => {
  it('without a policy loses its batch, and goes on with the next', async () => {
    await create({ id: 'bad', fail: 99 }, { id: 'good' });
    const host = await start('single');
    expect(await untilBatches(host, 'single', 2)).toEqual(['bad', 'good']);
    await host.shows(/single failed: Error: failed bad/);
    await host.shows(/a batch of 1 is passed over/);
  });

  it('is tried again with the whole batch under a policy, counted in its retry context', async () => {
    await create({ id: 'bad', fail: 2 }, { id: 'good' });
    const host = await start('fixed');
    expect(await untilBatches(host, 'fixed', 4)).toEqual(['bad', 'bad', 'bad', 'good']);
    expect(host.output()).toMatch(/retry 0\/2\n(.*\n)*.*retry 1\/2\n(.*\n)*.*retry 2\/2\n/);
  });

  it('loses its batch when the retries run out', async () => {
    await create({ id: 'bad', fail: 99 }, { id: 'good' });
    const host = await start('fixed');
    expect(await untilBatches(host, 'fixed', 4)).toEqual(['bad', 'bad', 'bad', 'good']);
    const lease = await eventually(async () => (await untilLeased('fixed')).continuationToken ?? undefined);
    expect(lease).toMatch(/continuationToken/);
  });

  it('is given the batch again by the next host, when stopped in the middle', async () => {
    await create({ id: 'bad', fail: 99 }, { id: 'good' });
    const first = await start('forever');
    await untilBatches(first, 'forever', 2);
    expect(await first.end()).toBe(0);
    expect(new Set(batches(first, 'forever'))).toEqual(new Set(['bad']));
    const second = await start('forever');
    expect(await untilBatches(second, 'forever', 1)).toEqual(['bad']);
  });

  it('waits longer each time under exponential backoff', async () => {
    await create({ id: 'bad', fail: 2 });
    const host = await start('forever');
    const startedAt = Date.now();
    await untilBatches(host, 'forever', 3);
    expect(Date.now() - startedAt).toBeGreaterThan(2500);
  });
});

describe('leases', () => {
  it('are shared by functions of one prefix: each document reaches one of them', async () => {
    const host = await start('one,two');
    await untilLeased('shared');
    const seen = (): string[] => [...batches(host, 'one'), ...batches(host, 'two')].join().split(',');
    // Over several rounds of taking and renewing leases, which is when two readers would show.
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) {
      await create({ id });
      await eventually(() => seen().includes(id) || undefined);
      await new Promise((later) => setTimeout(later, 200));
    }
    expect(seen().sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('are apart for functions of different prefixes: each document reaches all of them', async () => {
    await create({ id: 'a' });
    const host = await start('beginning,twoAtATime');
    expect(await untilBatches(host, 'beginning', 1)).toEqual(['a']);
    expect(await untilBatches(host, 'twoAtATime', 1)).toEqual(['a']);
  });

  it('are given back at the end, and taken by the next host at once', async () => {
    const first = await start('beginning');
    const { owner } = await untilLeased('beginning');
    expect(owner).toContain(String(first.pid));
    await first.end();
    const { resources } = await leases.items.readAll<Lease>().fetchAll();
    expect(resources.map((lease) => lease.owner)).toEqual([null]);
  });

  it('stay with a host of another machine until they expire', async () => {
    await (await start('beginning')).end();
    const { resources } = await leases.items.readAll<Lease>().fetchAll();
    const [lease] = resources;
    expect(lease).toBeDefined();
    const foreign = { ...lease, owner: 'elsewhere/1/x', renewedAt: new Date().toISOString() };
    await leases.items.upsert(foreign);
    await create({ id: 'a' });
    const startedAt = Date.now();
    const host = await start('beginning');
    await untilBatches(host, 'beginning', 1);
    expect(Date.now() - startedAt).toBeGreaterThan(2000);
  });

  it('are renewed while they are held', async () => {
    await start('beginning');
    const { renewedAt } = await untilLeased('beginning');
    await eventually(async () =>
      (await untilLeased('beginning')).renewedAt !== renewedAt ? true : undefined,
    );
  });

  it('live in a container that the host makes where it is asked to', async () => {
    await create({ id: 'a' });
    const host = await start('makesLeases');
    expect(await untilBatches(host, 'makesLeases', 1)).toEqual(['a']);
    const { resource } = await database.container('made').read();
    expect(resource).toMatchObject({ defaultTtl: -1, partitionKey: { paths: ['/id'] } });
  });
});

it('names both containers where one is missing, serves HTTP meanwhile, and begins once it is there', async () => {
  await create({ id: 'a' });
  await leases.delete();
  const host = await start('beginning');
  await host.shows(
    /'beginning' was unable to start. Either the source container 'items' .* or the lease container 'leases'/,
  );
  expect(await (await fetch(`${host.url}/api/alive`)).text()).toBe('alive');
  await database.containers.create({ id: 'leases', partitionKey: { paths: ['/id'] } });
  expect(await untilBatches(host, 'beginning', 1)).toEqual(['a']);
});

it('names a connection string that is none', async () => {
  const host = await start('beginning', { COSMOS: 'http://localhost:8081' });
  await host.shows(/'COSMOS' is not a Cosmos DB connection string/);
});
