import { randomUUID } from 'node:crypto';
import { CosmosError, conflict, notFound, preconditionFailed, SubStatus } from '../errors';
import { rebuildIndexes } from '../items/compositeIndex';
import { readWritten } from '../items/itemRecord';
import { fromBinary, readUint64, uint64Binary } from '../partition/bytes';
import { initialRanges, physicalPartitionsFor } from '../partition/ranges';
import { splitRanges } from '../partition/splitRanges';
import type { CommitQueue, Transaction } from '../storage/commitQueue';
import { containerKey, countersKey, databaseKey, garbageKey, kinds, prefixRange } from '../storage/keys';
import type { OrderedStore } from '../storage/orderedStore';
import { Container, type ContainerRecord } from './container';
import { completeDefinition, replaceDefinition } from './containerDefinition';
import { Database, type DatabaseRecord } from './database';
import { requireResourceName } from './names';
import { decodeRid, newContainerRid, newDatabaseRid } from './rid';
import { defaultThroughput, type Throughput } from './throughput';

const toBytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

export const newEtag = (): string => `"${randomUUID()}"`;

const offerId = (): string => randomUUID().replaceAll('-', '').slice(0, 4);

/** Databases and containers: held in memory, written through to the store. */
export class Catalog {
  private readonly databases = new Map<string, Database>();
  private readonly containersByKey = new Map<string, Container>();

  constructor(
    private readonly store: OrderedStore,
    private readonly queue: CommitQueue,
    private readonly now: () => number,
  ) {
    for (const { key, value } of store.range(prefixRange('B'))) {
      const record = JSON.parse(value.toString()) as DatabaseRecord;
      this.databases.set(record.id, new Database(key.slice(1), record));
    }
    for (const { key, value } of store.range(prefixRange('C'))) {
      const database = this.list().find((candidate) => key.slice(1).startsWith(candidate.key));
      if (database) this.adopt(database, key.slice(1), JSON.parse(value.toString()) as ContainerRecord);
    }
  }

  list(): Database[] {
    return [...this.databases.values()];
  }

  containers(): Container[] {
    return [...this.containersByKey.values()];
  }

  /** Finds a database by name or resource id. @throws CosmosError 404 */
  database(nameOrRid: string): Database {
    const byName = this.databases.get(nameOrRid);
    if (byName) return byName;
    const key = decodeRid(nameOrRid);
    const byRid = key?.length === 4 ? this.list().find((candidate) => candidate.key === key) : undefined;
    if (!byRid) throw notFound(`Database ${nameOrRid} does not exist.`);
    return byRid;
  }

  /** Finds a container by names or resource ids. @throws CosmosError 404, with 1003 where the database is missing. */
  container(databaseNameOrRid: string, nameOrRid: string, substatus?: number): Container {
    let database: Database;
    try {
      database = this.database(databaseNameOrRid);
    } catch {
      throw notFound(`Database ${databaseNameOrRid} does not exist.`, SubStatus.ownerNotFound);
    }
    const byName = database.containers.get(nameOrRid);
    if (byName) return byName;
    const key = decodeRid(nameOrRid);
    const byRid =
      key?.length === 8 && key.startsWith(database.key) ? this.containersByKey.get(key) : undefined;
    if (!byRid) throw notFound(`Container ${nameOrRid} does not exist.`, substatus);
    return byRid;
  }

  createDatabase(id: unknown, throughput?: Throughput): Promise<Database> {
    const name = requireResourceName(id);
    return this.queue.write((transaction) => {
      if (this.databases.has(name)) throw conflict(`Database ${name} already exists.`);
      const offer = throughput && { id: offerId(), throughput, etag: newEtag(), ts: this.seconds() };
      const record: DatabaseRecord = {
        id: name,
        etag: newEtag(),
        ts: this.seconds(),
        ...(offer ? { offer } : {}),
      };
      const database = new Database(this.freshDatabaseRid(), record);
      transaction.put(databaseKey(database.key), toBytes(record));
      this.databases.set(name, database);
      transaction.onUndo(() => this.databases.delete(name));
      return database;
    });
  }

  deleteDatabase(nameOrRid: string, ifMatch?: string): Promise<void> {
    return this.queue.write((transaction) => {
      const database = this.database(nameOrRid);
      if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== database.record.etag)
        throw preconditionFailed();
      for (const container of [...database.containers.values()])
        this.remove(transaction, database, container);
      transaction.remove(databaseKey(database.key));
      this.databases.delete(database.id);
      transaction.onUndo(() => this.databases.set(database.id, database));
    });
  }

  createContainer(databaseNameOrRid: string, body: unknown, asked?: Throughput): Promise<Container> {
    return this.queue.write((transaction) => {
      const database = this.database(databaseNameOrRid);
      const definition = completeDefinition(body);
      if (database.containers.has(definition.id))
        throw conflict(`Container ${definition.id} already exists.`);
      const shared = database.record.offer?.throughput;
      const throughput = asked ?? (shared ? undefined : defaultThroughput);
      const count = physicalPartitionsFor((throughput ?? shared ?? defaultThroughput).ruPerSecond);
      const ts = this.seconds();
      const record: ContainerRecord = {
        definition,
        etag: newEtag(),
        ts,
        ranges: initialRanges(count, definition.partitionKey),
        gone: [],
        ...(throughput ? { offer: { id: offerId(), throughput, etag: newEtag(), ts } } : {}),
      };
      const key = this.freshContainerRid(database.key);
      transaction.put(containerKey(key), toBytes(record));
      const container = this.adopt(database, key, record);
      transaction.onUndo(() => this.forget(database, container));
      return container;
    });
  }

  replaceContainer(container: Container, body: unknown, ifMatch?: string): Promise<Container> {
    if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== container.record.etag)
      throw preconditionFailed();
    const definition = replaceDefinition(container.definition, body);
    return this.update(container, (record) => ({
      ...record,
      definition,
      etag: newEtag(),
      ts: this.seconds(),
    }));
  }

  /** Sets a container's throughput; physical partitions split where it needs more of them. */
  setThroughput(container: Container, throughput: Throughput): Promise<Container> {
    return this.update(container, (record) => {
      const offer = { id: record.offer?.id ?? offerId(), throughput, etag: newEtag(), ts: this.seconds() };
      const wanted = physicalPartitionsFor(throughput.ruPerSecond);
      return { ...record, offer, ...splitRanges(record, wanted) };
    });
  }

  setDatabaseThroughput(database: Database, throughput: Throughput): Promise<void> {
    return this.queue.write((transaction) => {
      const before = database.record;
      const offer = { id: before.offer?.id ?? offerId(), throughput, etag: newEtag(), ts: this.seconds() };
      database.record = { ...before, offer };
      transaction.put(databaseKey(database.key), toBytes(database.record));
      transaction.onUndo(() => {
        database.record = before;
      });
    });
  }

  deleteContainer(databaseNameOrRid: string, nameOrRid: string, ifMatch?: string): Promise<void> {
    return this.queue.write((transaction) => {
      const container = this.container(databaseNameOrRid, nameOrRid);
      if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== container.record.etag)
        throw preconditionFailed();
      this.remove(transaction, this.database(databaseNameOrRid), container);
    });
  }

  /** Gives a write in `container` its LSN (and a new item its number), kept even across a restart. */
  nextCounters(transaction: Transaction, container: Container, newItem: boolean): void {
    const { lsn, itemNumber } = container;
    container.nextLsn();
    if (newItem) container.itemNumber = itemNumber + 1;
    transaction.onUndo(() => {
      container.lsn = lsn;
      container.itemNumber = itemNumber;
    });
    transaction.lastly(countersKey(container.key), () =>
      this.containersByKey.get(container.key) === container
        ? fromBinary(uint64Binary(container.lsn) + uint64Binary(container.itemNumber))
        : undefined,
    );
  }

  private update(
    container: Container,
    change: (record: ContainerRecord) => ContainerRecord,
  ): Promise<Container> {
    return this.queue.write((transaction) => {
      if (this.containersByKey.get(container.key) !== container)
        throw new CosmosError(404, 'The container is gone.');
      const before = container.record;
      container.record = change(before);
      transaction.onUndo(() => {
        container.record = before;
      });
      transaction.put(containerKey(container.key), toBytes(container.record));
      const indexes = ({ definition }: ContainerRecord) =>
        JSON.stringify(definition.indexingPolicy.compositeIndexes);
      if (indexes(before) !== indexes(container.record)) rebuildIndexes(transaction, container);
      return container;
    });
  }

  private adopt(database: Database, key: string, record: ContainerRecord): Container {
    const container = new Container(key, database.id, database.rid, record);
    const counters = this.store.get(countersKey(key))?.toString('latin1');
    if (counters) {
      container.lsn = readUint64(counters);
      container.itemNumber = readUint64(counters, 8);
    }
    for (const { value } of this.store.range({ ...prefixRange(kinds.lsns + key), reverse: true, limit: 1 }))
      container.newestTs = readWritten(value).newestTs;
    database.containers.set(container.id, container);
    this.containersByKey.set(key, container);
    return container;
  }

  private forget(database: Database, container: Container): void {
    database.containers.delete(container.id);
    this.containersByKey.delete(container.key);
  }

  private remove(transaction: Transaction, database: Database, container: Container): void {
    transaction.remove(containerKey(container.key));
    transaction.remove(countersKey(container.key));
    // The items are many: a sweeper takes them away afterwards; nothing can reach them any more.
    transaction.put(garbageKey(container.key), Buffer.from('1'));
    this.forget(database, container);
    transaction.onUndo(() => {
      database.containers.set(container.id, container);
      this.containersByKey.set(container.key, container);
    });
  }

  private freshDatabaseRid(): string {
    for (;;) {
      const rid = newDatabaseRid();
      if (!this.list().some((database) => database.key === rid)) return rid;
    }
  }

  private freshContainerRid(database: string): string {
    for (;;) {
      const rid = newContainerRid(database);
      if (!this.containersByKey.has(rid) && !this.store.get(garbageKey(rid))) return rid;
    }
  }

  private seconds(): number {
    return Math.floor(this.now() / 1000);
  }
}
