import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attributeNames } from '../../src/lib/telemetry';
import { analyse } from './kusto';
import { tables } from './kusto/tables';

// Every query of the language Kusto that an operator or a rule may run: parsed and bound by Microsoft's own parser.

interface Query {
  name: string;
  query: string;
}

const inWorkbook = (
  JSON.parse(readFileSync('infra/workbook.json', 'utf8')) as {
    items: { name: string; content: { query?: string } }[];
  }
).items.flatMap(({ name, content: { query } }) =>
  query === undefined ? [] : [{ name: `workbook: ${name}`, query }],
);

const inAlerts = (JSON.parse(readFileSync('infra/alerts.json', 'utf8')) as Query[]).map(
  ({ name, query }) => ({
    name: `alert: ${name}`,
    query,
  }),
);

/** Blocks of the language, and queries within a sentence. */
function queriesIn(document: string): Query[] {
  const text = readFileSync(join('docs', document), 'utf8');
  const blocks = [...text.matchAll(/^```kusto\n(.*?)^```/gms)];
  const inline = [
    ...text.matchAll(new RegExp(`\`((?:${Object.keys(tables).join('|')})\\s*\\|[^\`]+)\``, 'g')),
  ];
  return [...blocks, ...inline].map(([, query = ''], index) => ({ name: `${document} ${index + 1}`, query }));
}

const inDocuments = readdirSync('docs')
  .filter((name) => name.endsWith('.md'))
  .flatMap(queriesIn);

const all = [...inWorkbook, ...inAlerts, ...inDocuments];

it('finds the queries', () => {
  expect(inWorkbook.length).toBeGreaterThanOrEqual(14);
  expect(inAlerts.length).toBeGreaterThanOrEqual(11);
  expect(inDocuments.length).toBeGreaterThanOrEqual(7);
});

it.each(all)('$name is right, by the language and the columns of the tables', ({ query }) => {
  expect(analyse(query).problems).toEqual([]);
});

it.each(inAlerts)('$name answers with the value that its rule looks at', ({ query }) => {
  expect(analyse(query).columns).toContain('Value');
});

it('they read records of which the host leaves none out', () => {
  const { excludedTypes } = (
    JSON.parse(readFileSync('host.json', 'utf8')) as {
      logging: { applicationInsights: { samplingSettings: { excludedTypes: string } } };
    }
  ).logging.applicationInsights.samplingSettings;
  const types = new Set(
    all.flatMap(({ query }) => [...query.matchAll(/\bApp(\w+)/g)].map(([, type]) => type)),
  );
  // Metrics are never sampled. https://learn.microsoft.com/azure/azure-functions/configure-monitoring#configure-sampling
  types.delete('Metrics');
  expect(excludedTypes.split(';').map((type) => `${type.replace(/y$/, 'ie')}s`)).toEqual(
    expect.arrayContaining([...types]),
  );
});

it('they ask for attributes and metrics that are sent', () => {
  const named = (pattern: RegExp) =>
    all.flatMap(({ query }) => [...query.matchAll(pattern)].map(([, name]) => name));
  const attributes: readonly (string | undefined)[] = attributeNames;
  const metrics = readFileSync('src/lib/telemetry/metrics.ts', 'utf8');
  expect(named(/Properties\['([^']+)'\]/g).filter((name) => !attributes.includes(name))).toEqual([]);
  expect(named(/Name == '(gitops\.[^']+)'/g).filter((name) => !metrics.includes(`'${name}'`))).toEqual([]);
});

it.each([
  ['a word that is no operator', 'AppRequests | summarise count()', /summarise/],
  ['a column that is not there', 'AppRequests | where DurationMilliseconds > 5', /DurationMilliseconds/],
  ['a table that is not there', 'AppRequest | count', /AppRequest/],
  ['a function that is not there', 'AppRequests | summarize percentil(DurationMs, 99)', /percentil/],
  [
    'a column that is summed up already',
    'AppRequests | summarize count() by Name | where Success',
    /Success/,
  ],
  ['an operator between a text and a number', 'AppRequests | where ResultCode >= 500', />=/],
  ['a bracket that is open', "AppTraces | where Message in ('a', 'b'", /./],
])('finds %s', (_, query, problem) => {
  expect(analyse(query).problems.join('\n')).toMatch(problem);
});
