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
  /** Number of the last item made; grows with insertion, never used twice. */
  itemNumber = 0;
  /** The greatest `_ts` that was given, in seconds. */
  newestTs = 0;
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

  get id(): string {
    return this.record.definition.id;
  }

  get definition(): ContainerDefinition {
    return this.record.definition;
  }

  keyOf(item: JsonObject): PartitionKey {
    return extractPartitionKey(item, this.partitionPaths);
  }

  storagePrefix(key: PartitionKey): string {
    return storagePrefix(key, this.definition.partitionKey);
  }

  effectiveKey(key: PartitionKey): string {
    return effectiveKey(key, this.definition.partitionKey);
  }

  rangeOfKey(key: PartitionKey): PhysicalRange {
    const epk = this.effectiveKey(key);
    const range = this.record.ranges.find((candidate) => contains(candidate, epk));
    if (!range) throw new Error(`no physical range holds ${epk}`);
    return range;
  }

  /**
   * The range that a client names (`0`, or .NET's `<rid>,0`).
   * @throws CosmosError 410/1002 when it was split, 400 when it never was.
   */
  rangeById(named: string): PhysicalRange {
    const id = named.slice(named.lastIndexOf(',') + 1);
    const range = this.record.ranges.find((candidate) => candidate.id === id);
    if (range) return range;
    if (this.record.gone.includes(id))
      throw new CosmosError(410, `The partition key range ${id} is gone.`, {
        substatus: SubStatus.partitionKeyRangeGone,
      });
    throw badRequest(`The partition key range ${named} does not exist.`);
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
