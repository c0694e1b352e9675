import { SubStatus } from '../../errors';
import { computedProperties } from '../../query/computedProperties';
import { queryFingerprint } from '../../query/continuation';
import { requireOneKey, requireServable } from '../../query/crossPartition';
import { orderByRule } from '../../query/indexRules';
import { candidatePlaces } from '../../query/itemScan';
import { orderRange } from '../../query/orderRange';
import { intersectPlaces } from '../../query/places';
import { overItems, parseQueryRequest, prepareQuery } from '../../query/preparedQuery';
import { pushDown } from '../../query/pushDown';
import { runQueryPage } from '../../query/queryPage';
import { planQuery } from '../../query/queryPlan';
import { queryCharge } from '../../requestCharge';
import { json, type Operation } from '../exchange';
import { documents } from './feeds';
import { scopeOf } from './scope';

/** One page of a query over a container's items. */
export const queryItems: Operation = async (exchange) => {
  const container = exchange.openContainer(SubStatus.ownerNotFound);
  const { text, parameters } = parseQueryRequest(exchange.json());
  const prepared = prepareQuery(text, computedProperties(container.definition));
  const scope = scopeOf(exchange, container);
  const filter = pushDown(overItems(prepared), container, parameters);
  if (
    scope.kind === 'all' &&
    exchange.header('x-ms-documentdb-query-enablecrosspartition')?.toLowerCase() === 'false'
  )
    requireOneKey(container, filter);
  const partitions = requireServable(prepared, container, filter, scope.kind);
  const { dropMissingKeys, index } = orderByRule(prepared.ast, container.definition.indexingPolicy);
  const places = intersectPlaces(scope.places, filter.places);
  const page = await runQueryPage(exchange.engine.store, container, {
    prepared,
    parameters,
    scan: {
      places,
      candidates: candidatePlaces(exchange.engine.store, container, places, filter),
      epk: scope.epk,
    },
    rowsMax: exchange.pageSize(),
    continuation: exchange.header('x-ms-continuation'),
    fingerprint: queryFingerprint(text, [...parameters], container.rid, scope),
    kept: exchange.engine.kept,
    dropMissingKeys,
    order: orderRange(prepared.ast, container, parameters, index),
    nowMs: exchange.nowMs,
  });
  return {
    status: 200,
    body: documents(container, page.rows),
    charge: queryCharge(partitions, page.itemsRead, page.bytesReturned),
    headers: {
      'x-ms-item-count': String(page.rows.length),
      ...(page.continuation ? { 'x-ms-continuation': page.continuation } : {}),
      ...metrics(exchange.flag('x-ms-documentdb-populatequerymetrics'), page),
    },
  };
};

function metrics(
  asked: boolean,
  page: { itemsRead: number; rows: string[]; bytesReturned: number },
): Record<string, string> {
  if (!asked) return {};
  const values = {
    totalExecutionTimeInMs: 0,
    retrievedDocumentCount: page.itemsRead,
    retrievedDocumentSize: page.bytesReturned,
    outputDocumentCount: page.rows.length,
    outputDocumentSize: page.bytesReturned,
    indexUtilizationRatio: page.itemsRead === 0 ? 1 : page.rows.length / page.itemsRead,
  };
  const text = Object.entries(values).map(([name, value]) => `${name}=${value.toFixed(2)}`);
  return { 'x-ms-documentdb-query-metrics': text.join(';') };
}

/** The plan of a query, for clients that run it over the physical partitions themselves. */
export const planItemsQuery: Operation = (exchange) => {
  const container = exchange.openContainer(SubStatus.ownerNotFound);
  const { text, parameters } = parseQueryRequest(exchange.json());
  const prepared = prepareQuery(text, computedProperties(container.definition));
  orderByRule(prepared.ast, container.definition.indexingPolicy);
  const filter = pushDown(overItems(prepared), container, parameters);
  return json(200, planQuery(prepared, container, filter));
};
