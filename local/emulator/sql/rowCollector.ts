import { badRequest } from '../errors';
import type { Accumulator } from './aggregates';
import { BoundedHeap } from './boundedHeap';
import type { CompiledQuery } from './compiledQuery';
import type { Evaluate, Frame } from './frame';
import { canonicalKey, compareValues, type Value } from './values';

interface Group {
  slots: Value[];
  accumulators: Accumulator[];
}

/** What TOP, OFFSET and LIMIT say. @throws CosmosError 400 for what is no whole number from 0 */
export function countOf(evaluate: Evaluate | undefined, frame: Frame): number | undefined {
  if (!evaluate) return undefined;
  const count = evaluate(frame);
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0)
    throw badRequest('TOP, OFFSET and LIMIT need a non-negative integer.');
  return count;
}

/** Groups rows and keeps their aggregates; without GROUP BY everything is one group, even nothing. */
export class GroupCollector {
  private readonly groups = new Map<string, Group>();

  constructor(
    private readonly query: CompiledQuery,
    private readonly frame: Frame,
  ) {}

  add(): void {
    const keys = this.query.groupBy.map((evaluate) => evaluate(this.frame));
    const name = keys.map(canonicalKey).join('\u0000');
    let group = this.groups.get(name);
    if (!group) {
      group = {
        slots: [...this.frame.slots],
        accumulators: this.query.aggregates.map(({ start }) => start()),
      };
      this.groups.set(name, group);
    }
    for (const [index, { argument }] of this.query.aggregates.entries())
      group.accumulators[index]?.add(argument(this.frame));
  }

  /** The projected groups, in the order of their first rows. */
  finish(): Value[] {
    const { query, frame } = this;
    if (this.groups.size === 0 && query.groupBy.length === 0)
      this.groups.set('', {
        slots: [...frame.slots],
        accumulators: query.aggregates.map(({ start }) => start()),
      });
    return [...this.groups.values()].map(({ slots, accumulators }) =>
      query.project({ ...frame, slots, aggregates: accumulators.map((accumulator) => accumulator.result()) }),
    );
  }
}

export type OrderKeys = Value[];

/** The order of two rows under ORDER BY. */
export function compareKeys(query: CompiledQuery): (a: OrderKeys, b: OrderKeys) => number {
  const signs = query.orderBy.map(({ descending }) => (descending ? -1 : 1));
  return (a, b) => {
    for (const [index, sign] of signs.entries()) {
      const order = compareValues(a[index], b[index]);
      if (order !== 0) return order * sign;
    }
    return 0;
  };
}

/** Runs the tail of a query in memory: grouping, projection, DISTINCT, ORDER BY, OFFSET and LIMIT. */
export class RowCollector {
  private readonly groups?: GroupCollector;
  private readonly rows: BoundedHeap<{ keys: OrderKeys; at: number; value: Value }> | undefined;
  private readonly values: Value[] = [];
  private readonly seen = new Set<string>();
  private readonly offset: number;
  private readonly end: number;
  private count = 0;

  constructor(
    private readonly query: CompiledQuery,
    private readonly frame: Frame,
  ) {
    this.offset = countOf(query.offset, frame) ?? 0;
    const limit = countOf(query.limit, frame) ?? Number.POSITIVE_INFINITY;
    this.end = Math.min(countOf(query.top, frame) ?? Number.POSITIVE_INFINITY, this.offset + limit);
    if (query.aggregates.length > 0 || query.groupBy.length > 0)
      this.groups = new GroupCollector(query, frame);
    if (query.orderBy.length === 0) return;
    const compare = compareKeys(query);
    this.rows = new BoundedHeap(this.end, (a, b) => compare(a.keys, b.keys) || a.at - b.at);
  }

  /** Takes the row in the frame; false when no further row can matter. */
  add(): boolean {
    if (this.groups) {
      this.groups.add();
      return true;
    }
    const value = this.query.project(this.frame);
    if (!this.accepts(value)) return true;
    if (this.rows) {
      const keys = this.query.orderBy.map(({ evaluate }) => evaluate(this.frame));
      this.rows.add({ keys, at: this.count++, value });
      return true;
    }
    this.values.push(value);
    return this.values.length < this.end;
  }

  finish(): Value[] {
    if (this.rows)
      return this.rows
        .sorted()
        .slice(this.offset)
        .map(({ value }) => value);
    if (!this.groups) return this.values.slice(this.offset, this.end);
    return this.groups
      .finish()
      .filter((value) => this.accepts(value))
      .slice(this.offset, this.end);
  }

  private accepts(value: Value): boolean {
    if (value === undefined) return false;
    if (!this.query.distinct) return true;
    const key = canonicalKey(value);
    if (this.seen.has(key)) return false;
    this.seen.add(key);
    return true;
  }
}
