import { badRequest } from '../errors';
import { isObject, type JsonObject, setOwn } from '../json';
import type { Container } from '../resources/container';
import { systemProperties } from './itemBody';

const operationsMax = 10;

interface PatchOperation {
  op: string;
  path: string[];
  value?: unknown;
  hasValue: boolean;
  from?: string[];
}

export interface PatchRequest {
  operations: PatchOperation[];
  /** `from c where …`, evaluated on the stored item. */
  condition?: string;
}

/** Splits a JSON pointer (RFC 6901). @throws CosmosError 400 */
function parsePointer(path: unknown): string[] {
  if (typeof path !== 'string' || !path.startsWith('/') || path === '/')
    throw badRequest(`The patch path ${JSON.stringify(path)} is invalid.`);
  return path
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Reads a patch body: the bare array of operations, or `{operations, condition}`. @throws CosmosError 400 */
export function parsePatch(body: unknown): PatchRequest {
  const operations = Array.isArray(body) ? body : isObject(body) ? body.operations : undefined;
  if (!Array.isArray(operations) || operations.length === 0)
    throw badRequest('A patch needs at least one operation.');
  if (operations.length > operationsMax) throw badRequest(`A patch has at most ${operationsMax} operations.`);
  const condition = isObject(body) ? body.condition : undefined;
  if (condition !== undefined && typeof condition !== 'string')
    throw badRequest('The patch condition is invalid.');
  return {
    condition,
    operations: operations.map((entry: unknown): PatchOperation => {
      if (!isObject(entry)) throw badRequest('A patch operation must be an object.');
      const op = String(entry.op).toLowerCase();
      const path = parsePointer(entry.path);
      const from = op === 'move' ? parsePointer(entry.from) : undefined;
      return { op, path, from, value: entry.value, hasValue: Object.hasOwn(entry, 'value') };
    }),
  };
}

function requireChangeable(container: Container, path: string[]): void {
  const root = path[0] ?? '';
  if (root === 'id' || systemProperties.has(root))
    throw badRequest(`The property /${root} cannot be patched.`);
  const touchesKey = container.partitionPaths.some((key) => {
    const shared = Math.min(key.length, path.length);
    return key.slice(0, shared).every((name, index) => name === path[index]);
  });
  if (touchesKey) throw badRequest(`The partition key /${path.join('/')} cannot be patched.`);
}

type Parent = JsonObject | unknown[];

function parentOf(item: JsonObject, path: string[]): Parent {
  let value: unknown = item;
  for (const name of path.slice(0, -1)) {
    if (Array.isArray(value)) value = value[elementIndex(name, value.length - 1)];
    else if (isObject(value) && Object.hasOwn(value, name)) value = value[name];
    else value = undefined;
  }
  if (!Array.isArray(value) && !isObject(value))
    throw badRequest(`The parent of the patch path /${path.join('/')} does not exist.`);
  return value;
}

function elementIndex(name: string, max: number): number {
  const index = /^(0|[1-9]\d{0,8})$/.test(name) ? Number(name) : -1;
  if (index < 0 || index > max)
    throw badRequest(`The patch path names an array element out of range: ${name}`);
  return index;
}

const hasTarget = (parent: Parent, name: string): boolean =>
  Array.isArray(parent)
    ? /^(0|[1-9]\d{0,8})$/.test(name) && Number(name) < parent.length
    : Object.hasOwn(parent, name);

function requireTarget(parent: Parent, name: string): void {
  if (!hasTarget(parent, name)) throw badRequest(`The patch target ${name} does not exist.`);
}

function assign(parent: Parent, name: string, value: unknown): void {
  if (Array.isArray(parent)) parent[elementIndex(name, parent.length - 1)] = value;
  else setOwn(parent, name, value);
}

function add(parent: Parent, name: string, value: unknown): void {
  if (!Array.isArray(parent)) setOwn(parent, name, value);
  else if (name === '-') parent.push(value);
  else parent.splice(elementIndex(name, parent.length), 0, value);
}

function set(parent: Parent, name: string, value: unknown): void {
  if (Array.isArray(parent) && (name === '-' || Number(name) === parent.length)) add(parent, name, value);
  else assign(parent, name, value);
}

function remove(parent: Parent, name: string): unknown {
  requireTarget(parent, name);
  if (Array.isArray(parent)) return parent.splice(Number(name), 1)[0];
  const value = parent[name];
  delete parent[name];
  return value;
}

function increment(parent: Parent, name: string, by: unknown): void {
  if (typeof by !== 'number') throw badRequest('The value of incr must be a number.');
  if (!hasTarget(parent, name)) {
    if (Array.isArray(parent)) elementIndex(name, parent.length - 1);
    set(parent, name, by);
    return;
  }
  const value = Array.isArray(parent) ? parent[Number(name)] : parent[name];
  if (typeof value !== 'number') throw badRequest('The target of incr is not a number.');
  assign(parent, name, value + by);
}

function move(item: JsonObject, from: string[], path: string[]): void {
  const inside = from.length <= path.length && from.every((name, index) => name === path[index]);
  if (inside) throw badRequest('A value cannot be moved onto or into itself.');
  const value = remove(parentOf(item, from), from.at(-1) ?? '');
  add(parentOf(item, path), path.at(-1) ?? '', value);
}

/**
 * Applies a patch to `item` in place, all or nothing as far as the caller throws the item away on an error.
 * @throws CosmosError 400
 */
export function applyPatch(container: Container, item: JsonObject, operations: PatchOperation[]): JsonObject {
  for (const { op, path, from, value, hasValue } of operations) {
    requireChangeable(container, path);
    if (from) {
      requireChangeable(container, from);
      move(item, from, path);
      continue;
    }
    const parent = parentOf(item, path);
    const name = path.at(-1) ?? '';
    if (op === 'remove') {
      remove(parent, name);
      continue;
    }
    if (!hasValue) throw badRequest(`The patch operation ${op} needs a value.`);
    if (op === 'add') add(parent, name, structuredClone(value));
    else if (op === 'set') set(parent, name, structuredClone(value));
    else if (op === 'replace') {
      requireTarget(parent, name);
      assign(parent, name, structuredClone(value));
    } else if (op === 'incr' || op === 'increment') increment(parent, name, value);
    else throw badRequest(`The patch operation ${op} is not supported.`);
  }
  return item;
}
