import { AsyncLocalStorage } from 'node:async_hooks';
import type {
  Container,
  FeedOptions,
  FeedResponse,
  JSONValue,
  QueryIterator,
  SqlParameter,
} from '@azure/cosmos';
import { onStore } from './faults';

/** A WHERE clause under construction; every value goes in as a parameter. */
export class Conditions {
  private readonly clauses: string[] = [];
  private readonly parameters: SqlParameter[] = [];

  /** `clause` with a `?` for each value. */
  add(clause: string, ...values: JSONValue[]): this {
    const waiting = [...values];
    this.clauses.push(clause.replaceAll('?', () => this.parameter(waiting.shift() ?? null)));
    return this;
  }

  /** `path IN (…)`; an empty list matches nothing. */
  addIn(path: string, values: readonly JSONValue[]): this {
    this.clauses.push(
      values.length === 0
        ? 'false'
        : `${path} IN (${values.map((value) => this.parameter(value)).join(', ')})`,
    );
    return this;
  }

  private parameter(value: JSONValue): string {
    const name = `@p${this.parameters.length}`;
    this.parameters.push({ name, value });
    return name;
  }

  /** The whole query: `SELECT … FROM c` before, ORDER BY and the like after. */
  query(select: string, after = ''): { query: string; parameters: SqlParameter[] } {
    return {
      query: `${select} FROM c WHERE ${this.clauses.join(' AND ')} ${after}`.trim(),
      parameters: this.parameters,
    };
  }
}

/**
 * Every row of a query; for queries whose result is bounded by what was asked. Without `maxItemCount` the SDK fetches 100 rows a
 * request, and of a query over several physical partitions 10.
 */
export async function allRows<T>(
  container: Container,
  spec: { query: string; parameters: SqlParameter[] },
  options?: FeedOptions,
): Promise<T[]> {
  return onStore(async () => (await container.items.query<T>(spec, options).fetchAll()).resources);
}

/**
 * Pages of a query, one in memory at a time. Whoever reads them may do so when the call that asked is over (an answer that is
 * streamed); each page belongs to that call all the same.
 */
export function pages<T>(
  container: Container,
  spec: { query: string; parameters: SqlParameter[] },
  pageSize: number,
): AsyncGenerator<T[]> {
  const inCall = AsyncLocalStorage.snapshot();
  const iterator = container.items.query<T>(spec, { maxItemCount: pageSize });
  return fetched(iterator, () => inCall(() => onStore(() => iterator.fetchNext())));
}

async function* fetched<T>(
  iterator: QueryIterator<T>,
  next: () => Promise<FeedResponse<T>>,
): AsyncGenerator<T[]> {
  while (iterator.hasMoreResults()) {
    const { resources } = await next();
    if (resources?.length) yield resources;
  }
}
