import type { Engine } from '../../engine';
import { CosmosError } from '../../errors';
import { computedProperties } from '../../query/computedProperties';
import { queryFingerprint } from '../../query/continuation';
import { orderByRule } from '../../query/indexRules';
import { candidatePlaces } from '../../query/itemScan';
import { orderRange } from '../../query/orderRange';
import { overItems, prepareQuery } from '../../query/preparedQuery';
import { pushDown } from '../../query/pushDown';
import { type QueryPage, runQueryPage } from '../../query/queryPage';
import { queryCharge } from '../../requestCharge';
import type { Container } from '../../resources/container';
import type { PageAnswer } from '../page';
import { type Html, html, page } from './html';

const rowsPerPage = 50;
const everything = 'SELECT * FROM c';

const link = (segments: string[], search?: Record<string, string>): string =>
  ['/_explorer', ...segments.map(encodeURIComponent)].join('/') +
  (search ? `?${new URLSearchParams(search)}` : '');

const trailOf = (segments: string[]): Html =>
  html`<a href="/_explorer">Databases</a>${segments.map((name, index) => html` / <a href="${link(segments.slice(0, index + 1))}">${name}</a>`)}`;

const json = (value: unknown): Html => html`<pre>${JSON.stringify(value, undefined, 2)}</pre>`;

/** `/_explorer`, `/_explorer/<database>`, `/_explorer/<database>/<container>?query=…`: to look, not to touch. */
export async function explorerPage(
  engine: Engine,
  segments: string[],
  search: URLSearchParams,
): Promise<PageAnswer> {
  const [database, container] = segments;
  try {
    if (segments.length > 2) return page(404, 'Not found', trailOf([]), html`<p>There is no such page.</p>`);
    if (database === undefined) return page(200, 'Databases', trailOf([]), listDatabases(engine));
    if (container === undefined)
      return page(200, database, trailOf(segments), listContainers(engine, database));
    const opened = engine.catalog.container(database, container);
    return page(200, container, trailOf(segments), await showContainer(engine, opened, segments, search));
  } catch (error) {
    if (!(error instanceof CosmosError)) throw error;
    return page(error.status, 'Not found', trailOf([]), html`<p class="error">${error.message}</p>`);
  }
}

function listDatabases(engine: Engine): Html {
  const databases = engine.catalog.list();
  if (databases.length === 0) return html`<p>There is no database yet.</p>`;
  const rows = databases.map(
    ({ id, containers }) =>
      html`<tr><td><a href="${link([id])}">${id}</a></td><td>${containers.size}</td></tr>`,
  );
  return html`<table><thead><tr><th scope="col">Database</th><th scope="col">Containers</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function listContainers(engine: Engine, id: string): Html {
  const database = engine.catalog.database(id);
  const rows = [...database.containers.values()].map(
    ({ id: name, definition, record, lsn }) =>
      html`<tr><td><a href="${link([database.id, name])}">${name}</a></td><td>${definition.partitionKey.paths.join(', ')}</td><td>${record.ranges.length}</td><td>${lsn}</td></tr>`,
  );
  if (rows.length === 0) return html`<p>There is no container yet.</p>`;
  return html`<table><thead><tr><th scope="col">Container</th><th scope="col">Partition key</th><th scope="col">Physical partitions</th><th scope="col">Writes</th></tr></thead><tbody>${rows}</tbody></table>`;
}

async function showContainer(
  engine: Engine,
  container: Container,
  segments: string[],
  search: URLSearchParams,
): Promise<Html> {
  const query = search.get('query') || everything;
  const form = html`<form method="get" action="${link(segments)}"><label for="query">Query</label>
<textarea id="query" name="query" rows="3" spellcheck="false">${query}</textarea><button>Run</button></form>`;
  const definition = html`<details><summary>Definition</summary>${json(container.toResource())}</details>`;
  return html`${form}${await runQuery(engine, container, segments, query, search.get('after'))}${definition}`;
}

async function runQuery(
  engine: Engine,
  container: Container,
  segments: string[],
  query: string,
  after: string | null,
): Promise<Html> {
  let result: QueryPage;
  try {
    result = await readPage(engine, container, query, after);
  } catch (error) {
    if (!(error instanceof CosmosError)) throw error;
    return html`<p class="error" role="alert">${error.message}</p>`;
  }
  const rows = result.rows.map((row) => html`<li>${json(JSON.parse(row))}</li>`);
  const next = result.continuation
    ? html`<p><a href="${link(segments, { query, after: result.continuation })}">Next page</a></p>`
    : html``;
  const charge = queryCharge(1, result.itemsRead, result.bytesReturned);
  return html`<p>${rows.length} rows, ${result.itemsRead} items read, about ${charge} RU.</p><ol>${rows}</ol>${next}`;
}

function readPage(
  engine: Engine,
  container: Container,
  query: string,
  after: string | null,
): Promise<QueryPage> {
  const prepared = prepareQuery(query, computedProperties(container.definition));
  const filter = pushDown(overItems(prepared), container, new Map());
  const { dropMissingKeys, index } = orderByRule(prepared.ast, container.definition.indexingPolicy);
  return runQueryPage(engine.store, container, {
    prepared,
    parameters: new Map(),
    scan: {
      places: filter.places,
      candidates: candidatePlaces(engine.store, container, filter.places, filter),
    },
    rowsMax: rowsPerPage,
    continuation: after ?? undefined,
    fingerprint: queryFingerprint('explorer', query, container.rid),
    dropMissingKeys,
    order: orderRange(prepared.ast, container, new Map(), index),
    nowMs: engine.now(),
  });
}
