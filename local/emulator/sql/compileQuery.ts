import { badRequest, CosmosError } from '../errors';
import { type JsonObject, setOwn } from '../json';
import type { Expression, Query, Source } from './ast';
import type { CompiledQuery } from './compiledQuery';
import { type CompileContext, compileExpression } from './compileExpression';
import {
  type AggregateSpec,
  type ComputedProperties,
  type Evaluate,
  type Frame,
  Layout,
  rootSlot,
  Scope,
} from './frame';
import { checkGrouping } from './grouping';
import { RowCollector } from './rowCollector';
import type { Value } from './values';

/** Compiles a whole query, for items that have `computed` properties beside their own. @throws CosmosError 400 */
export function compileQuery(query: Query, computed?: ComputedProperties): CompiledQuery {
  const layout = new Layout();
  const compiled = compile(query, new Scope(layout, undefined, computed), true);
  // Subqueries allocate as they compile, so the count is known only now.
  return { ...compiled, slots: layout.slots, readsRoot: layout.readsRoot };
}

type RowSource = (frame: Frame, row: () => boolean) => boolean;

function compile(query: Query, outer: Scope, top: boolean): CompiledQuery {
  const scope = new Scope(outer.layout, outer);
  const plain: CompileContext = { scope, compileSubquery };
  const sources = query.sources.map((source, index) =>
    compileSource(source, scope, outer, top && index === 0),
  );
  const where = query.where && compileExpression(query.where, plain);
  const aggregates: AggregateSpec[] = [];
  const groupBy = query.groupBy.map((expression) => compileExpression(expression, plain));
  const project = compileSelection(query, scope, { ...plain, aggregates });
  const orderBy = query.orderBy.map(({ expression, descending }) => ({
    evaluate: compileExpression(expression, { ...plain, aggregates }),
    descending,
  }));
  const grouped = groupBy.length > 0 || aggregates.length > 0;
  if (grouped) checkGrouping(query);
  const count = (expression?: Expression) => expression && compileExpression(expression, plain);
  return {
    slots: scope.layout.slots,
    eachRow: chain(sources, where),
    project,
    aggregates,
    groupBy,
    orderBy,
    distinct: query.distinct,
    top: count(query.top),
    offset: count(query.offset),
    limit: count(query.limit),
    readsItems: query.sources.length > 0,
    readsRoot: true,
    selectsRoot: selectsRoot(query),
  };
}

/** Runs the sources as nested loops, the WHERE clause innermost. */
function chain(sources: RowSource[], where: Evaluate | undefined): RowSource {
  const last: RowSource = where
    ? (frame, row) => (where(frame) === true ? row() : true)
    : (_frame, row) => row();
  return sources.reduceRight((next, source) => (frame, row) => source(frame, () => next(frame, row)), last);
}

/** @throws CosmosError 408 */
function countRow(frame: Frame): void {
  frame.rowsLeft -= 1;
  if (frame.rowsLeft < 0) throw new CosmosError(408, 'The query makes too many rows of its items.');
}

function compileSource(source: Source, scope: Scope, outer: Scope, atRoot: boolean): RowSource {
  const { from, alias, iterate } = source;
  if (from.kind === 'root') {
    const slot = atRoot ? rootSlot : outer.require(alias);
    scope.declare(alias, slot);
    return (_frame, row) => row();
  }
  if (from.kind === 'query') {
    const rows = compileSubquery(from.query, scope, atRoot);
    return declareRows(scope, alias, rows);
  }
  const path = compileExpression(from.expression, {
    scope: atRoot ? rootScope(from.expression, scope) : scope,
    compileSubquery,
  });
  if (iterate)
    return declareRows(scope, alias, (frame) => {
      const list = path(frame);
      return Array.isArray(list) ? list : [];
    });
  return declareRows(scope, alias, (frame) => {
    const value = path(frame);
    return value === undefined ? [] : [value];
  });
}

/** In `FROM x IN c.tags` the first name of the path stands for the container, whatever it is. */
function rootScope(path: Expression, scope: Scope): Scope {
  let start = path;
  while (start.kind === 'member') start = start.object;
  const rooted = new Scope(scope.layout, scope);
  if (start.kind === 'alias') rooted.declare(start.name, rootSlot);
  return rooted;
}

function declareRows(scope: Scope, alias: string, rows: (frame: Frame) => Value[]): RowSource {
  const slot = scope.layout.allocate();
  scope.declare(alias, slot);
  return (frame, row) => {
    for (const value of rows(frame)) {
      countRow(frame);
      frame.slots[slot] = value;
      if (!row()) return false;
    }
    return true;
  };
}

function compileSubquery(query: Query, scope: Scope, atRoot = false): (frame: Frame) => Value[] {
  const compiled = compile(query, scope, atRoot);
  return (frame) => {
    const collector = new RowCollector(compiled, frame);
    const { aggregates } = frame;
    compiled.eachRow(frame, () => collector.add());
    const rows = collector.finish();
    frame.aggregates = aggregates;
    return rows;
  };
}

function compileSelection({ selection, sources }: Query, scope: Scope, context: CompileContext): Evaluate {
  if (selection.kind === 'value') return compileExpression(selection.expression, context);
  if (selection.kind === 'list') return compileList(selection.items, context);
  const [only] = sources;
  if (!only || sources.length > 1) throw badRequest("'SELECT *' is only valid with a single input set.");
  const slot = scope.locate(only.alias);
  return (frame) => frame.slots[slot];
}

function selectsRoot({ selection, sources: [first, ...joins] }: Query): boolean {
  if (first?.from.kind !== 'root') return false;
  if (selection.kind === 'all') return joins.length === 0;
  return (
    selection.kind === 'value' &&
    selection.expression.kind === 'alias' &&
    selection.expression.name === first.alias
  );
}

function compileList(items: { expression: Expression; alias?: string }[], context: CompileContext): Evaluate {
  let unnamed = 0;
  const names = new Set<string>();
  const columns = items.map(({ expression, alias }): [string, Evaluate] => {
    const known = alias ?? columnName(expression);
    if (known === undefined) unnamed += 1;
    const name = known ?? `$${unnamed}`;
    if (names.has(name)) throw badRequest(`The property '${name}' is selected twice.`);
    names.add(name);
    return [name, compileExpression(expression, context)];
  });
  return (frame) => {
    const row: JsonObject = {};
    for (const [name, evaluate] of columns) {
      const value = evaluate(frame);
      if (value !== undefined) setOwn(row, name, value);
    }
    return row;
  };
}

/** A path's last name; `undefined` for an expression that has none. */
export function columnName(expression: Expression): string | undefined {
  if (expression.kind === 'alias') return expression.name;
  if (expression.kind !== 'member' || expression.property.kind !== 'literal') return undefined;
  const { value } = expression.property;
  return typeof value === 'string' ? value : undefined;
}
