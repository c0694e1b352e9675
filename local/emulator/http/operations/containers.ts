import { SubStatus } from '../../errors';
import type { Container } from '../../resources/container';
import { throughputFromHeaders } from '../../resources/throughput';
import { type Answer, json, type Operation } from '../exchange';
import { resourceFeed } from './resourceFeed';

const controlCharge = 4.95;

function definitionOf(status: number, container: Container, charge?: number): Answer {
  return { ...json(status, container.toResource(), charge), headers: { etag: container.record.etag } };
}

export const createContainer: Operation = async (exchange) => {
  const throughput = throughputFromHeaders((name) => exchange.header(name));
  const [, database = ''] = exchange.segments;
  const container = await exchange.engine.catalog.createContainer(database, exchange.json(), throughput);
  exchange.container = container;
  return definitionOf(201, container, controlCharge);
};

export const readContainer: Operation = (exchange) => definitionOf(200, exchange.openContainer());

export const replaceContainer: Operation = async (exchange) => {
  const container = exchange.openContainer();
  const replaced = await exchange.engine.catalog.replaceContainer(
    container,
    exchange.json(),
    exchange.ifMatch,
  );
  return definitionOf(200, replaced, controlCharge);
};

export const deleteContainer: Operation = async (exchange) => {
  const [, database = '', , name = ''] = exchange.segments;
  await exchange.engine.catalog.deleteContainer(database, name, exchange.ifMatch);
  return { status: 204, charge: controlCharge };
};

export const listContainers: Operation = (exchange) => {
  const database = exchange.engine.catalog.database(exchange.segments[1] ?? '');
  const containers = [...database.containers.values()].map((container) => container.toResource());
  return resourceFeed(exchange, 'DocumentCollections', database.rid, containers);
};

/**
 * Physical partitions. .NET reads them as an incremental feed, again and again until 304: an answer without an end
 * would keep it asking for good.
 */
export const listRanges: Operation = (exchange): Answer => {
  const container = exchange.openContainer(SubStatus.ownerNotFound);
  const { ranges, etag, ts } = container.record;
  const version = `"${ranges.map(({ id }) => id).join('.')}"`;
  const incremental = /incremental feed/i.test(exchange.header('a-im') ?? '');
  if (incremental && exchange.header('if-none-match') === version)
    return { status: 304, headers: { etag: version } };
  const resources = ranges.map((range) => {
    const rid = container.rid.replace(/=+$/, '');
    return {
      _rid: `${rid}${range.id}`,
      id: range.id,
      _etag: etag,
      minInclusive: range.minInclusive,
      maxExclusive: range.maxExclusive,
      ridPrefix: Number(range.id),
      _self: `${container.self}pkranges/${rid}${range.id}/`,
      throughputFraction: 1 / ranges.length,
      status: 'online',
      parents: range.parents,
      _ts: ts,
    };
  });
  const body = { _rid: container.rid, PartitionKeyRanges: resources, _count: resources.length };
  return { ...json(200, body), headers: { etag: version, 'x-ms-item-count': String(resources.length) } };
};
