import type { Log } from 'sarif';
import type { CommitItem } from '../../src/lib/commit';
import { commitColumns } from '../../src/lib/export';
import { type RunningStack, startStackForSuite } from './runningStack';

let stack: RunningStack;

startStackForSuite(async (started) => {
  stack = started;
  const now = new Date().toISOString();
  const commits = Array.from({ length: 1_200 }, (_, n) => ({
    commitHash: `export${String(n).padStart(6, '0')}`,
    message: n === 7 ? '=HYPERLINK("https://evil.example")\nmore' : `change ${n}, "quoted"`,
    timestamp: n < 1_100 ? `2024-06-${String(1 + (n % 28)).padStart(2, '0')}T10:00:00Z` : now,
    author: 'dev@example.org',
    riskScore: n < 1_100 ? 0.1 : 0.9,
    filesChanged: [`src/a dir/file#${n}.ts`],
    repository: 'example/records',
  }));
  for (let from = 0; from < commits.length; from += 400)
    await post({ commits: commits.slice(from, from + 400) });
});

const post = (body: unknown) => stack.send('POST', '/commits', body);
const ask = (path: string, accept: string) => stack.call(path, { headers: { accept } });
const june = '/commits?startDate=2024-06-01&endDate=2024-06-30';

it('gives a whole range as CSV, each commit in one row, with no formula in it', async () => {
  const answer = await ask(june, 'text/csv');
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(answer.headers.get('content-disposition')).toBe(
    'attachment; filename="commits-2024-06-01-2024-06-30.csv"',
  );
  const rows = (await answer.text()).trimEnd().split('\r\n');
  expect(rows[0]).toBe(commitColumns.join(','));
  expect(new Set(rows.slice(1).map((row) => row.split(',', 1)[0])).size).toBe(1_100);
  expect(rows).toHaveLength(1_101);
  expect(rows.find((row) => row.startsWith('export000007,'))).toContain(
    `,"'=HYPERLINK(""https://evil.example"")",example/records,`,
  );
});

it('gives a whole range as lines of JSON, newest first, the same commits as page by page', async () => {
  const answer = await ask(june, 'application/x-ndjson');
  const lines = (await answer.text()).trimEnd().split('\n');
  const streamed = lines.map((line) => JSON.parse(line) as CommitItem);
  const paged: CommitItem[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page = (await (await stack.call(`${june}&limit=500${cursor && `&cursor=${cursor}`}`)).json()) as {
      items: CommitItem[];
      nextCursor: string | null;
    };
    paged.push(...page.items);
    cursor = page.nextCursor;
  }
  expect(streamed).toEqual(paged);
  expect(streamed).toHaveLength(1_100);
});

it('gives high-risk commits as a SARIF 2.1.0 log', async () => {
  const answer = await ask('/high-risk-commits?limit=5', 'application/sarif+json');
  expect(answer.headers.get('content-type')).toBe('application/sarif+json');
  const log = (await answer.json()) as Log;
  expect(log.version).toBe('2.1.0');
  const [run] = log.runs;
  expect(run?.tool.driver.rules).toHaveLength(1);
  expect(run?.results).toHaveLength(100);
  expect(run?.results?.[0]).toMatchObject({
    ruleId: 'high-risk-commit',
    level: 'error',
    rank: 90,
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: expect.stringMatching(/^src\/a%20dir\/file%23\d+\.ts$/) },
        },
      },
    ],
  });
});

it('gives an empty file of each kind where there is nothing', async () => {
  const empty = '/commits?startDate=1999-01-01&endDate=1999-01-02';
  expect(await (await ask(empty, 'text/csv')).text()).toBe(`${commitColumns.join(',')}\r\n`);
  expect(await (await ask(empty, 'application/x-ndjson')).text()).toBe('');
  const log = (await (
    await ask('/high-risk-commits?threshold=1&days=1', 'application/sarif+json')
  ).json()) as Log;
  expect(log.runs[0]?.results).toEqual([]);
});

it('says what there is where it cannot give what was asked for', async () => {
  const answer = await ask('/commits', 'application/pdf');
  expect(answer.status).toBe(406);
  expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('text/csv') });
});

it('lists what changed since an instant, whatever its day', async () => {
  const since = new Date().toISOString();
  const none = (await (await stack.call(`/commits?updatedSince=${since}`)).json()) as { items: unknown[] };
  expect(none.items).toEqual([]);
  await stack.send('PUT', '/commits/export000003/review', { status: 'acknowledged' });
  const some = (await (await stack.call(`/commits?updatedSince=${since}`)).json()) as { items: CommitItem[] };
  expect(some.items.map(({ commitHash }) => commitHash)).toEqual(['export000003']);
});

it('takes a body that comes in chunks without a length, and refuses one that never ends', async () => {
  const chunked = (chunks: Iterable<string>) =>
    stack.call('/commits', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: ReadableStream.from([...chunks].map((chunk) => Buffer.from(chunk))),
      ...{ duplex: 'half' },
    });
  const commit = JSON.stringify({
    commitHash: 'chunked1',
    message: 'in pieces',
    timestamp: '2024-01-01T00:00:00Z',
    author: 'dev@example.org',
  });
  expect((await chunked([commit.slice(0, 20), commit.slice(20)])).status).toBe(201);
  expect((await chunked(Array(27).fill(' '.repeat(1024 * 1024)))).status).toBe(413);
});

it('refuses a caller without a token whatever the size of the body, and goes on', async () => {
  for (let turn = 0; turn < 5; turn++) {
    const answer = await stack.send('POST', '/commits', ' '.repeat(5 * 1024 * 1024), { authorization: '' });
    expect(answer.status).toBe(401);
  }
  expect((await stack.call('/commits')).status).toBe(200);
});

it('tells what an answer cost: a page is one query, and the plan that the SDK asks for', async () => {
  await stack.call(june);
  const timing = (await stack.call(`${june}&limit=100`)).headers.get('server-timing') ?? '';
  expect(timing).toMatch(
    /^total;dur=[\d.]+, cosmos;dur=[\d.]+, cosmos-requests;desc="\d+", cosmos-charge;desc="[\d.]+"$/,
  );
  expect(timing).toContain('cosmos-requests;desc="2"');
});
