import { badRequest, CosmosError, SubStatus, tooLarge } from '../../errors';
import type { WriteResult } from '../../items/itemStore';
import { parsePatch } from '../../items/patch';
import { isObject } from '../../json';
import { type PartitionKey, parsePartitionKey, requireFullKey, sameKey } from '../../partition/partitionKey';
import { missCharge, readCharge, writeCharge } from '../../requestCharge';
import type { Container } from '../../resources/container';
import type { Transaction } from '../../storage/commitQueue';
import type { Exchange, Operation } from '../exchange';
import { chargeOf, patchWithin } from './items';

const operationsMax = 100;
const batchBytesMax = 2 * 1024 * 1024;

interface BatchOperation {
  operationType: string;
  id: string;
  resourceBody?: unknown;
  ifMatch?: string;
  ifNoneMatch?: string;
  partitionKey?: unknown;
}

interface OperationResult {
  statusCode: number;
  requestCharge: number;
  eTag?: string;
  /** JSON text of the item, put into the answer as it is. */
  resource?: string;
  subStatusCode?: number;
  message?: string;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function parseOperations(exchange: Exchange): BatchOperation[] {
  const body = exchange.json();
  if (!Array.isArray(body)) throw badRequest('A batch must be a JSON array of operations.');
  if (body.length === 0) throw badRequest('A batch needs at least one operation.');
  if (body.length > operationsMax) throw badRequest(`A batch has at most ${operationsMax} operations.`);
  if (exchange.rawBody.length > batchBytesMax) throw tooLarge('The batch is larger than 2 MB.');
  return body.map((entry: unknown) => {
    if (!isObject(entry) || typeof entry.operationType !== 'string')
      throw badRequest('A batch operation needs an operationType.');
    return {
      operationType: entry.operationType,
      id: text(entry.id) ?? '',
      resourceBody: entry.resourceBody,
      ifMatch: text(entry.ifMatch),
      ifNoneMatch: text(entry.ifNoneMatch),
      partitionKey: entry.partitionKey,
    };
  });
}

const wrote = (container: Container, result: WriteResult): OperationResult => ({
  statusCode: result.status,
  requestCharge: chargeOf(container, result),
  eTag: result.etag,
  resource: result.text,
});

function perform(
  { engine }: Exchange,
  transaction: Transaction,
  container: Container,
  key: PartitionKey,
  operation: BatchOperation,
): OperationResult {
  const { items } = engine;
  const { id, resourceBody: body, ifMatch } = operation;
  switch (operation.operationType) {
    case 'Create':
      return wrote(container, items.create(transaction, container, key, body));
    case 'Upsert':
      return wrote(container, items.upsert(transaction, container, key, body, ifMatch));
    case 'Replace':
      return wrote(container, items.replace(transaction, container, key, id, body, ifMatch));
    case 'Patch':
      return wrote(
        container,
        patchWithin(engine, transaction, container, key, id, parsePatch(body), ifMatch),
      );
    case 'Delete': {
      const { record } = items.delete(transaction, container, key, id, ifMatch);
      return { statusCode: 204, requestCharge: writeCharge(record.json.length, 0) };
    }
    case 'Read': {
      const { record, etag } = items.require(transaction, container, key, id);
      if (operation.ifNoneMatch === etag || operation.ifNoneMatch === '*')
        return { statusCode: 304, requestCharge: missCharge, eTag: etag };
      const requestCharge = readCharge(record.json.length);
      return { statusCode: 200, requestCharge, eTag: etag, resource: record.json.toString() };
    }
    default:
      throw badRequest(`The operation type ${operation.operationType} is not supported.`);
  }
}

function refused(error: unknown): OperationResult {
  if (!(error instanceof CosmosError)) throw error;
  return {
    statusCode: error.status,
    subStatusCode: error.details.substatus,
    requestCharge: missCharge,
    message: error.message,
  };
}

const succeeded = ({ statusCode }: OperationResult): boolean => statusCode < 400;

function answer(results: OperationResult[], minimal: boolean) {
  const rows = results.map(({ resource, ...result }) => {
    const fields = JSON.stringify(result);
    return resource === undefined || minimal ? fields : `${fields.slice(0, -1)},"resourceBody":${resource}}`;
  });
  return {
    status: results.every(succeeded) ? 200 : 207,
    body: `[${rows.join()}]`,
    charge: Math.round(results.reduce((sum, { requestCharge }) => sum + requestCharge, 0) * 100) / 100,
    headers: { 'x-ms-item-count': String(results.length) },
  };
}

/** Thrown to undo a batch; carries what to answer. */
class BatchFailed extends Error {
  constructor(readonly results: OperationResult[]) {
    super('the batch failed');
  }
}

/** Operations of one logical partition that all take effect, or none. They run in order and see each other. */
export const transactionalBatch: Operation = async (exchange) => {
  const container = exchange.openContainer(SubStatus.ownerNotFound);
  const key = exchange.requirePartitionKey(container);
  const operations = parseOperations(exchange);
  try {
    const results = await exchange.engine.queue.write((transaction) =>
      container.asOneCommit(() => {
        const done: OperationResult[] = [];
        for (const operation of operations) {
          try {
            requireBatchKey(container, key, operation);
            done.push(perform(exchange, transaction, container, key, operation));
          } catch (error) {
            const failed = refused(error);
            throw new BatchFailed(
              operations.map((_, index) =>
                index === done.length
                  ? failed
                  : { statusCode: 424, requestCharge: 0, message: 'Failed dependency.' },
              ),
            );
          }
        }
        return done;
      }),
    );
    return answer(results, exchange.minimal);
  } catch (error) {
    if (error instanceof BatchFailed) return answer(error.results, exchange.minimal);
    throw error;
  }
};

function requireBatchKey(container: Container, key: PartitionKey, { partitionKey }: BatchOperation): void {
  if (partitionKey !== undefined && !sameKey(key, operationKey(container, partitionKey)))
    throw badRequest('An operation of the batch has another partition key.', SubStatus.partitionKeyMismatch);
}

/** A bulk operation's key: the JSON array as text (or, leniently, the array itself). */
function operationKey(container: Container, value: unknown): PartitionKey {
  const key = parsePartitionKey(typeof value === 'string' ? value : JSON.stringify(value ?? null));
  return requireFullKey(key, container.definition.partitionKey);
}

/** The keys of a bulk's operations, most of which come in runs of the same. */
function operationKeys(container: Container): (value: unknown) => PartitionKey {
  let last: { value: unknown; key: PartitionKey } | undefined;
  return (value) => {
    if (last === undefined || last.value !== value) last = { value, key: operationKey(container, value) };
    return last.key;
  };
}

/** Operations that stand each for itself; one transaction and one flush for all of them. */
export const bulk: Operation = async (exchange) => {
  const container = exchange.openContainer(SubStatus.ownerNotFound);
  const rangeId = exchange.header('x-ms-documentdb-partitionkeyrangeid');
  if (rangeId !== undefined) exchange.range = container.rangeById(rangeId);
  const operations = parseOperations(exchange);
  const continueOnError = exchange.header('x-ms-cosmos-batch-continue-on-error')?.toLowerCase() !== 'false';
  const keyOf = operationKeys(container);
  const results = await exchange.engine.queue.write((transaction) => {
    let failed = false;
    return operations.map((operation) => {
      if (failed && !continueOnError)
        return { statusCode: 424, requestCharge: 0, message: 'Failed dependency.' };
      try {
        return transaction.atomically(() => {
          const key = keyOf(operation.partitionKey);
          if (rangeId !== undefined && container.rangeOfKey(key).id !== exchange.range?.id)
            throw new CosmosError(410, 'The partition key is of another range.', {
              substatus: SubStatus.partitionKeyRangeGone,
            });
          return perform(exchange, transaction, container, key, operation);
        });
      } catch (error) {
        failed = true;
        return refused(error);
      }
    });
  });
  return answer(results, exchange.minimal);
};
