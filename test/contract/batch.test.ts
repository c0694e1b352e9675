import { type Container, type OperationInput, PatchOperationType } from '@azure/cosmos';
import { Account } from './account';

let account: Account;
let container: Container;
beforeAll(async () => {
  account = await Account.open();
  container = await account.container();
});
afterAll(() => account.close());

const statuses = (result: { statusCode: number }[] | undefined) =>
  result?.map(({ statusCode }) => statusCode);
const idsOf = async (pk: string) =>
  (
    await container.items
      .query({ query: 'SELECT VALUE c.id FROM c WHERE c.pk = @pk', parameters: [{ name: '@pk', value: pk }] })
      .fetchAll()
  ).resources;

const batchHeaders = (pk: unknown) => ({
  'x-ms-cosmos-is-batch-request': 'true',
  'x-ms-cosmos-batch-atomic': 'true',
  'x-ms-documentdb-partitionkey': JSON.stringify([pk]),
});
const path = () => `/dbs/${account.database.id}/colls/${container.id}/docs`;

describe('a transactional batch', () => {
  it('runs every kind of operation in order, each seeing the ones before it', async () => {
    const { code, result } = await container.items.batch(
      [
        { operationType: 'Create', resourceBody: { id: '1', pk: 'all', n: 1 } },
        { operationType: 'Upsert', resourceBody: { id: '2', pk: 'all' } },
        {
          operationType: 'Patch',
          id: '1',
          resourceBody: { operations: [{ op: PatchOperationType.incr, path: '/n', value: 4 }] },
        },
        { operationType: 'Read', id: '1' },
        { operationType: 'Replace', id: '2', resourceBody: { id: '2', pk: 'all', x: 1 } },
        { operationType: 'Delete', id: '2' },
      ],
      'all',
    );
    expect(code).toBe(200);
    expect(statuses(result)).toEqual([201, 201, 200, 200, 200, 204]);
    expect(result?.[3]?.resourceBody).toMatchObject({ id: '1', n: 5 });
    expect(result?.[0]?.eTag).toMatch(/^"/);
    expect(result?.[0]?.requestCharge).toBeGreaterThan(0);
  });

  it('changes nothing when one operation fails; that one keeps its status and the others are 424', async () => {
    await container.items.create({ id: 'there', pk: 'fail' });
    const { code, result } = await container.items.batch(
      [
        { operationType: 'Create', resourceBody: { id: 'a', pk: 'fail' } },
        { operationType: 'Delete', id: 'there' },
        { operationType: 'Create', resourceBody: { id: 'a', pk: 'fail' } },
        { operationType: 'Create', resourceBody: { id: 'b', pk: 'fail' } },
      ],
      'fail',
    );
    expect(code).toBe(207);
    expect(statuses(result)).toEqual([424, 424, 409, 424]);
    expect(await idsOf('fail')).toEqual(['there']);
  });

  it('leaves no trace in the change feed when it fails', async () => {
    const feed = async () => {
      const iterator = container.items.getChangeFeedIterator({ maxItemCount: 1000 });
      const { result, headers } = await iterator.readNext();
      return [result?.length ?? 0, headers.etag];
    };
    const before = await feed();
    await container.items.batch(
      [
        { operationType: 'Create', resourceBody: { id: 'trace', pk: 'trace' } },
        { operationType: 'Delete', id: 'nowhere' },
      ],
      'trace',
    );
    expect(await feed()).toEqual(before);
  });

  it('is not failed by a conditional read that finds nothing new', async () => {
    const { etag } = await container.items.create({ id: 'r', pk: 'cond' });
    const { code, result } = await container.items.batch(
      [
        { operationType: 'Read', id: 'r', ifNoneMatch: etag } as OperationInput,
        { operationType: 'Create', resourceBody: { id: 's', pk: 'cond' } },
      ],
      'cond',
    );
    expect(statuses(result)).toEqual([304, 201]);
    expect(code).toBe(200);
  });

  it('honours If-Match', async () => {
    await container.items.create({ id: 'm', pk: 'match' });
    const { result } = await container.items.batch(
      [
        {
          operationType: 'Replace',
          id: 'm',
          resourceBody: { id: 'm', pk: 'match' },
          ifMatch: '"x"',
        } as OperationInput,
      ],
      'match',
    );
    expect(statuses(result)).toEqual([412]);
  });

  it('answers 400 for an operation of another partition key', async () => {
    const { result } = await container.items.batch(
      [
        { operationType: 'Create', resourceBody: { id: 'k1', pk: 'keys' } },
        { operationType: 'Create', resourceBody: { id: 'k2', pk: 'other' } },
      ],
      'keys',
    );
    expect(statuses(result)).toEqual([424, 400]);
    expect(await idsOf('keys')).toEqual([]);
  });

  it.each<[string, unknown, number]>([
    [
      'over 100 operations',
      Array.from({ length: 101 }, (_, i) => ({
        operationType: 'Create',
        resourceBody: { id: `o${i}`, pk: 'p' },
      })),
      400,
    ],
    [
      'over 2 MB',
      [{ operationType: 'Create', resourceBody: { id: 'big', pk: 'p', x: 'x'.repeat(2 * 1024 * 1024) } }],
      413,
    ],
    ['no array', { operationType: 'Create' }, 400],
    ['no operations', [], 400],
  ])('is refused whole: %s', async (_what, body, status) => {
    expect((await account.raw('POST', path(), { body, headers: batchHeaders('p') })).status).toBe(status);
  });

  it('takes 100 operations', async () => {
    const operations = Array.from(
      { length: 100 },
      (_, i): OperationInput => ({ operationType: 'Create', resourceBody: { id: `h${i}`, pk: 'hundred' } }),
    );
    const { code } = await container.items.batch(operations, 'hundred');
    expect(code).toBe(200);
    expect(await idsOf('hundred')).toHaveLength(100);
  });

  it('answers without bodies where the client wants none', async () => {
    const body = [{ operationType: 'Create', resourceBody: { id: 'nobody', pk: 'p' } }];
    const answer = await account.raw('POST', path(), {
      body,
      headers: { ...batchHeaders('p'), prefer: 'return=minimal' },
    });
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain('resourceBody');
    expect(answer.text).toContain('eTag');
  });

  it('needs the partition key header', async () => {
    const { 'x-ms-documentdb-partitionkey': _, ...headers } = batchHeaders('p');
    const body = [{ operationType: 'Create', resourceBody: { id: 'x', pk: 'p' } }];
    expect((await account.raw('POST', path(), { body, headers })).status).toBe(400);
  });

  it('sums the charges of its operations', async () => {
    const body = [1, 2].map((n) => ({ operationType: 'Create', resourceBody: { id: `sum${n}`, pk: 'p' } }));
    const { text, headers } = await account.raw('POST', path(), { body, headers: batchHeaders('p') });
    const charges = (JSON.parse(text) as { requestCharge: number }[]).map(
      ({ requestCharge }) => requestCharge,
    );
    expect(Number(headers.get('x-ms-request-charge'))).toBeCloseTo(
      charges.reduce((sum, charge) => sum + charge, 0),
      1,
    );
  });
});

describe('bulk', () => {
  it('gives each operation its own status', async () => {
    await container.items.create({ id: 'b0', pk: 'bulk' });
    const results = await container.items.executeBulkOperations([
      { operationType: 'Create', partitionKey: 'bulk', resourceBody: { id: 'b0', pk: 'bulk' } },
      { operationType: 'Create', partitionKey: 'bulk', resourceBody: { id: 'b1', pk: 'bulk' } },
      { operationType: 'Upsert', partitionKey: 'bulk2', resourceBody: { id: 'b1', pk: 'bulk2' } },
      { operationType: 'Read', partitionKey: 'bulk', id: 'b1' },
      { operationType: 'Read', partitionKey: 'bulk', id: 'nowhere' },
      { operationType: 'Delete', partitionKey: 'bulk', id: 'b0' },
    ]);
    expect(results.map(({ response, error }) => response?.statusCode ?? Number(error?.code))).toEqual([
      409, 201, 201, 200, 404, 204,
    ]);
  });

  it('takes the older call too', async () => {
    const operations = Array.from(
      { length: 20 },
      (_, i): OperationInput => ({
        operationType: 'Create',
        partitionKey: `p${i % 3}`,
        resourceBody: { id: `old${i}`, pk: `p${i % 3}` },
      }),
    );
    const results = await container.items.bulk(operations);
    expect(statuses(results)).toEqual(operations.map(() => 201));
  });

  it('tells a missing key from null, "" and 0', async () => {
    const keys = [null, '', 0, false];
    const results = await container.items.executeBulkOperations(
      keys.map((pk) => ({
        operationType: 'Create' as const,
        partitionKey: pk as never,
        resourceBody: { id: 'kind', pk: pk as never },
      })),
    );
    expect(results.map(({ response }) => response?.statusCode)).toEqual([201, 201, 201, 201]);
  });

  it('works over several physical partitions and hierarchical keys', async () => {
    const wide = await account.container({
      throughput: 20_000,
      partitionKey: { paths: ['/a', '/b'], kind: 'MultiHash', version: 2 } as never,
    });
    const results = await wide.items.executeBulkOperations(
      Array.from({ length: 60 }, (_, i) => ({
        operationType: 'Upsert' as const,
        partitionKey: [`t${i}`, i],
        resourceBody: { id: `w${i}`, a: `t${i}`, b: i },
      })),
    );
    expect(new Set(results.map(({ response }) => response?.statusCode))).toEqual(new Set([201]));
    const { resources } = await wide.items.query('SELECT VALUE c.id FROM c').fetchAll();
    expect(resources).toHaveLength(60);
  });

  it('works over several physical partitions with the older hash', async () => {
    const wide = await account.container({ throughput: 20_000, partitionKey: { paths: ['/pk'] } });
    const results = await wide.items.executeBulkOperations(
      Array.from({ length: 40 }, (_, i) => ({
        operationType: 'Create' as const,
        partitionKey: `t${i}`,
        resourceBody: { id: `w${i}`, pk: `t${i}` },
      })),
    );
    expect(new Set(results.map(({ response }) => response?.statusCode))).toEqual(new Set([201]));
  });
});
