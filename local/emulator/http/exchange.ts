import type { IncomingMessage } from 'node:http';
import type { Engine } from '../engine';
import { badRequest } from '../errors';
import { withinNesting } from '../json';
import { type PartitionKey, parsePartitionKey, requireFullKey } from '../partition/partitionKey';
import type { PhysicalRange } from '../partition/ranges';
import type { Container } from '../resources/container';

/** What an operation answers; the server adds what every answer carries. */
export interface Answer {
  status: number;
  /** JSON text; left out for 204 and 304, and where the client wants none. */
  body?: string | Buffer;
  headers?: Record<string, string>;
  charge?: number;
}

/** An item may nest 128 levels; in a batch or a patch some more stand around it. */
const bodyNestingMax = 140;

/** One request on its way through an operation. */
export class Exchange {
  /** Set once the container is known, so that even errors carry its session token. */
  container?: Container;
  range?: PhysicalRange;

  constructor(
    readonly engine: Engine,
    readonly message: IncomingMessage,
    readonly segments: string[],
    readonly rawBody: Buffer,
  ) {}

  header(name: string): string | undefined {
    const value = this.message.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  /** Whether a boolean header says true, in whatever case. */
  flag(name: string): boolean {
    return this.header(name)?.toLowerCase() === 'true';
  }

  get nowMs(): number {
    return this.engine.now();
  }

  /** The body as JSON. @throws CosmosError 400 */
  json(): unknown {
    let body: unknown;
    try {
      body = JSON.parse(this.rawBody.toString());
    } catch {
      throw badRequest('The request body is not valid JSON.');
    }
    // Everything behind this point may walk a body with the call stack.
    if (!withinNesting(body, bodyNestingMax)) throw badRequest('The request body nests too deeply.');
    return body;
  }

  /** The container that the path names. @throws CosmosError 404; `missing` is the substatus for operations on items */
  openContainer(missing?: number): Container {
    const [, database = '', , name = ''] = this.segments;
    this.container = this.engine.catalog.container(database, name, missing);
    return this.container;
  }

  /** The partition key header, if there is one. @throws CosmosError 400 */
  partitionKey(): PartitionKey | undefined {
    const header = this.header('x-ms-documentdb-partitionkey');
    return header === undefined || header === '' ? undefined : parsePartitionKey(header);
  }

  /** The full partition key that a point operation must have. @throws CosmosError 400 */
  requirePartitionKey(container: Container): PartitionKey {
    const key = this.partitionKey();
    if (!key) throw badRequest('PartitionKey value must be supplied for this operation.');
    this.range = container.rangeOfKey(requireFullKey(key, container.definition.partitionKey));
    return key;
  }

  /** `if-match` as sent, `undefined` where absent. */
  get ifMatch(): string | undefined {
    return this.header('if-match');
  }

  /** Whether the client asked for answers without bodies. */
  get minimal(): boolean {
    return /\breturn=minimal\b/i.test(this.header('prefer') ?? '');
  }

  /**
   * How many rows a page may hold. -1 leaves it to the server.
   * @throws CosmosError 400 for what is no count
   */
  pageSize(): number {
    const value = this.header('x-ms-max-item-count');
    if (value === undefined || value === '') return 100;
    const count = Number(value);
    if (!Number.isInteger(count) || count < -1 || count === 0)
      throw badRequest('x-ms-max-item-count must be -1 or a positive integer.');
    return count === -1 ? 1000 : Math.min(count, 10_000);
  }
}

export const json = (status: number, body: unknown, charge?: number): Answer => ({
  status,
  body: JSON.stringify(body),
  charge,
});

export type Operation = (exchange: Exchange) => Promise<Answer> | Answer;
