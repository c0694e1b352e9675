import { type IncomingMessage, request } from 'node:http';
import fc from 'fast-check';
import { type Emulator, startEmulator } from '../../../local/emulator/index';
import { sign } from '../../contract/account';

/** 2,000 requests always; EMULATOR_FUZZ_REQUESTS=20000 for the long run. */
const requests = Number(process.env.EMULATOR_FUZZ_REQUESTS ?? 2_000);

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ port: 0, memory: true });
  await send('POST', '/dbs', {}, '{"id":"db"}');
  await send(
    'POST',
    '/dbs/db/colls',
    {},
    '{"id":"c","partitionKey":{"paths":["/a","/b"],"kind":"MultiHash","version":2}}',
  );
  await send(
    'POST',
    '/dbs/db/colls',
    { 'x-ms-offer-throughput': '20000' },
    '{"id":"w","partitionKey":{"paths":["/a"]},"defaultTtl":-1}',
  );
  for (let n = 0; n < 20; n += 1)
    await send(
      'POST',
      '/dbs/db/colls/w/docs',
      { 'x-ms-documentdb-partitionkey': `[${n % 4}]` },
      `{"id":"i${n}","a":${n % 4},"n":${n},"l":[1,"x"]}`,
    );
});
afterAll(() => emulator.close());

function send(
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string,
  signed = true,
): Promise<number> {
  const segments = (path.split('?')[0] ?? '').split('/').filter((part) => part !== '');
  const decoded = segments.map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
  const feed = decoded.length % 2 === 1;
  const date = new Date().toUTCString();
  const type = (feed ? decoded.at(-1) : decoded.at(-2)) ?? '';
  const link = (feed ? decoded.slice(0, -1) : decoded).join('/');
  const authorization = signed ? sign(emulator.key, method, type, link, date) : 'nonsense';
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: emulator.port,
        method,
        path,
        headers: { authorization, 'x-ms-date': date, ...headers },
      },
      (response: IncomingMessage) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    sent.on('error', reject);
    sent.setTimeout(20_000, () =>
      sent.destroy(new Error(`no answer to ${method} ${path} ${body.slice(0, 300)}`)),
    );
    sent.end(body);
  });
}

const word = fc.constantFrom(
  'dbs',
  'db',
  'colls',
  'c',
  'w',
  'docs',
  'i1',
  'pkranges',
  'offers',
  'operations',
  'partitionkeydelete',
  '_faults',
  'x%20y',
  '%C3%BC',
  '%',
  '..',
  'a?b',
);
const path = fc.oneof(
  fc.constantFrom(
    '/',
    '/dbs',
    '/dbs/db',
    '/dbs/db/colls',
    '/dbs/db/colls/c',
    '/dbs/db/colls/w',
    '/dbs/db/colls/c/docs',
    '/dbs/db/colls/w/docs',
    '/dbs/db/colls/w/docs/i1',
    '/dbs/db/colls/w/pkranges',
    '/offers',
  ),
  fc.array(word, { maxLength: 7 }).map((words) => `/${words.join('/')}`),
);
const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS');

const printable = fc.string({ maxLength: 30 }).map((text) => text.replace(/[^\x20-\x7e]/g, ''));
const headerValue = fc.oneof(
  fc.constantFrom(
    'true',
    'false',
    'True',
    '*',
    '0',
    '1',
    '-1',
    '77',
    '[]',
    '[1]',
    '[{}]',
    '["a","b"]',
    '[null,null]',
    '"5"',
    'FF',
    '',
    '3F',
    'Incremental Feed',
    'application/query+json',
    new Date(0).toUTCString(),
    '0:-1#5',
  ),
  printable,
);
const headerName = fc.constantFrom(
  'x-ms-documentdb-partitionkey',
  'x-ms-documentdb-partitionkeyrangeid',
  'x-ms-documentdb-isquery',
  'x-ms-documentdb-is-upsert',
  'x-ms-documentdb-query-enablecrosspartition',
  'x-ms-cosmos-is-query-plan-request',
  'x-ms-cosmos-is-batch-request',
  'x-ms-cosmos-batch-atomic',
  'x-ms-max-item-count',
  'x-ms-continuation',
  'x-ms-start-epk',
  'x-ms-end-epk',
  'x-ms-session-token',
  'x-ms-offer-throughput',
  'x-ms-cosmos-offer-autopilot-settings',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'a-im',
  'prefer',
  'content-type',
);
const headers = fc.dictionary(headerName, headerValue, { maxKeys: 6 });

const token = fc.constantFrom(
  ...'SELECT * VALUE DISTINCT TOP FROM c c.a c.n c.l c["a"] WHERE AND OR NOT IN ( ) [ ] { } , : = != < >= + - / % 1 -2.5 "x" \'y\' null true undefined LIKE BETWEEN ORDER BY GROUP ASC DESC OFFSET LIMIT JOIN t EXISTS ARRAY COUNT(1) SUM(c.n) ABS(c.n) CONCAT( REGEXMATCH( @p ? ?? || & << . ; -- /* ~'.split(
    ' ',
  ),
);
const fragment = fc.array(token, { maxLength: 25 }).map((tokens) => tokens.join(' '));
const sql = fc.oneof(
  fragment,
  fragment.map((text) => `SELECT * FROM c WHERE ${text}`),
  fragment.map((text) => `SELECT ${text} FROM c`),
  fragment.map((text) => `SELECT VALUE c.n FROM c ${text}`),
  fc.string(),
);
const operation = fc.record(
  {
    operationType: fc.constantFrom('Create', 'Upsert', 'Read', 'Replace', 'Delete', 'Patch', 'Odd'),
    id: fc.constantFrom('i1', 'i2', 'new', '', 'a/b'),
    resourceBody: fc.oneof(
      fc.jsonValue(),
      fc.constant({ id: 'i1', a: 1 }),
      fc.constant({ operations: [{ op: 'incr', path: '/n', value: 1 }] }),
    ),
    partitionKey: fc.constantFrom('[1]', '["x"]', '[{}]', 'odd', '[1,2]'),
    ifMatch: fc.constantFrom('*', '"x"'),
  },
  { requiredKeys: [] },
);
const patch = fc.record(
  {
    op: fc.constantFrom('add', 'set', 'remove', 'incr', 'move', 'odd'),
    path: fc.constantFrom('/n', '/l/0', '/l/-', '/l/9', '/a', '/id', 'x', '/', '/__proto__/x'),
    value: fc.jsonValue(),
    from: fc.constantFrom('/n', '/l'),
  },
  { requiredKeys: [] },
);
const body = fc.oneof(
  sql.map((query) => JSON.stringify({ query, parameters: [{ name: '@p', value: 1 }] })),
  fc.array(operation, { maxLength: 4 }).map((value) => JSON.stringify(value)),
  fc.array(patch, { maxLength: 4 }).map((value) => JSON.stringify(value)),
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc
    .record(
      {
        id: fc.constantFrom('i1', 'new', '', 5),
        a: fc.jsonValue(),
        ttl: fc.constantFrom(1, 0, 'x', -1, null),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value)),
  fc
    .record(
      {
        id: fc.constantFrom('c', 'n', 'a/b'),
        partitionKey: fc.oneof(fc.jsonValue(), fc.constant({ paths: ['/a'] })),
        indexingPolicy: fc.jsonValue(),
        defaultTtl: fc.jsonValue(),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value)),
  fc.string(),
  fc.constant(''),
);

const signed = fc.integer({ min: 0, max: 9 }).map((n) => n > 0);

/** What could take the containers away that the other requests are about. */
const destroys = (verb: string, where: string) => verb === 'DELETE' && !/docs\//.test(where);

describe('random requests', () => {
  it('are all answered, none with a 500, and leave the emulator alive', async () => {
    await fc.assert(
      fc.asyncProperty(method, path, headers, body, signed, async (verb, where, extra, text, withKey) => {
        fc.pre(!destroys(verb, where));
        const status = await send(verb, where, extra, verb === 'GET' || verb === 'HEAD' ? '' : text, withKey);
        expect(status).toBeGreaterThanOrEqual(200);
        expect(status).not.toBe(500);
      }),
      { numRuns: Math.floor(requests / 2) },
    );
    expect(await send('GET', '/dbs/db/colls/w/docs', {}, '')).toBe(200);
  }, 600_000);

  it('of SQL are all answered, none with a 500', async () => {
    const isQuery = { 'x-ms-documentdb-isquery': 'true', 'content-type': 'application/query+json' };
    await fc.assert(
      fc.asyncProperty(sql, fc.boolean(), async (query, plan) => {
        const kind: Record<string, string> = plan ? { 'x-ms-cosmos-is-query-plan-request': 'True' } : isQuery;
        const status = await send(
          'POST',
          '/dbs/db/colls/w/docs',
          kind,
          JSON.stringify({ query, parameters: [{ name: '@p', value: 1 }] }),
        );
        expect([200, 400]).toContain(status);
      }),
      { numRuns: Math.floor(requests / 2) },
    );
  }, 600_000);
});
