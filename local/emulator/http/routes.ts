import { CosmosError, notFound } from '../errors';
import type { Exchange, Operation } from './exchange';
import { readAccount } from './operations/account';
import { bulk, transactionalBatch } from './operations/batch';
import {
  createContainer,
  deleteContainer,
  listContainers,
  listRanges,
  readContainer,
  replaceContainer,
} from './operations/containers';
import { createDatabase, deleteDatabase, listDatabases, readDatabase } from './operations/databases';
import { changeFeed, readFeed } from './operations/feeds';
import {
  createItem,
  deleteByPartitionKey,
  deleteItem,
  patchItem,
  readItem,
  replaceItem,
  upsertItem,
} from './operations/items';
import { listOffers, readOffer, replaceOffer } from './operations/offers';
import { planItemsQuery, queryItems } from './operations/queries';
import { emptyFeed } from './operations/resourceFeed';

export interface Route {
  /** The name by which faults select it. */
  operation: string;
  method: string;
  /** Path segments; `*` stands for any one. */
  path: string;
  /** Tells requests of one method and path apart, by their headers. */
  when?: (exchange: Exchange) => boolean;
  handle: Operation;
}

const isPlan = (exchange: Exchange): boolean => exchange.flag('x-ms-cosmos-is-query-plan-request');
const isQuery = (exchange: Exchange): boolean =>
  exchange.flag('x-ms-documentdb-isquery') ||
  /application\/query\+json/i.test(exchange.header('content-type') ?? '');
const isBatch = (exchange: Exchange): boolean => exchange.flag('x-ms-cosmos-is-batch-request');
const isAtomic = (exchange: Exchange): boolean =>
  isBatch(exchange) && exchange.header('x-ms-cosmos-batch-atomic')?.toLowerCase() !== 'false';
const isUpsert = (exchange: Exchange): boolean => exchange.flag('x-ms-documentdb-is-upsert');
const isFeed = (exchange: Exchange): boolean => exchange.header('a-im') !== undefined;

const database = 'dbs/*';
const container = 'dbs/*/colls/*';
const items = 'dbs/*/colls/*/docs';
const item = 'dbs/*/colls/*/docs/*';

/** Reading and querying resources that cannot be made. */
const unsupported = (path: string, name: string): Route[] => [
  { operation: `list${name}`, method: 'GET', path, handle: emptyFeed(name) },
  { operation: `query${name}`, method: 'POST', path, when: isQuery, handle: emptyFeed(name) },
];

/** Every operation of the protocol. The first route that fits wins. */
export const routes: readonly Route[] = [
  { operation: 'readAccount', method: 'GET', path: '', handle: readAccount },

  { operation: 'queryDatabases', method: 'POST', path: 'dbs', when: isQuery, handle: listDatabases },
  { operation: 'createDatabase', method: 'POST', path: 'dbs', handle: createDatabase },
  { operation: 'listDatabases', method: 'GET', path: 'dbs', handle: listDatabases },
  { operation: 'readDatabase', method: 'GET', path: database, handle: readDatabase },
  { operation: 'deleteDatabase', method: 'DELETE', path: database, handle: deleteDatabase },

  {
    operation: 'queryContainers',
    method: 'POST',
    path: 'dbs/*/colls',
    when: isQuery,
    handle: listContainers,
  },
  { operation: 'createContainer', method: 'POST', path: 'dbs/*/colls', handle: createContainer },
  { operation: 'listContainers', method: 'GET', path: 'dbs/*/colls', handle: listContainers },
  { operation: 'readContainer', method: 'GET', path: container, handle: readContainer },
  { operation: 'replaceContainer', method: 'PUT', path: container, handle: replaceContainer },
  { operation: 'deleteContainer', method: 'DELETE', path: container, handle: deleteContainer },
  { operation: 'listRanges', method: 'GET', path: `${container}/pkranges`, handle: listRanges },
  {
    operation: 'deleteByPartitionKey',
    method: 'POST',
    path: `${container}/operations/*`,
    handle: deleteByPartitionKey,
  },

  ...unsupported(`${container}/conflicts`, 'Conflicts'),
  ...unsupported(`${container}/sprocs`, 'StoredProcedures'),
  ...unsupported(`${container}/triggers`, 'Triggers'),
  ...unsupported(`${container}/udfs`, 'UserDefinedFunctions'),
  ...unsupported(`${database}/users`, 'Users'),

  { operation: 'planQuery', method: 'POST', path: items, when: isPlan, handle: planItemsQuery },
  { operation: 'queryItems', method: 'POST', path: items, when: isQuery, handle: queryItems },
  { operation: 'batch', method: 'POST', path: items, when: isAtomic, handle: transactionalBatch },
  { operation: 'bulk', method: 'POST', path: items, when: isBatch, handle: bulk },
  { operation: 'upsertItem', method: 'POST', path: items, when: isUpsert, handle: upsertItem },
  { operation: 'createItem', method: 'POST', path: items, handle: createItem },
  { operation: 'changeFeed', method: 'GET', path: items, when: isFeed, handle: changeFeed },
  { operation: 'readFeed', method: 'GET', path: items, handle: readFeed },
  { operation: 'readItem', method: 'GET', path: item, handle: readItem },
  { operation: 'replaceItem', method: 'PUT', path: item, handle: replaceItem },
  { operation: 'patchItem', method: 'PATCH', path: item, handle: patchItem },
  { operation: 'deleteItem', method: 'DELETE', path: item, handle: deleteItem },

  { operation: 'queryOffers', method: 'POST', path: 'offers', handle: listOffers },
  { operation: 'listOffers', method: 'GET', path: 'offers', handle: listOffers },
  { operation: 'readOffer', method: 'GET', path: 'offers/*', handle: readOffer },
  { operation: 'replaceOffer', method: 'PUT', path: 'offers/*', handle: replaceOffer },
];

const patterns = routes.map((route) => ({ route, parts: route.path === '' ? [] : route.path.split('/') }));

const fits = (parts: string[], segments: string[]): boolean =>
  parts.length === segments.length && parts.every((part, index) => part === '*' || part === segments[index]);

/** The operation that a request asks for. @throws CosmosError 404 for an unknown path, 405 for a wrong method */
export function findRoute(exchange: Exchange): Route {
  const { segments, message } = exchange;
  const known = patterns.filter(({ parts }) => fits(parts, segments));
  if (known.length === 0) throw notFound('The requested resource does not exist.');
  const found = known.find(
    ({ route }) => route.method === message.method && (route.when?.(exchange) ?? true),
  );
  if (!found)
    throw new CosmosError(405, `The requested verb ${message.method} is not supported on this resource.`);
  return found.route;
}
