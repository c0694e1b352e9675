import type { Container, SqlParameter } from '@azure/cosmos';
import { Account, failure } from './account';

let account: Account;
let container: Container;

const items = [
  {
    id: '1',
    pk: 'a',
    n: 1,
    s: 'apple',
    flag: true,
    tags: ['red', 'sweet'],
    o: { x: 1, y: { z: 'deep' } },
    kids: [
      { name: 'k1', age: 3 },
      { name: 'k2', age: 7 },
    ],
  },
  { id: '2', pk: 'a', n: 2, s: 'banana', flag: false, tags: ['yellow', 'sweet'], o: { x: 2 }, kids: [] },
  { id: '3', pk: 'b', n: 3, s: 'Cherry', nothing: null, tags: [], order: 'kw', value: 'v' },
  { id: '4', pk: 'b', n: -4.5, s: "d'Anjou", tags: ['green', 'red'], kids: [{ name: 'k3', age: 5 }] },
  { id: '5', pk: 'c', n: '5', s: 'elder_berry 100%', mixed: [1, 'x', null] },
];

beforeAll(async () => {
  account = await Account.open();
  container = await account.container();
  for (const item of items) await container.items.create(item);
});
afterAll(() => account.close());

async function rows(query: string, parameters: SqlParameter[] = []): Promise<unknown[]> {
  return (await container.items.query({ query, parameters }).fetchAll()).resources;
}

/** The ids that a WHERE clause finds, sorted. */
const idsWhere = async (where: string, parameters: SqlParameter[] = []): Promise<string> =>
  ((await rows(`SELECT VALUE c.id FROM c WHERE ${where}`, parameters)) as string[]).sort().join('');

describe('WHERE', () => {
  it.each([
    ['c.n = 1', '1'],
    ['c.n != 1', '234'],
    ['c.n <> 1', '234'],
    ['c.n > 1', '23'],
    ['c.n >= 1 AND c.n < 3', '12'],
    ["c.s = 'apple' OR c.s = 'banana'", '12'],
    ['c.flag', '1'],
    ['NOT c.flag', '2'],
    ['c.flag = true', '1'],
    ["c.pk = 'a'", '12'],
    ["c.n = '5'", '5'],
    ["c.n > '0'", '5'],
    ['c.n BETWEEN 1 AND 2', '12'],
    ['c.n NOT BETWEEN 1 AND 2', '34'],
    ['c.n BETWEEN 0 AND 20', '123'],
    ['c.n IN (1, 3)', '13'],
    ['c.n NOT IN (1, 3)', '24'],
    ["c.s IN ('apple', 'Cherry')", '13'],
    ["c.s LIKE 'b%'", '2'],
    ["c.s LIKE '%rr%'", '35'],
    ["c.s LIKE '_pple'", '1'],
    ["c.s LIKE '[ab]%'", '12'],
    ["c.s LIKE '[^ab]%'", '345'],
    ["c.s NOT LIKE '%a%'", '345'],
    ["c.s LIKE '%100!%' ESCAPE '!'", '5'],
    ["c.s LIKE '%r!_b%' ESCAPE '!'", '5'],
    ['c.nothing = null', '3'],
    ['IS_DEFINED(c.nothing)', '3'],
    ['NOT IS_DEFINED(c.nothing)', '1245'],
    ['IS_NULL(c.nothing)', '3'],
    ['c.missing = 1', ''],
    ['NOT (c.missing = 1)', ''],
    ['c.missing = 1 OR c.n = 1', '1'],
    ['NOT (c.missing = 1 AND c.n = 99)', '1234'],
    ["c.o.y.z = 'deep'", '1'],
    ["c['o']['x'] = 2", '2'],
    ["c.tags[0] = 'red'", '1'],
    ["ARRAY_CONTAINS(c.tags, 'red')", '14'],
    ["ARRAY_CONTAINS(c.kids, {name: 'k2'}, true)", '1'],
    ["ARRAY_CONTAINS(c.kids, {name: 'k2', age: 7})", '1'],
    ["ARRAY_CONTAINS(c.kids, {name: 'k2'})", ''],
    ['ARRAY_LENGTH(c.tags) = 0', '3'],
    ['c.o = {y: {z: "deep"}, x: 1}', '1'],
    ["c.tags = ['red', 'sweet']", '1'],
    ["c.tags = ['sweet', 'red']", ''],
    ['EXISTS(SELECT VALUE k FROM k IN c.kids WHERE k.age > 4)', '14'],
    ["EXISTS(SELECT VALUE t FROM t IN c.tags WHERE t = 'sweet')", '12'],
    ["c.order = 'kw'", '3'],
    ["c.value = 'v'", '3'],
    ["c.s = 'd\\'Anjou'", '4'],
    ['c.s = "d\'Anjou"', '4'],
    ['c.n * 2 + 1 = 5', '2'],
    ['(c.n + 1) % 2 = 0', '13'],
    ['c.n / 2 = 1', '2'],
    ['-c.n = 4.5', '4'],
    ["c.s || '!' = 'apple!'", '1'],
    ['(c.n > 2 ? true : false)', '3'],
    ["(c.nothing ?? 'x') = 'x'", '12345'],
    ['c.tags.length = 2', ''],
    ['IS_DEFINED(c.tags.length)', ''],
    ['IS_DEFINED(c.__proto__)', ''],
    ['IS_DEFINED(c.constructor)', ''],
    ['IS_DEFINED(c.s.length)', ''],
    ['true', '12345'],
    ['false', ''],
    ['null', ''],
    ['c.n & 1 = 1', '13'],
    ['1 = 1', '12345'],
    ['c.tags < c.kids', ''],
    ['STARTSWITH(c.s, "ch", true)', '3'],
    ['c.mixed[2] = null', '5'],
    ['-- a comment\n c.n = 1', '1'],
  ])('%s', async (where, ids) => {
    expect(await idsWhere(where)).toBe(ids);
  });

  it.each<[string, unknown, string]>([
    ['c.n = @p', 2, '2'],
    ['c.s = @p', "' OR true --", ''],
    ['c.nothing = @p', null, '3'],
    ['c.flag = @p', false, '2'],
    ['ARRAY_CONTAINS(@p, c.n)', [1, 3], '13'],
    ['c.o = @p', { x: 2 }, '2'],
    ['c[@p] = 1', 'n', '1'],
  ])('%s with a parameter', async (where, value, ids) => {
    expect(await idsWhere(where, [{ name: '@p', value: value as never }])).toBe(ids);
  });

  it('finds nothing by a comparison across types', async () => {
    expect(await idsWhere("c.n = 'apple'")).toBe('');
    expect(await idsWhere('c.s > 0')).toBe('');
    expect(await idsWhere('c.n > null')).toBe('');
  });
});

describe('SELECT', () => {
  it.each<[string, unknown[]]>([
    ["SELECT VALUE c.s FROM c WHERE c.id = '1'", ['apple']],
    ["SELECT c.id, c.n FROM c WHERE c.id = '1'", [{ id: '1', n: 1 }]],
    ["SELECT c.id, c.missing FROM c WHERE c.id = '1'", [{ id: '1' }]],
    ["SELECT c.o.y.z FROM c WHERE c.id = '1'", [{ z: 'deep' }]],
    ["SELECT c.n AS number, c.s text FROM c WHERE c.id = '1'", [{ number: 1, text: 'apple' }]],
    ["SELECT c.n + 1, c.s || '!' FROM c WHERE c.id = '1'", [{ $1: 2, $2: 'apple!' }]],
    [
      "SELECT VALUE {a: c.n, b: [c.s, c.missing], m: c.missing} FROM c WHERE c.id = '1'",
      [{ a: 1, b: ['apple'] }],
    ],
    ["SELECT VALUE [c.n, c.missing, null] FROM c WHERE c.id = '1'", [[1, null]]],
    ['SELECT VALUE c.missing FROM c', []],
    ["SELECT VALUE c.flag ?? 'none' FROM c WHERE c.pk = 'b'", ['none', 'none']],
    ['SELECT VALUE 1', [1]],
    ["SELECT VALUE 'x' FROM c WHERE c.id = '1'", ['x']],
    ["SELECT TOP 1 VALUE c.id FROM c WHERE c.pk = 'a'", ['1']],
    ["SELECT VALUE c.id FROM c WHERE c.pk = 'a' OFFSET 1 LIMIT 1", ['2']],
    ["SELECT VALUE c.id FROM c WHERE c.pk = 'a' OFFSET 0 LIMIT 0", []],
    ["SELECT VALUE root.id FROM root WHERE root.id = '1'", ['1']],
    ["SELECT VALUE x.id FROM c AS x WHERE x.id = '1'", ['1']],
    ["SELECT VALUE x.id FROM c x WHERE x.id = '1'", ['1']],
    ['SELECT * FROM c.o.y WHERE true', [{ z: 'deep' }]],
    ["SELECT VALUE c.kids[1].name FROM c WHERE c.id = '1'", ['k2']],
    ["SELECT c['id'] FROM c WHERE c.id = '1'", [{ id: '1' }]],
    ["select value c.id from c where c.id in ('1')", ['1']],
    ["SELECT VALUE (SELECT VALUE COUNT(1) FROM k IN c.kids) FROM c WHERE c.id = '1'", [2]],
    [
      "SELECT VALUE ARRAY(SELECT VALUE k.name FROM k IN c.kids WHERE k.age > 4) FROM c WHERE c.id = '1'",
      [['k2']],
    ],
    [
      "SELECT VALUE ARRAY(SELECT k.name FROM k IN c.kids) FROM c WHERE c.id = '1'",
      [[{ name: 'k1' }, { name: 'k2' }]],
    ],
    ["SELECT VALUE 1/0 FROM c WHERE c.id = '1'", []],
    ["SELECT VALUE 'tab\\tquote\\u0041' FROM c WHERE c.id = '1'", ['tab\tquoteA']],
    ['SELECT VALUE undefined FROM c', []],
    ["SELECT {} FROM c WHERE c.id = '1'", [{ $1: {} }]],
    ["SELECT VALUE 0x1F FROM c WHERE c.id = '1'", [31]],
    ["SELECT VALUE 1e3 FROM c WHERE c.id = '1'", [1000]],
    ["SELECT VALUE 5 >> 1 FROM c WHERE c.id = '1'", [2]],
    ["SELECT VALUE ~5 FROM c WHERE c.id = '1'", [-6]],
    ["SELECT VALUE 6 ^ 3 FROM c WHERE c.id = '1'", [5]],
  ])('%s', async (query, expected) => {
    expect(await rows(query)).toEqual(expected);
  });

  it('gives whole items with their system properties', async () => {
    const [item] = await rows("SELECT * FROM c WHERE c.id = '1'");
    expect(item).toMatchObject({ ...items[0], _etag: expect.any(String), _ts: expect.any(Number) });
  });
});

describe('JOIN and FROM IN', () => {
  it.each<[string, unknown[]]>([
    [
      "SELECT c.id, t AS tag FROM c JOIN t IN c.tags WHERE c.id = '1'",
      [
        { id: '1', tag: 'red' },
        { id: '1', tag: 'sweet' },
      ],
    ],
    ["SELECT VALUE k.name FROM c JOIN k IN c.kids WHERE k.age > 4 AND c.pk = 'b'", ['k3']],
    ['SELECT VALUE k.name FROM k IN c.kids WHERE k.age = 3', ['k1']],
    [
      "SELECT VALUE {t: t, k: k.name} FROM c JOIN t IN c.tags JOIN k IN c.kids WHERE c.id = '4'",
      [
        { t: 'green', k: 'k3' },
        { t: 'red', k: 'k3' },
      ],
    ],
    [
      "SELECT VALUE k.name FROM c JOIN (SELECT VALUE x FROM x IN c.kids WHERE x.age > 4) AS k WHERE c.id = '1'",
      ['k2'],
    ],
    ["SELECT VALUE z FROM c JOIN z IN (SELECT VALUE c.n) WHERE c.id = '1'", [1]],
    ["SELECT VALUE s.m FROM (SELECT VALUE {m: c.n} FROM c WHERE c.pk = 'a') AS s WHERE s.m = 1", [1]],
    ['SELECT VALUE t FROM c JOIN t IN c.missing', []],
  ])('%s', async (query, expected) => {
    expect(await rows(query)).toEqual(expected);
  });

  it('does not give an item without elements', async () => {
    expect(await rows("SELECT c.id FROM c JOIN k IN c.kids WHERE c.id = '2'")).toEqual([]);
  });
});

describe('aggregates', () => {
  it.each<[string, unknown[]]>([
    ['SELECT VALUE COUNT(1) FROM c', [5]],
    ['SELECT VALUE COUNT(c.flag) FROM c', [2]],
    ['SELECT VALUE COUNT(1) FROM c WHERE false', [0]],
    ["SELECT VALUE SUM(c.n) FROM c WHERE c.pk != 'c'", [1.5]],
    ['SELECT VALUE SUM(c.n) FROM c', []],
    ["SELECT VALUE AVG(c.n) FROM c WHERE c.pk = 'a'", [1.5]],
    ['SELECT VALUE AVG(c.n) FROM c', []],
    ['SELECT VALUE MIN(c.n) FROM c', [-4.5]],
    ['SELECT VALUE MAX(c.n) FROM c', ['5']],
    ['SELECT VALUE MAX(c.n) FROM c WHERE false', []],
    ['SELECT VALUE MIN(c.nothing) FROM c', [null]],
    ["SELECT COUNT(1) AS k, MAX(c.n) AS m FROM c WHERE c.pk = 'a'", [{ k: 2, m: 2 }]],
    ["SELECT COUNT(1) FROM c WHERE c.pk = 'a'", [{ $1: 2 }]],
    ['SELECT VALUE SUM(k.age) FROM c JOIN k IN c.kids', [15]],
    ["SELECT VALUE {total: SUM(c.n), twice: SUM(c.n) * 2} FROM c WHERE c.pk = 'a'", [{ total: 3, twice: 6 }]],
  ])('%s', async (query, expected) => {
    expect(await rows(query)).toEqual(expected);
  });
});

describe('GROUP BY and DISTINCT', () => {
  const sorted = (values: unknown[]) => values.map((value) => JSON.stringify(value)).sort();

  it.each<[string, unknown[]]>([
    [
      'SELECT c.pk, COUNT(1) AS k FROM c GROUP BY c.pk',
      [
        { pk: 'a', k: 2 },
        { pk: 'b', k: 2 },
        { pk: 'c', k: 1 },
      ],
    ],
    ['SELECT VALUE c.pk FROM c GROUP BY c.pk', ['a', 'b', 'c']],
    ['SELECT VALUE COUNT(1) FROM c GROUP BY c.pk', [2, 2, 1]],
    [
      'SELECT c.pk, c.flag, COUNT(1) AS k FROM c WHERE c.pk = "a" GROUP BY c.pk, c.flag',
      [
        { pk: 'a', flag: true, k: 1 },
        { pk: 'a', flag: false, k: 1 },
      ],
    ],
    ['SELECT MAX(c.n) AS most FROM c WHERE c.pk = "a" GROUP BY c.pk', [{ most: 2 }]],
    [
      'SELECT c.flag, COUNT(1) AS k FROM c GROUP BY c.flag',
      [{ flag: true, k: 1 }, { flag: false, k: 1 }, { k: 3 }],
    ],
    [
      'SELECT UPPER(c.pk) AS p, COUNT(1) AS k FROM c WHERE c.pk = "a" GROUP BY UPPER(c.pk)',
      [{ p: 'A', k: 2 }],
    ],
    ['SELECT DISTINCT c.pk FROM c', [{ pk: 'a' }, { pk: 'b' }, { pk: 'c' }]],
    ['SELECT DISTINCT VALUE c.pk FROM c', ['a', 'b', 'c']],
    ['SELECT DISTINCT VALUE t FROM c JOIN t IN c.tags', ['red', 'sweet', 'yellow', 'green']],
    ['SELECT DISTINCT VALUE {b: 1, a: c.missing} FROM c', [{ b: 1 }]],
    ['SELECT DISTINCT VALUE c.pk FROM c WHERE c.pk = "a"', ['a']],
    ['SELECT VALUE COUNT(1) FROM (SELECT DISTINCT VALUE c.pk FROM c)', [3]],
    ['SELECT COUNT(1) AS k FROM (SELECT DISTINCT c.pk FROM c WHERE c.pk != "a") AS d', [{ k: 2 }]],
    ['SELECT VALUE MAX(d.pk) FROM (SELECT DISTINCT c.pk FROM c) AS d WHERE d.pk < "c"', ['b']],
    ['SELECT VALUE d FROM (SELECT DISTINCT VALUE c.pk FROM c) AS d ORDER BY d DESC', ['c', 'b', 'a']],
    ['SELECT VALUE COUNT(1) FROM (SELECT VALUE c.pk FROM c)', [5]],
  ])('%s', async (query, expected) => {
    expect(sorted(await rows(query))).toEqual(sorted(expected));
  });
});

describe('what would never end', () => {
  const numbers = JSON.stringify(Array.from({ length: 300 }, (_, n) => n));

  it.each([
    [
      'rows without measure',
      `SELECT VALUE COUNT(1) FROM c JOIN a IN (SELECT VALUE ${numbers}) JOIN x IN a JOIN y IN a JOIN z IN a`,
      408,
    ],
    ['text without measure', `SELECT VALUE ${"REPLICATE('x', 10000) || ".repeat(1500)}'' FROM c`, 400],
  ])('is stopped: %s', async (_what, query, status) => {
    expect((await failure(container.items.query(query).fetchAll())).code).toBe(status);
  });
});

describe('what is no query', () => {
  it.each([
    '',
    'SELECT',
    'SELECT * FROM',
    'SELECT * FRM c',
    'SELECT * FROM c WHERE',
    'SELECT * FROM c WHERE c.n =',
    'SELECT * FROM c WHERE (c.n = 1',
    'SELECT * FROM c WHERE c.n = 1)',
    "SELECT * FROM c WHERE c.s = 'open",
    'SELECT * FROM c WHERE c.n = 1 garbage here',
    'SELECT * FROM c WHERE x.n = 1',
    'SELECT x FROM c',
    'SELECT * FROM c WHERE NO_SUCH(c.n)',
    'SELECT * FROM c WHERE udf.mine(c.n)',
    'SELECT * FROM c WHERE ABS()',
    'SELECT * FROM c WHERE ABS(1, 2)',
    'SELECT * FROM c WHERE COUNT(1) > 1',
    'SELECT *',
    'SELECT c.id, COUNT(1) FROM c',
    'SELECT * FROM c GROUP BY c.pk',
    'SELECT c.n, COUNT(1) FROM c GROUP BY c.pk',
    'SELECT c.pk, COUNT(1) FROM c GROUP BY c.pk ORDER BY c.pk',
    'SELECT c.id FROM c ORDER BY c.n +',
    'SELECT TOP -1 * FROM c',
    'SELECT TOP 1.5 * FROM c',
    'SELECT * FROM c OFFSET 1',
    'SELECT * FROM c OFFSET -1 LIMIT 1',
    'SELECT c.id AS a, c.n AS a FROM c',
    'SELECT * FROM c JOIN t IN c.tags',
    'INSERT INTO c VALUES (1)',
    'SELECT * FROM c; DROP TABLE c',
    `SELECT * FROM c WHERE ${'('.repeat(5000)}1${')'.repeat(5000)}`,
    `SELECT * FROM c WHERE ${'NOT '.repeat(5000)}true`,
    `SELECT VALUE ${'-'.repeat(3)}${'+'.repeat(9000)}1`,
  ])('%.60s is refused with 400', async (query) => {
    const answer = await account.raw('POST', `/dbs/${account.database.id}/colls/${container.id}/docs`, {
      body: { query },
      headers: {
        'content-type': 'application/query+json',
        'x-ms-documentdb-isquery': 'true',
        'x-ms-documentdb-query-enablecrosspartition': 'true',
      },
    });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'BadRequest', message: expect.any(String) });
  });

  it('is refused with 400 on the plan request too', async () => {
    const answer = await account.raw('POST', `/dbs/${account.database.id}/colls/${container.id}/docs`, {
      body: { query: 'SELEC' },
      headers: {
        'content-type': 'application/query+json',
        'x-ms-cosmos-is-query-plan-request': 'True',
        'x-ms-cosmos-query-version': '1.4',
      },
    });
    expect(answer.status).toBe(400);
  });

  it('throws in the client with code 400', async () => {
    expect((await failure(container.items.query('SELEC').fetchAll())).code).toBe(400);
  });

  it.each<[string, unknown]>([
    ['no query', {}],
    ['a query that is a number', { query: 5 }],
    [
      'a parameter that nests without end',
      `{"query":"SELECT DISTINCT VALUE @p FROM c","parameters":[{"name":"@p","value":${'['.repeat(100_000)}${']'.repeat(100_000)}}]}`,
    ],
    ['parameters that are no array', { query: 'SELECT * FROM c', parameters: {} }],
    ['a parameter without a name', { query: 'SELECT * FROM c', parameters: [{ value: 1 }] }],
    ['a query over 512 KB', { query: `SELECT * FROM c WHERE c.s = '${'x'.repeat(520 * 1024)}'` }],
  ])('in a body with %s is refused', async (_what, body) => {
    const answer = await account.raw('POST', `/dbs/${account.database.id}/colls/${container.id}/docs`, {
      body,
      headers: { 'content-type': 'application/query+json', 'x-ms-documentdb-isquery': 'true' },
    });
    expect(answer.status).toBe(400);
  });
});
