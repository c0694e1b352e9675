import type { JsonObject } from '../json';
import type { Container } from './container';
import { encodeRid } from './rid';
import type { Throughput } from './throughput';

export interface DatabaseRecord {
  id: string;
  etag: string;
  ts: number;
  /** Throughput that the database's containers share, where it was made with some. */
  offer?: { id: string; throughput: Throughput; etag: string; ts: number };
}

export class Database {
  readonly rid: string;
  readonly self: string;
  readonly containers = new Map<string, Container>();

  constructor(
    /** The resource id as 4 bytes (binary string). */
    readonly key: string,
    public record: DatabaseRecord,
  ) {
    this.rid = encodeRid(key);
    this.self = `dbs/${this.rid}/`;
  }

  get id(): string {
    return this.record.id;
  }

  /** The database as clients read it. */
  toResource(): JsonObject {
    const { id, etag, ts } = this.record;
    return { id, _rid: this.rid, _self: this.self, _etag: etag, _colls: 'colls/', _users: 'users/', _ts: ts };
  }
}
