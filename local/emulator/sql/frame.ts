import { badRequest } from '../errors';
import type { Accumulator } from './aggregates';
import type { Expression } from './ast';
import type { Value } from './values';

/** What an expression sees while it runs: one slot an alias, the parameters, and the group's aggregates. */
export interface Frame {
  slots: Value[];
  parameters: ReadonlyMap<string, Value>;
  nowMs: number;
  /** Rows that FROM and JOIN may still make: what goes on beyond all measure is stopped. */
  rowsLeft: number;
  /** The results of the aggregates of the innermost grouped query. */
  aggregates: Value[];
}

/** Rows that one page of a query may make of its items before it is given up. */
const rowsMax = 5_000_000;

/** A frame for one run of a query. */
export const newFrame = (slots: number, parameters: Frame['parameters'], nowMs: number): Frame => ({
  slots: new Array(slots),
  parameters,
  nowMs,
  rowsLeft: rowsMax,
  aggregates: [],
});

export type Evaluate = (frame: Frame) => Value;

export interface AggregateSpec {
  start: () => Accumulator;
  argument: Evaluate;
}

/** Slot 0 holds the container's item. */
export const rootSlot = 0;

/** Hands out slots: one a name in the whole query, so that subqueries see the rows around them. */
export class Layout {
  slots = 1;
  /** Whether any name stands for the container's item. */
  readsRoot = false;
  allocate(): number {
    this.slots += 1;
    return this.slots - 1;
  }
}

/** Properties that an item has only in queries: each an expression over the item, under the alias it is written with. */
export type ComputedProperties = ReadonlyMap<string, { alias: string; expression: Expression }>;

export const noComputedProperties: ComputedProperties = new Map();

/** The aliases that can be named at one place of a query. */
export class Scope {
  private readonly names = new Map<string, number>();
  readonly computed: ComputedProperties;

  constructor(
    readonly layout: Layout,
    private readonly parent?: Scope,
    computed?: ComputedProperties,
  ) {
    this.computed = computed ?? parent?.computed ?? noComputedProperties;
  }

  declare(name: string, slot: number): void {
    if (this.names.has(name)) throw badRequest(`The alias '${name}' is declared twice.`);
    this.names.set(name, slot);
  }

  find(name: string): number | undefined {
    return this.names.get(name) ?? this.parent?.find(name);
  }

  /** The slot of a name, without a word on whether it is looked into. @throws CosmosError 400 */
  locate(name: string): number {
    const slot = this.find(name);
    if (slot === undefined) throw badRequest(`Identifier '${name.slice(0, 100)}' could not be resolved.`);
    return slot;
  }

  /** The slot of a name that an expression reads. @throws CosmosError 400 */
  require(name: string): number {
    const slot = this.locate(name);
    if (slot === rootSlot) this.layout.readsRoot = true;
    return slot;
  }
}
