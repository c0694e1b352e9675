import type { Container } from '@azure/cosmos';
import { Account, failure } from './account';

let account: Account;
beforeAll(async () => {
  account = await Account.open();
});
afterAll(() => account.close());

const computedProperties = [
  { name: 'cp_lower', query: 'SELECT VALUE LOWER(c.name) FROM c' },
  { name: 'cp_sum', query: 'SELECT VALUE (root.a + root.b) FROM root' },
  { name: 'cp_tags', query: "SELECT VALUE StringSplit(c.labels, ',') FROM c" },
];

async function filled(throughput?: number): Promise<Container> {
  const container = await account.container({ computedProperties, throughput });
  await container.items.create({ id: '1', pk: 'p', name: 'Bea', a: 1, b: 2, labels: 'x,y' });
  await container.items.create({ id: '2', pk: 'q', name: 'ALF', a: 5, b: 6, labels: 'y' });
  await container.items.create({ id: '3', pk: 'r', name: 7 });
  return container;
}

const rows = async (container: Container, query: string) =>
  (await container.items.query(query).fetchAll()).resources;

describe('computed properties', () => {
  it('come back with the definition, and are replaced with it', async () => {
    const container = await account.container({ computedProperties });
    const { resource } = await container.read();
    expect(resource?.computedProperties).toEqual(computedProperties);
    await container.replace({ ...resource, computedProperties: computedProperties.slice(0, 1) });
    expect((await container.read()).resource?.computedProperties).toEqual(computedProperties.slice(0, 1));
  });

  it.each([400, 30_000])('are found by every clause of a query, at %d RU/s', async (throughput) => {
    const container = await filled(throughput);
    expect(await rows(container, "SELECT c.cp_lower, c.cp_sum FROM c WHERE c.id = '1'")).toEqual([
      { cp_lower: 'bea', cp_sum: 3 },
    ]);
    expect(await rows(container, "SELECT VALUE x.id FROM x WHERE x.cp_lower = 'alf'")).toEqual(['2']);
    expect(await rows(container, 'SELECT VALUE c.id FROM c ORDER BY c.cp_sum DESC')).toEqual(['2', '1']);
    expect(await rows(container, 'SELECT VALUE SUM(c.cp_sum) FROM c')).toEqual([14]);
    expect(await rows(container, "SELECT VALUE c.id FROM c JOIN t IN c.cp_tags WHERE t = 'x'")).toEqual([
      '1',
    ]);
    expect(
      await rows(
        container,
        "SELECT c['cp_lower'], COUNT(1) AS k FROM c WHERE c.a = 1 GROUP BY c['cp_lower']",
      ),
    ).toEqual([{ cp_lower: 'bea', k: 1 }]);
  });

  it('are undefined where their expression is', async () => {
    const container = await filled();
    expect(await rows(container, 'SELECT VALUE c.id FROM c WHERE NOT IS_DEFINED(c.cp_lower)')).toEqual(['3']);
  });

  it('are no part of the item, nor of a wildcard', async () => {
    const container = await filled();
    const [item] = await rows(container, "SELECT * FROM c WHERE c.id = '1'");
    expect(item).toMatchObject({ name: 'Bea' });
    expect(item).not.toHaveProperty('cp_lower');
    expect((await container.item('1', 'p').read()).resource).not.toHaveProperty('cp_lower');
  });

  it('serve an ORDER BY through a composite index that names them', async () => {
    const container = await account.container({
      computedProperties,
      indexingPolicy: {
        compositeIndexes: [
          [
            { path: '/pk', order: 'ascending' },
            { path: '/cp_sum', order: 'ascending' },
          ],
        ],
      },
    });
    for (const [id, a] of Object.entries({ '1': 3, '2': 1, '3': 2 }))
      await container.items.create({ id, pk: 'p', a, b: 0 });
    const query = "SELECT VALUE c.id FROM c WHERE c.pk = 'p' ORDER BY c.pk, c.cp_sum";
    expect(await rows(container, query)).toEqual(['2', '3', '1']);
  });

  it.each([
    ['without VALUE', 'SELECT c.name FROM c'],
    ['with WHERE', 'SELECT VALUE c.name FROM c WHERE c.a = 1'],
    ['with ORDER BY', 'SELECT VALUE c.name FROM c ORDER BY c.a'],
    ['with TOP', 'SELECT TOP 1 VALUE c.name FROM c'],
    ['with DISTINCT', 'SELECT DISTINCT VALUE c.name FROM c'],
    ['with OFFSET and LIMIT', 'SELECT VALUE c.name FROM c OFFSET 0 LIMIT 1'],
    ['with GROUP BY', 'SELECT VALUE c.name FROM c GROUP BY c.name'],
    ['with a JOIN', 'SELECT VALUE t FROM c JOIN t IN c.tags'],
    ['with a subquery', 'SELECT VALUE ARRAY(SELECT VALUE t FROM t IN c.tags) FROM c'],
    ['with an aggregate', 'SELECT VALUE COUNT(1) FROM c'],
    ['with the time', 'SELECT VALUE GetCurrentDateTime() FROM c'],
    ['with chance', 'SELECT VALUE c.a + RAND() FROM c'],
    ['without FROM', 'SELECT VALUE 1'],
    ['over a part of the item', 'SELECT VALUE a FROM a IN c.tags'],
    ['that is no query', 'LOWER(c.name)'],
    ['with an unknown function', 'SELECT VALUE NOPE(c.name) FROM c'],
  ])('are refused with 400 %s', async (_what, query) => {
    const made = account.container({ computedProperties: [{ name: 'cp_x', query }] });
    expect((await failure(made)).code).toBe(400);
  });

  it.each([
    ['a reserved name', [{ name: 'id', query: 'SELECT VALUE c.a FROM c' }]],
    ['one name twice', [computedProperties[0], computedProperties[0]]],
    [
      'more than 20',
      Array.from({ length: 21 }, (_, n) => ({ name: `cp${n}`, query: 'SELECT VALUE c.a FROM c' })),
    ],
    ['no query', [{ name: 'cp_x' }]],
  ])('are refused with 400 for %s', async (_what, properties) => {
    expect((await failure(account.container({ computedProperties: properties as never }))).code).toBe(400);
  });
});
