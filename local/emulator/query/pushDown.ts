import { prefixEnd } from '../partition/bytes';
import { orderedComponent, orderedStringBound } from '../partition/effectiveKey';
import type { KeyComponent } from '../partition/partitionKey';
import type { Container } from '../resources/container';
import type { Expression, Query } from '../sql/ast';

/** A part of a container's storage, below the container's own prefix. */
export interface PlaceRange {
  start: string;
  end: string;
}

/** What the WHERE clause says of a container's partition key. */
export interface KeyFilter {
  places: PlaceRange[];
  /** The keys (or leading parts of them) that can hold results; `undefined` when any can. */
  keys?: KeyComponent[][];
  /** The ids that can be results; `undefined` when any can. */
  ids?: string[];
  /** Results were written in this second or later. */
  writtenSince?: number;
}

type Parameters = ReadonlyMap<string, unknown>;

/** Constants that one path is compared with; of several on one side, any: only ever too wide. */
export interface Bounds {
  low?: string | number;
  high?: string | number;
  startsWith?: string;
}

const keysMax = 500;

type Key = KeyComponent[];

const isComponent = (value: unknown): value is Exclude<KeyComponent, symbol> =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);

/** The constants on one level: values it may equal, and bounds it keeps. Only ever a superset of what matches. */
interface LevelFilter {
  values?: KeyComponent[];
  bounds: Bounds;
}

/** The conditions that all must hold. */
export function conjuncts(where: Expression | undefined): Expression[] {
  if (!where) return [];
  return where.kind === 'logical' && where.operator === 'AND' ? where.operands.flatMap(conjuncts) : [where];
}

function isPath(expression: Expression, alias: string, segments: readonly string[]): boolean {
  let at = expression;
  for (let index = segments.length - 1; index >= 0; index -= 1) {
    if (at.kind !== 'member' || at.property.kind !== 'literal' || at.property.value !== segments[index])
      return false;
    at = at.object;
  }
  return at.kind === 'alias' && at.name === alias;
}

const mirrored: Record<string, string> = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** Reads the conjuncts about one path. Values of no use (an object, another type) leave it unconstrained. */
export function filterLevel(
  parts: Expression[],
  alias: string,
  segments: readonly string[],
  parameters: Parameters,
) {
  const filter: LevelFilter = { bounds: {} };
  const constant = (expression: Expression): unknown => {
    if (expression.kind === 'literal') return expression.value;
    if (expression.kind === 'parameter') return parameters.get(expression.name);
    if (expression.kind === 'unary' && expression.operator === '-' && expression.operand.kind === 'literal')
      return -Number(expression.operand.value);
    return undefined;
  };
  const equal = (values: unknown[]) => {
    if (!values.every(isComponent)) return;
    filter.values = filter.values
      ? filter.values.filter((value) => values.includes(value as never))
      : [...new Set(values)];
  };
  const bound = (operator: string, value: unknown) => {
    if (typeof value !== 'string' && typeof value !== 'number') return;
    if (operator.startsWith('>')) filter.bounds.low ??= value;
    else filter.bounds.high ??= value;
  };
  for (const part of parts) {
    if (part.kind === 'binary' && part.operator in mirrored) {
      if (isPath(part.left, alias, segments)) applyComparison(part.operator, constant(part.right));
      else if (isPath(part.right, alias, segments))
        applyComparison(mirrored[part.operator] ?? '=', constant(part.left));
    } else if (part.kind === 'between' && !part.negated && isPath(part.value, alias, segments)) {
      bound('>=', constant(part.low));
      bound('<=', constant(part.high));
    } else if (part.kind === 'in' && !part.negated && isPath(part.value, alias, segments)) {
      equal(part.list.map(constant));
    } else if (part.kind === 'call' && /^array_contains$/i.test(part.name) && part.parameters.length === 2) {
      const [list, path] = part.parameters;
      const values = list && constant(list);
      if (path && Array.isArray(values) && isPath(path, alias, segments)) equal(values);
    } else if (part.kind === 'call' && /^startswith$/i.test(part.name) && part.parameters.length === 2) {
      const [path, prefix] = part.parameters;
      const text = prefix && constant(prefix);
      if (path && typeof text === 'string' && isPath(path, alias, segments))
        filter.bounds.startsWith ??= text;
    }
  }
  return filter;

  function applyComparison(operator: string, value: unknown): void {
    if (operator === '=') equal([value]);
    else bound(operator, value);
  }
}

/** The storage of one leading key, narrowed by bounds on the level after it. */
function boundedRange(prefix: string, { low, high, startsWith }: Bounds): PlaceRange {
  const start = (value: string | number) =>
    typeof value === 'string' ? orderedStringBound(value) : orderedComponent(value);
  const whole = { start: prefix, end: prefixEnd(prefix) };
  if (startsWith !== undefined) {
    const from = prefix + orderedStringBound(startsWith);
    return { start: from, end: prefixEnd(from) };
  }
  if (low === undefined && high === undefined) return whole;
  const type = typeof (low ?? high) === 'string' ? '\x08' : '\x05';
  // Bounds of two types match nothing; the whole WHERE clause is evaluated again anyway.
  if (low !== undefined && high !== undefined && typeof low !== typeof high) return whole;
  return {
    start: prefix + (low === undefined ? type : start(low)),
    end: prefixEnd(prefix + (high === undefined ? type : start(high))),
  };
}

/**
 * Finds the storage that can hold results: equality on the partition key's paths, from the first on, then bounds
 * on the next; and the ids and the time of the last write, which have indexes of their own. Only conjuncts of the topmost AND count, never what stands below OR or NOT.
 */
export function pushDown(query: Query, container: Container, parameters: Parameters): KeyFilter {
  const places = [{ start: '', end: prefixEnd('') }];
  const [source] = query.sources;
  if (source?.from.kind !== 'root') return { places };
  const parts = conjuncts(query.where);
  const { values } = filterLevel(parts, source.alias, ['id'], parameters);
  const ids = values?.filter((value) => typeof value === 'string');
  const { low } = filterLevel(parts, source.alias, ['_ts'], parameters).bounds;
  return {
    places,
    ...filterKeys(parts, source.alias, container, parameters),
    ...(ids && { ids }),
    ...(typeof low === 'number' && { writtenSince: low }),
  };
}

function filterKeys(
  parts: Expression[],
  alias: string,
  container: Container,
  parameters: Parameters,
): Pick<KeyFilter, 'places' | 'keys'> | undefined {
  let keys: Key[] = [[]];
  let bounds: Bounds = {};
  for (const segments of container.partitionPaths) {
    const filter = filterLevel(parts, alias, segments, parameters);
    const { values } = filter;
    if (!values || keys.length * values.length > keysMax) {
      bounds = filter.bounds;
      break;
    }
    keys = keys.flatMap((key) => values.map((value): Key => [...key, value]));
  }
  if (keys.length === 1 && keys[0]?.length === 0) return undefined;
  const places = keys
    .map((key) =>
      boundedRange(container.storagePrefix(key), key.length < container.partitionPaths.length ? bounds : {}),
    )
    .sort((a, b) => (a.start < b.start ? -1 : 1));
  return { places, keys };
}
