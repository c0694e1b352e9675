import { type Container, CosmosClient } from '@azure/cosmos';
import { type Emulator, startEmulator } from '../../../../local/emulator/index';

let emulator: Emulator;
let client: CosmosClient;
let container: Container;
const many = 2_300;

beforeAll(async () => {
  emulator = await startEmulator({ port: 0, memory: true });
  client = new CosmosClient({ endpoint: emulator.endpoint, key: emulator.key });
  const { database } = await client.databases.create({ id: 'db' });
  const partitionKey = { paths: ['/t', '/d'], kind: 'MultiHash', version: 2 } as never;
  ({ container } = await database.containers.create({ id: 'c', partitionKey }));
  for (const n of [1, 2, 3, 4, 5])
    await container.items.create({ id: `i${n}`, t: `t${n % 2}`, d: String(9 - n), n });
});
afterAll(async () => {
  client.dispose();
  await emulator.close();
});

const all = async (query: string, maxItemCount?: number) =>
  (await container.items.query(query, { maxItemCount }).fetchAll()).resources;

describe('a scan', () => {
  it('of few items gives them in the order of insertion, whatever their keys', async () => {
    expect(await all('SELECT VALUE c.n FROM c')).toEqual([1, 2, 3, 4, 5]);
    expect(await all('SELECT VALUE c.n FROM c', 2)).toEqual([1, 2, 3, 4, 5]);
    expect(await all("SELECT VALUE c.n FROM c WHERE c.t = 't1'")).toEqual([1, 3, 5]);
    expect(await all("SELECT VALUE c.n FROM c WHERE c.id IN ('i4', 'i1')")).toEqual([1, 4]);
    expect(await all('SELECT DISTINCT VALUE c.t FROM c')).toEqual(['t1', 't0']);
  });

  it('goes on in its order when the items become many between two pages', async () => {
    const first = await container.items.query('SELECT VALUE c.n FROM c', { maxItemCount: 2 }).fetchNext();
    for (let from = 0; from < many; from += 100)
      await container.items.bulk(
        Array.from({ length: 100 }, (_, n) => {
          const [t, d] = [`m${(from + n) % 50}`, String(n % 7)];
          const resourceBody = { id: `m${from + n}`, t, d, n: 100 + from + n };
          return { operationType: 'Create' as const, partitionKey: [t, d], resourceBody };
        }),
      );
    const rest = await container.items
      .query('SELECT VALUE c.n FROM c', { maxItemCount: 500, continuationToken: first.continuationToken })
      .fetchAll();
    const expected = [1, 2, 3, 4, 5, ...Array.from({ length: many }, (_, n) => 100 + n)];
    expect([...first.resources, ...rest.resources]).toEqual(expected);
  });

  it('of many items gives each once over its pages', async () => {
    const found = await all('SELECT VALUE c.n FROM c', 333);
    expect(found).toHaveLength(many + 5);
    expect(new Set(found).size).toBe(many + 5);
  });

  it('of one tenant looks at that tenant alone', async () => {
    const { resources, requestCharge } = await container.items
      .query("SELECT VALUE c.n FROM c WHERE c.t = 't0'")
      .fetchAll();
    expect(resources).toEqual([2, 4]);
    expect(requestCharge).toBeLessThan(2.5);
  });

  it('of a tenant’s days looks at those days alone', async () => {
    const charge = async (where: string) =>
      (await container.items.query(`SELECT VALUE c.n FROM c WHERE c.t = 'm1' AND ${where}`).fetchAll())
        .requestCharge;
    expect(await charge("c.d >= '3'")).toBeLessThan(await charge("c.d >= '2'"));
    expect(await charge("c.d >= '2'")).toBeLessThan(await charge('c.n > 0'));
  });
});
