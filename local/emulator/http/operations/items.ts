import type { Engine } from '../../engine';
import { badRequest, preconditionFailed, SubStatus } from '../../errors';
import { parseItem } from '../../items/itemRecord';
import type { WriteResult } from '../../items/itemStore';
import { applyPatch, type PatchRequest, parsePatch } from '../../items/patch';
import type { JsonObject } from '../../json';
import type { PartitionKey } from '../../partition/partitionKey';
import { conditionHolds } from '../../query/condition';
import { indexedPaths, missCharge, readCharge, writeCharge } from '../../requestCharge';
import type { Container } from '../../resources/container';
import type { Transaction } from '../../storage/commitQueue';
import type { Answer, Exchange, Operation } from '../exchange';

export const chargeOf = (container: Container, { item, bytes, status }: WriteResult): number =>
  writeCharge(bytes, indexedPaths(item, container.definition.indexingPolicy), status === 200);

const written = (exchange: Exchange, container: Container, result: WriteResult): Answer => ({
  status: result.status,
  body: exchange.minimal ? undefined : result.text,
  headers: { etag: result.etag },
  charge: chargeOf(container, result),
});

const idOf = (exchange: Exchange): string => exchange.segments.slice(5).join('/');

export const createItem: Operation = async (exchange) => {
  const container = exchange.openContainer(SubStatus.ownerNotFound);
  const key = exchange.requirePartitionKey(container);
  const body = exchange.json();
  const { items, queue } = exchange.engine;
  const result = await queue.write((transaction) => items.create(transaction, container, key, body));
  return written(exchange, container, result);
};

export const upsertItem: Operation = async (exchange) => {
  const container = exchange.openContainer(SubStatus.ownerNotFound);
  const key = exchange.requirePartitionKey(container);
  const body = exchange.json();
  const { items, queue } = exchange.engine;
  const result = await queue.write((transaction) =>
    items.upsert(transaction, container, key, body, exchange.ifMatch),
  );
  return written(exchange, container, result);
};

export const readItem: Operation = (exchange) => {
  const container = exchange.openContainer(SubStatus.ownerNotFound);
  const key = exchange.requirePartitionKey(container);
  const { items, store } = exchange.engine;
  const item = items.require(store, container, key, idOf(exchange));
  const headers = { etag: item.etag };
  const known = exchange.header('if-none-match');
  if (known === item.etag || known === '*') return { status: 304, headers, charge: missCharge };
  return { status: 200, body: item.record.json, headers, charge: readCharge(item.record.json.length) };
};

export const replaceItem: Operation = async (exchange) => {
  const container = exchange.openContainer(SubStatus.ownerNotFound);
  const key = exchange.requirePartitionKey(container);
  const body = exchange.json();
  const { items, queue } = exchange.engine;
  const result = await queue.write((transaction) =>
    items.replace(transaction, container, key, idOf(exchange), body, exchange.ifMatch),
  );
  return written(exchange, container, result);
};

export const deleteItem: Operation = async (exchange) => {
  const container = exchange.openContainer(SubStatus.ownerNotFound);
  const key = exchange.requirePartitionKey(container);
  const { items, queue } = exchange.engine;
  const deleted = await queue.write((transaction) =>
    items.delete(transaction, container, key, idOf(exchange), exchange.ifMatch),
  );
  const paths = indexedPaths(parseItem(deleted.record), container.definition.indexingPolicy);
  return { status: 204, charge: writeCharge(deleted.record.json.length, paths) };
};

/** Runs a patch within a transaction: the condition, then every operation, or nothing. */
export function patchWithin(
  engine: Engine,
  transaction: Transaction,
  container: Container,
  key: PartitionKey,
  id: string,
  { operations, condition }: PatchRequest,
  ifMatch?: string,
): WriteResult {
  const change = (item: JsonObject) => {
    if (condition !== undefined && !conditionHolds(condition, item, engine.now())) throw preconditionFailed();
    return applyPatch(container, item, operations);
  };
  return engine.items.modify(transaction, container, key, id, change, ifMatch);
}

export const patchItem: Operation = async (exchange) => {
  const container = exchange.openContainer(SubStatus.ownerNotFound);
  const key = exchange.requirePartitionKey(container);
  const patch = parsePatch(exchange.json());
  const result = await exchange.engine.queue.write((transaction) =>
    patchWithin(exchange.engine, transaction, container, key, idOf(exchange), patch, exchange.ifMatch),
  );
  return written(exchange, container, result);
};

/** Deletes every item of one logical partition. */
export const deleteByPartitionKey: Operation = async (exchange) => {
  const container = exchange.openContainer(SubStatus.ownerNotFound);
  const key = exchange.requirePartitionKey(container);
  const [, , , , , operation] = exchange.segments;
  if (operation !== 'partitionkeydelete') throw badRequest(`The operation ${operation} is not supported.`);
  const { items, queue } = exchange.engine;
  const count = await queue.write((transaction) => items.deletePartition(transaction, container, key));
  return { status: 200, body: '', charge: Math.max(missCharge, count * writeCharge(1024, 0)) };
};
