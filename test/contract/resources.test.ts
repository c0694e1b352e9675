import { randomUUID } from 'node:crypto';
import type { ContainerRequest, PartitionKeyDefinition } from '@azure/cosmos';
import { Account, failure } from './account';

let account: Account;
beforeAll(async () => {
  account = await Account.open();
});
afterAll(() => account.close());

const newId = () => `r-${randomUUID()}`;

describe('databases', () => {
  it('are created, read, listed, queried and deleted', async () => {
    const id = newId();
    const created = await account.client.databases.create({ id });
    expect(created.statusCode).toBe(201);
    expect(created.resource).toMatchObject({
      id,
      _rid: expect.any(String),
      _self: expect.stringMatching(/^dbs\/.+\/$/),
    });
    expect((await account.client.database(id).read()).resource?.id).toBe(id);
    const { resources: listed } = await account.client.databases.readAll().fetchAll();
    expect(listed.map((database) => database.id)).toContain(id);
    const query = {
      query: 'SELECT * FROM root r WHERE r.id = @id',
      parameters: [{ name: '@id', value: id }],
    };
    expect((await account.client.databases.query(query).fetchAll()).resources).toHaveLength(1);
    expect((await account.client.database(id).delete()).statusCode).toBe(204);
    expect((await failure(account.client.database(id).delete())).code).toBe(404);
  });

  it('have a resource id of four bytes', async () => {
    const { resource } = await account.database.read();
    expect(Buffer.from(String(resource?._rid).replaceAll('-', '/'), 'base64')).toHaveLength(4);
  });

  it('cannot be created twice', async () => {
    expect((await failure(account.client.databases.create({ id: account.database.id }))).code).toBe(409);
  });

  it('are found by createIfNotExists', async () => {
    const again = await account.client.databases.createIfNotExists({ id: account.database.id });
    expect(again.statusCode).toBe(200);
  });

  it('answer 404 when they do not exist', async () => {
    expect((await failure(account.client.database(newId()).read())).code).toBe(404);
  });

  it.each(['a/b', 'a\\b', 'a?b', 'a#b', ''])('refuse the name %j', async (id) => {
    expect((await account.raw('POST', '/dbs', { body: { id } })).status).toBe(400);
  });

  it('refuse a name longer than 255 characters', async () => {
    expect((await account.raw('POST', '/dbs', { body: { id: 'x'.repeat(256) } })).status).toBe(400);
  });

  it('take their containers with them when they are deleted', async () => {
    const id = newId();
    await account.client.databases.create({ id });
    await account.client.database(id).containers.create({ id: 'c', partitionKey: '/pk' });
    await account.client.database(id).delete();
    expect((await failure(account.client.database(id).container('c').read())).code).toBe(404);
  });
});

describe('containers', () => {
  it('come back with what the service fills in', async () => {
    const id = newId();
    const { statusCode, resource } = await account.database.containers.create({
      id,
      partitionKey: { paths: ['/pk'] },
    });
    expect(statusCode).toBe(201);
    expect(resource).toMatchObject({
      id,
      partitionKey: { paths: ['/pk'], kind: 'Hash' },
      indexingPolicy: {
        indexingMode: 'consistent',
        automatic: true,
        includedPaths: [{ path: '/*' }],
        excludedPaths: [{ path: '/"_etag"/?' }],
      },
      conflictResolutionPolicy: { mode: 'LastWriterWins' },
      geospatialConfig: { type: 'Geography' },
      _docs: 'docs/',
      _sprocs: 'sprocs/',
      _triggers: 'triggers/',
      _udfs: 'udfs/',
      _conflicts: 'conflicts/',
    });
  });

  it('have a resource id of eight bytes: the database and four more, the first with its high bit set', async () => {
    const container = await account.container();
    const { resource } = await container.read();
    const { resource: database } = await account.database.read();
    const bytes = Buffer.from(String(resource?._rid).replaceAll('-', '/'), 'base64');
    expect(bytes).toHaveLength(8);
    expect(bytes.subarray(0, 4)).toEqual(Buffer.from(String(database?._rid).replaceAll('-', '/'), 'base64'));
    expect((bytes[4] ?? 0) & 0x80).toBe(0x80);
    expect(resource?._self).toBe(`dbs/${database?._rid}/colls/${resource?._rid}/`);
  });

  it('are read by their resource ids too', async () => {
    const container = await account.container();
    const { resource } = await container.read();
    const answer = await account.raw('GET', `/${String(resource?._self).replace(/\/$/, '')}`);
    expect(answer.status).toBe(200);
    expect(answer.body.id).toBe(container.id);
  });

  it('are listed and queried', async () => {
    const container = await account.container();
    const { resources } = await account.database.containers.readAll().fetchAll();
    expect(resources.map(({ id }) => id)).toContain(container.id);
    const { resources: found } = await account.database.containers
      .query({
        query: 'SELECT * FROM c WHERE c.id = @id',
        parameters: [{ name: '@id', value: container.id }],
      })
      .fetchAll();
    expect(found.map(({ id }) => id)).toEqual([container.id]);
  });

  it('cannot be created twice', async () => {
    const container = await account.container();
    expect((await failure(account.container({ id: container.id }))).code).toBe(409);
  });

  it('are found by createIfNotExists', async () => {
    const container = await account.container();
    const again = await account.database.containers.createIfNotExists({
      id: container.id,
      partitionKey: '/pk',
    });
    expect(again.statusCode).toBe(200);
  });

  it('are gone after delete', async () => {
    const container = await account.container();
    expect((await container.delete()).statusCode).toBe(204);
    expect((await failure(container.read())).code).toBe(404);
  });

  it('get another resource id when made again under the same name', async () => {
    const container = await account.container();
    const before = (await container.read()).resource?._rid;
    await container.items.create({ id: 'a', pk: 'p' });
    await container.delete();
    await account.container({ id: container.id });
    expect((await container.read()).resource?._rid).not.toBe(before);
    expect((await container.items.query('SELECT * FROM c').fetchAll()).resources).toEqual([]);
  });

  it('answer 404 in a database that does not exist', async () => {
    const definition = { id: 'c', partitionKey: { paths: ['/pk'] } };
    expect((await account.raw('POST', '/dbs/nowhere/colls', { body: definition })).status).toBe(404);
  });

  it.each<[string, unknown]>([
    ['a name with /', { id: 'a/b', partitionKey: { paths: ['/pk'] } }],
    ['a name with #', { id: 'a#b', partitionKey: { paths: ['/pk'] } }],
    ['a name with ?', { id: 'a?b', partitionKey: { paths: ['/pk'] } }],
    ['no name', { partitionKey: { paths: ['/pk'] } }],
    ['a path without /', { id: 'x', partitionKey: { paths: ['pk'] } }],
    ['no path', { id: 'x', partitionKey: { paths: [] } }],
    ['a path with a wildcard', { id: 'x', partitionKey: { paths: ['/a/*'] } }],
    ['several paths of kind Hash', { id: 'x', partitionKey: { paths: ['/a', '/b'], kind: 'Hash' } }],
    [
      'four paths of kind MultiHash',
      { id: 'x', partitionKey: { paths: ['/a', '/b', '/c', '/d'], kind: 'MultiHash', version: 2 } },
    ],
    ['an unknown kind', { id: 'x', partitionKey: { paths: ['/a'], kind: 'Range' } }],
    ['a default ttl of 0', { id: 'x', partitionKey: { paths: ['/a'] }, defaultTtl: 0 }],
    ['a default ttl below -1', { id: 'x', partitionKey: { paths: ['/a'] }, defaultTtl: -2 }],
    ['a default ttl that is text', { id: 'x', partitionKey: { paths: ['/a'] }, defaultTtl: '10' }],
    [
      'an indexing path without /',
      { id: 'x', partitionKey: { paths: ['/a'] }, indexingPolicy: { includedPaths: [{ path: 'a' }] } },
    ],
    [
      'a composite index of one path',
      { id: 'x', partitionKey: { paths: ['/a'] }, indexingPolicy: { compositeIndexes: [[{ path: '/a' }]] } },
    ],
    [
      'a composite index of nine paths',
      {
        id: 'x',
        partitionKey: { paths: ['/a'] },
        indexingPolicy: { compositeIndexes: [Array.from({ length: 9 }, (_, i) => ({ path: `/p${i}` }))] },
      },
    ],
    [
      'a unique key without paths',
      { id: 'x', partitionKey: { paths: ['/a'] }, uniqueKeyPolicy: { uniqueKeys: [{ paths: [] }] } },
    ],
  ])('refuse %s', async (_what, body) => {
    const answer = await account.raw('POST', `/dbs/${account.database.id}/colls`, { body });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'BadRequest', message: expect.any(String) });
  });

  it.each<[string, PartitionKeyDefinition]>([
    ['one level, version 2', { paths: ['/a'], version: 2 }],
    ['a nested path', { paths: ['/a/b'], version: 2 }],
    ['two levels', { paths: ['/a', '/b'], kind: 'MultiHash', version: 2 } as PartitionKeyDefinition],
    ['three levels', { paths: ['/a', '/b', '/c'], kind: 'MultiHash', version: 2 } as PartitionKeyDefinition],
  ])('keep a partition key of %s', async (_what, partitionKey) => {
    const container = await account.container({ partitionKey });
    expect((await container.read()).resource?.partitionKey).toMatchObject(partitionKey);
  });

  it('made without a partition key get /_partitionKey', async () => {
    const { resource } = await account.database.containers.create({ id: newId() } as ContainerRequest);
    expect(resource?.partitionKey?.paths).toEqual(['/_partitionKey']);
  });

  it('keep composite indexes, unique keys and default ttl', async () => {
    const container = await account.container({
      defaultTtl: 60,
      indexingPolicy: {
        compositeIndexes: [
          [
            { path: '/a', order: 'ascending' },
            { path: '/b', order: 'descending' },
          ],
        ],
      },
      uniqueKeyPolicy: { uniqueKeys: [{ paths: ['/x', '/y'] }] },
    });
    expect((await container.read()).resource).toMatchObject({
      defaultTtl: 60,
      indexingPolicy: {
        compositeIndexes: [
          [
            { path: '/a', order: 'ascending' },
            { path: '/b', order: 'descending' },
          ],
        ],
      },
      uniqueKeyPolicy: { uniqueKeys: [{ paths: ['/x', '/y'] }] },
    });
  });

  it('are replaced with another ttl and indexing policy', async () => {
    const container = await account.container({ defaultTtl: 60 });
    const { resource } = await container.read();
    const replaced = await container.replace({
      ...(resource as ContainerRequest),
      id: container.id,
      defaultTtl: -1,
    } as never);
    expect(replaced.statusCode).toBe(200);
    expect((await container.read()).resource?.defaultTtl).toBe(-1);
  });

  it('lose their ttl by a replacement without one', async () => {
    const container = await account.container({ defaultTtl: 60 });
    await container.replace({ id: container.id, partitionKey: { paths: ['/pk'], version: 2 } } as never);
    expect((await container.read()).resource?.defaultTtl).toBeUndefined();
  });

  it('cannot change their partition key', async () => {
    const container = await account.container();
    const change = container.replace({
      id: container.id,
      partitionKey: { paths: ['/other'], version: 2 },
    } as never);
    expect((await failure(change)).code).toBe(400);
  });

  it('cannot change their unique keys', async () => {
    const container = await account.container();
    const change = container.replace({
      id: container.id,
      partitionKey: { paths: ['/pk'], version: 2 },
      uniqueKeyPolicy: { uniqueKeys: [{ paths: ['/x'] }] },
    } as never);
    expect((await failure(change)).code).toBe(400);
  });
});

describe('policies for vectors and texts', () => {
  const vectorEmbeddings = [{ path: '/v', dataType: 'float32', distanceFunction: 'cosine', dimensions: 3 }];
  const fullTextPaths = [{ path: '/text', language: 'en-US' }];

  it('are kept as they are given', async () => {
    const policies = {
      vectorEmbeddingPolicy: { vectorEmbeddings },
      fullTextPolicy: { defaultLanguage: 'en-US', fullTextPaths },
    };
    const indexingPolicy = {
      vectorIndexes: [{ path: '/v', type: 'quantizedFlat' }],
      fullTextIndexes: [{ path: '/text' }],
    };
    const container = await account.container({ ...policies, indexingPolicy } as never);
    const { resource } = await container.read();
    expect(resource).toMatchObject({ ...policies, indexingPolicy });
  });

  it.each([
    ['an unknown data type', { vectorEmbeddings: [{ ...vectorEmbeddings[0], dataType: 'text' }] }, {}],
    ['an unknown distance', { vectorEmbeddings: [{ ...vectorEmbeddings[0], distanceFunction: 'far' }] }, {}],
    ['no dimensions', { vectorEmbeddings: [{ ...vectorEmbeddings[0], dimensions: 0 }] }, {}],
    ['too many dimensions', { vectorEmbeddings: [{ ...vectorEmbeddings[0], dimensions: 4097 }] }, {}],
    ['a path twice', { vectorEmbeddings: [...vectorEmbeddings, ...vectorEmbeddings] }, {}],
    ['an index of an unknown type', { vectorEmbeddings }, { vectorIndexes: [{ path: '/v', type: 'deep' }] }],
    ['an index without a policy', {}, { vectorIndexes: [{ path: '/v', type: 'flat' }] }],
    ['a full text index without a policy', {}, { fullTextIndexes: [{ path: '/text' }] }],
  ])('are refused with 400 for %s', async (_what, vectorEmbeddingPolicy, indexingPolicy) => {
    const made = account.container({ vectorEmbeddingPolicy, indexingPolicy } as never);
    expect((await failure(made)).code).toBe(400);
  });
});

describe('resources that nobody made', () => {
  it('are listed and queried as none', async () => {
    const container = await account.container();
    const { scripts } = container;
    for (const found of [
      container.conflicts.readAll(),
      container.conflicts.query({ query: 'SELECT * FROM c', parameters: [] }),
      scripts.storedProcedures.readAll(),
      scripts.triggers.readAll(),
      scripts.userDefinedFunctions.query({ query: 'SELECT * FROM c' }),
      account.database.users.readAll(),
    ])
      expect((await found.fetchAll()).resources).toEqual([]);
  });

  it('answer 404 where their container does not exist', async () => {
    const conflicts = account.database.container('nope').conflicts.readAll();
    expect((await failure(conflicts.fetchAll())).code).toBe(404);
  });
});

describe('throughput', () => {
  it('is kept as an offer that is read and replaced', async () => {
    const container = await account.container({ throughput: 500 });
    const offer = await container.readOffer();
    expect(offer.resource?.content?.offerThroughput).toBe(500);
    expect(offer.resource?.resource).toBe((await container.read()).resource?._self);
    const changed = { ...offer.resource, content: { ...offer.resource?.content, offerThroughput: 700 } };
    const replaced = await offer.offer?.replace(changed as never);
    expect(replaced?.resource?.content?.offerThroughput).toBe(700);
    expect((await container.readOffer()).resource?.content?.offerThroughput).toBe(700);
  });

  it('scales by itself where a maximum is given', async () => {
    const container = await account.container({ maxThroughput: 4000 });
    const { resource } = await container.readOffer();
    expect(resource?.content?.offerAutopilotSettings).toMatchObject({ maxThroughput: 4000 });
  });

  it('is listed among the offers', async () => {
    const container = await account.container({ throughput: 400 });
    const { resource } = await container.read();
    const { resources } = await account.client.offers.readAll().fetchAll();
    expect(resources.map((offer) => offer.resource)).toContain(resource?._self);
  });

  it.each([
    ['below 400', { 'x-ms-offer-throughput': '300' }],
    ['not in steps of 100', { 'x-ms-offer-throughput': '450' }],
    ['that is no number', { 'x-ms-offer-throughput': 'much' }],
    [
      'both ways at once',
      { 'x-ms-offer-throughput': '400', 'x-ms-cosmos-offer-autopilot-settings': '{"maxThroughput":4000}' },
    ],
    ['below the autoscale minimum', { 'x-ms-cosmos-offer-autopilot-settings': '{"maxThroughput":500}' }],
  ])('is refused %s', async (_what, headers) => {
    const body = { id: newId(), partitionKey: { paths: ['/pk'] } };
    expect((await account.raw('POST', `/dbs/${account.database.id}/colls`, { body, headers })).status).toBe(
      400,
    );
  });

  it('makes one physical partition by default', async () => {
    const container = await account.container();
    const { resources } = await container.readPartitionKeyRanges().fetchAll();
    expect(resources).toHaveLength(1);
    expect(resources[0]).toMatchObject({
      id: '0',
      minInclusive: '',
      maxExclusive: 'FF',
      status: 'online',
      parents: [],
    });
  });

  it('above 10,000 makes several, which cover all keys without a gap', async () => {
    const container = await account.container({ throughput: 30_000 });
    const { resources } = await container.readPartitionKeyRanges().fetchAll();
    expect(resources.length).toBeGreaterThan(1);
    expect(resources[0]?.minInclusive).toBe('');
    expect(resources.at(-1)?.maxExclusive).toBe('FF');
    for (const [index, range] of resources.slice(1).entries())
      expect(range.minInclusive).toBe(resources[index]?.maxExclusive);
  });
});
