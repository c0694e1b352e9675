import { readFile } from 'node:fs/promises';
import { readFolder } from './bicep';
import { workersOf } from './settingsAgreement';

interface Alert {
  name: string;
  description: string;
  severity: number;
  enabled: boolean;
  query: string;
}

interface Names {
  functions: string[];
  messages: string[];
  metrics: string[];
}

const readAlerts = async () => JSON.parse(await readFile('infra/alerts.json', 'utf8')) as Alert[];

async function readWorkbookQueries(): Promise<string[]> {
  const workbook = JSON.parse(await readFile('infra/workbook.json', 'utf8')) as {
    items: { type: number; content: { query?: string } }[];
  };
  return workbook.items.flatMap(({ content }) => content.query ?? []);
}

const quoted = (text: string) => [...text.matchAll(/'([^']*)'/g)].map(([, name]) => name ?? '');

/** What a query expects the app to write: functions in AppRequests, messages in AppTraces, metrics in AppMetrics. */
function namesIn(query: string): Names {
  const named = [...query.matchAll(/\bName\s*(?:==|in)\s*(\([^)]*\)|'[^']*')/g)].flatMap(([, list]) =>
    quoted(list ?? ''),
  );
  return {
    functions: query.startsWith('AppRequests') ? named : [],
    metrics: query.startsWith('AppMetrics') ? named : [],
    messages: [...query.matchAll(/Message startswith ('[^']*')/g)].flatMap(([, text]) => quoted(text ?? '')),
  };
}

const queryOf = async (alert: string) => (await readAlerts()).find(({ name }) => name === alert)?.query ?? '';

/** The names that the app's source does not write. */
async function missingNames(query: string): Promise<string[]> {
  const source = [...(await readFolder('src')).values()].join('\n');
  const { functions, messages, metrics } = namesIn(query);
  return [...functions, ...messages, ...metrics].filter((name) => !source.includes(`'${name}'`));
}

const countNames = (query: string) => Object.values(namesIn(query)).flat().length;

test('raises only alerts that something in the app can raise', async () => {
  const enabled = (await readAlerts()).filter((alert) => alert.enabled);
  expect(enabled.length).toBeGreaterThan(5);
  for (const { name, query } of enabled)
    expect({ name, missing: await missingNames(query) }).toEqual({ name, missing: [] });
});

test('has every alert switched on whose function, message or metric exists', async () => {
  for (const { name, query } of (await readAlerts()).filter((alert) => !alert.enabled))
    expect({ name, isStillMissing: (await missingNames(query)).length > 0 }).toEqual({
      name,
      isStillMissing: true,
    });
});

test('notices a query for a function that was renamed', async () => {
  expect(await missingNames("AppRequests | where Name in ('getCommit', 'fetchCommit')")).toEqual([
    'fetchCommit',
  ]);
});

test('does not take the work of change feed and timer for slow answers', async () => {
  const workers = await workersOf(await readFolder('src/functions'));
  const excluded = quoted(/Name !in (\([^)]*\))/.exec(await queryOf('latency-p99'))?.[1] ?? '');
  expect(workers.length).toBeGreaterThan(2);
  expect(excluded).toEqual(expect.arrayContaining([...workers, 'healthLive', 'healthReady']));
});

test('watches every function of the change feed', async () => {
  const sources = [...(await readFolder('src/functions')).values()].join('\n');
  const listeners = [...sources.matchAll(/app\.cosmosDB\(\s*'(\w+)'/g)].map(([, name]) => name ?? '');
  expect(listeners.length).toBeGreaterThan(1);
  expect(namesIn(await queryOf('change-feed-stuck')).functions).toEqual(expect.arrayContaining(listeners));
});

test('gives each alert a name, a sentence and a value to compare', async () => {
  const alerts = await readAlerts();
  expect(new Set(alerts.map(({ name }) => name)).size).toBe(alerts.length);
  for (const { description, query, severity } of alerts) {
    expect(description).toMatch(/^[A-Z].*\.$/);
    expect(query).toContain('Value =');
    expect([0, 1, 2, 3, 4]).toContain(severity);
  }
});

test('shows in the workbook only what exists', async () => {
  const queries = await readWorkbookQueries();
  expect(queries.reduce((sum, query) => sum + countNames(query), 0)).toBeGreaterThan(5);
  for (const query of queries)
    expect({ query, missing: await missingNames(query) }).toEqual({ query, missing: [] });
});

test('asks for no column that could hold a message, a path or an address of a person', async () => {
  const queries = [...(await readAlerts()).map(({ query }) => query), ...(await readWorkbookQueries())];
  expect(
    queries.filter((query) => /\b(Url|UserId|ClientIP|Properties\.(message|author|path))\b/.test(query)),
  ).toEqual([]);
});
