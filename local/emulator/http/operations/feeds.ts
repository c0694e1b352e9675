import { badRequest, SubStatus } from '../../errors';
import { parsePosition, readFeedPage } from '../../feed/changeFeed';
import { requireFullKey } from '../../partition/partitionKey';
import { queryFingerprint } from '../../query/continuation';
import { prepareQuery } from '../../query/preparedQuery';
import { runQueryPage } from '../../query/queryPage';
import { feedCharge, queryCharge } from '../../requestCharge';
import type { Container } from '../../resources/container';
import type { Answer, Exchange, Operation } from '../exchange';
import { scopeOf } from './scope';

/** `{_rid, Documents, _count}` made of texts that are JSON already. */
export const documents = (container: Container, rows: string[]): string =>
  `{"_rid":${JSON.stringify(container.rid)},"Documents":[${rows.join()}],"_count":${rows.length}}`;

/** The items as they lie, page by page. */
export const readFeed: Operation = async (exchange) => {
  const container = exchange.openContainer(SubStatus.ownerNotFound);
  const { places, epk } = scopeOf(exchange, container);
  const page = await runQueryPage(exchange.engine.store, container, {
    prepared: prepareQuery('SELECT * FROM c'),
    parameters: new Map(),
    scan: { places, epk },
    rowsMax: exchange.pageSize(),
    continuation: exchange.header('x-ms-continuation'),
    fingerprint: queryFingerprint('feed', container.rid, places, epk),
    dropMissingKeys: false,
    nowMs: exchange.nowMs,
  });
  return {
    status: 200,
    body: documents(container, page.rows),
    charge: queryCharge(1, page.itemsRead, page.bytesReturned),
    headers: {
      'x-ms-item-count': String(page.rows.length),
      ...(page.continuation ? { 'x-ms-continuation': page.continuation } : {}),
    },
  };
};

/** The latest-version change feed. Even 304 carries an etag: without it a client starts over. */
export const changeFeed: Operation = (exchange): Answer => {
  const container = exchange.openContainer(SubStatus.ownerNotFound);
  if (!/^incremental feed$/i.test(exchange.header('a-im') ?? ''))
    throw badRequest('Only the latest-version change feed (A-IM: Incremental Feed) is supported.');
  const page = readFeedPage(exchange.engine.store, container, {
    position: parsePosition(exchange.header('if-none-match'), exchange.header('if-modified-since')),
    ...feedScope(exchange, container),
    rowsMax: exchange.pageSize(),
    nowSeconds: Math.floor(exchange.nowMs / 1000),
  });
  const headers = { etag: `"${page.lsn}"`, 'x-ms-item-count': String(page.rows.length) };
  const charge = feedCharge(page.rows.length, page.bytes);
  if (page.rows.length === 0) return { status: 304, headers, charge };
  return { status: 200, body: documents(container, page.rows), headers, charge };
};

function feedScope(exchange: Exchange, container: Container) {
  const key = exchange.partitionKey();
  if (!key) return { epk: scopeOf(exchange, container).epk };
  exchange.range = container.rangeOfKey(requireFullKey(key, container.definition.partitionKey));
  return { prefix: container.storagePrefix(key) };
}
