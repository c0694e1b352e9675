import { badRequest, CosmosError, SubStatus } from '../errors';
import type { JsonObject } from '../json';
import { effectiveKey, storagePrefix } from '../partition/effectiveKey';
import { extractPartitionKey, type PartitionKey, pathSegments } from '../partition/partitionKey';
import { contains, type PhysicalRange } from '../partition/ranges';
import type { ContainerDefinition } from './containerDefinition';
import { encodeRid } from './rid';
import type { Throughput } from './throughput';

/** What is stored of a container beside its items and counters. */
export interface ContainerRecord {
  definition: ContainerDefinition;
  etag: string;
  ts: number;
  offer?: { id: string; throughput: Throughput; etag: string; ts: number };
  ranges: PhysicalRange[];
  /** Ids of ranges that were split and are gone. */
  gone: string[];
}

/** A container as the running emulator knows it: its record, and what is derived from it once. */
export class Container {
  /** The base64 form of {@link key}. */
  readonly rid: string;
  /** LSN of the last write; grows with every write, deletes too. */
  lsn = 0;
  /** Writes that share this LSN so far: set while a transactional batch runs, whose writes are one commit. */
  private commitWrites?: number;
  /** Number of the last item made; grows with insertion, never used twice. */
  itemNumber = 0;
  /** The greatest `_ts` that was given, in seconds. */
  newestTs = 0;
  private lastPrefix?: { key: PartitionKey; prefix: string };
  readonly partitionPaths: string[][];
  readonly self: string;

  constructor(
    /** The resource id as 8 bytes (binary string). */
    readonly key: string,
    readonly databaseId: string,
    readonly databaseRid: string,
    public record: ContainerRecord,
  ) {
    this.rid = encodeRid(key);
    this.partitionPaths = record.definition.partitionKey.paths.map(pathSegments);
    this.self = `dbs/${databaseRid}/colls/${this.rid}/`;
  }

  /** The place of the last write in its commit. */
  get sequence(): number {
    return Math.max(0, (this.commitWrites ?? 0) - 1);
  }

  /** Moves the LSN on, unless the write joins a commit that has one. */
  nextLsn(): void {
    if (!this.commitWrites) this.lsn += 1;
    if (this.commitWrites !== undefined) this.commitWrites += 1;
  }

  /** Runs writes that are one commit: they share an LSN, and the change feed gives all of them or none. */
  asOneCommit<T>(work: () => T): T {
    this.commitWrites = 0;
    try {
      return work();
    } finally {
      this.commitWrites = undefined;
    }
  }

  get id(): string {
    return this.record.definition.id;
  }

  get definition(): ContainerDefinition {
    return this.record.definition;
  }

  keyOf(item: JsonObject): PartitionKey {
    return extractPartitionKey(item, this.partitionPaths);
  }

  /** Computed once for the several steps of one operation. */
  storagePrefix(key: PartitionKey): string {
    if (this.lastPrefix?.key !== key)
      this.lastPrefix = { key, prefix: storagePrefix(key, this.definition.partitionKey) };
    return this.lastPrefix.prefix;
  }

  effectiveKey(key: PartitionKey): string {
    return effectiveKey(key, this.definition.partitionKey);
  }

  rangeOfKey(key: PartitionKey): PhysicalRange {
    const [only, second] = this.record.ranges;
    if (only && !second) return only;
    const epk = this.effectiveKey(key);
    const range = this.record.ranges.find((candidate) => contains(candidate, epk));
    if (!range) throw new Error(`no physical range holds ${epk}`);
    return range;
  }

  /**
   * The range that a client names (`0`, or .NET's `<rid>,0`).
   * @throws CosmosError 410/1002 where there is none (it was split, perhaps); 400 for what is no range's name.
   */
  rangeById(named: string): PhysicalRange {
    const id = named.slice(named.lastIndexOf(',') + 1);
    const range = this.record.ranges.find((candidate) => candidate.id === id);
    if (range) return range;
    if (!/^\d+$/.test(id)) throw badRequest(`${named} is no partition key range.`);
    throw new CosmosError(410, `The partition key range ${id} is gone.`, {
      substatus: SubStatus.partitionKeyRangeGone,
    });
  }

  /** The container as clients read it. */
  toResource(): JsonObject {
    return {
      ...this.definition,
      _rid: this.rid,
      _ts: this.record.ts,
      _self: this.self,
      _etag: this.record.etag,
      _docs: 'docs/',
      _sprocs: 'sprocs/',
      _triggers: 'triggers/',
      _udfs: 'udfs/',
      _conflicts: 'conflicts/',
    };
  }
}
