import { badRequest } from '../errors';
import { isObject } from '../json';
import { type PartitionKeyDefinition, pathSegments } from '../partition/partitionKey';
import { computedProperties } from '../query/computedProperties';
import { completeIndexingPolicy, type IndexingPolicy } from './indexingPolicy';
import { requireResourceName } from './names';
import { requireSearchPolicies } from './searchPolicies';

export interface ContainerDefinition {
  id: string;
  partitionKey: PartitionKeyDefinition;
  indexingPolicy: IndexingPolicy;
  /** Seconds; -1 is on without a default, absent is off. */
  defaultTtl?: number;
  uniqueKeyPolicy?: { uniqueKeys: { paths: string[] }[] };
  /** Whatever else the client sent and the service keeps as it is. */
  [name: string]: unknown;
}

const ttlMax = 2_147_483_647;
const hierarchyLevelsMax = 3;
const uniqueKeysMax = 10;
const uniqueKeyPathsMax = 16;

/** @throws CosmosError 400 unless -1 or 1 to 2,147,483,647. */
export function requireTtl(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value === 0 || value < -1 || value > ttlMax)
    throw badRequest(
      "The input ttl is invalid. Ensure to provide a nonzero positive integer or '-1' for ttl.",
    );
  return value;
}

function requirePaths(value: unknown, what: string): string[] {
  if (!Array.isArray(value) || value.length === 0) throw badRequest(`${what} must name at least one path.`);
  for (const path of value)
    if (typeof path !== 'string' || !/^\/./.test(path) || pathSegments(path).some((name) => name === ''))
      throw badRequest(`${what} holds a path that is invalid: ${JSON.stringify(path)}`);
  return value as string[];
}

function completePartitionKey(value: unknown): PartitionKeyDefinition {
  if (!isObject(value)) throw badRequest('The partition key definition is invalid.');
  const paths = requirePaths(value.paths, 'The partition key definition');
  if (paths.some((path) => /\/(\*|\?|\[\])(\/|$)/.test(path)))
    throw badRequest('A partition key path has no wildcards.');
  const kind = value.kind ?? 'Hash';
  if (kind !== 'Hash' && kind !== 'MultiHash')
    throw badRequest(`The partition kind ${String(kind)} is not supported.`);
  if (kind === 'Hash' && paths.length > 1)
    throw badRequest('Too many partition key paths specified. Only MultiHash takes several.');
  if (paths.length > hierarchyLevelsMax)
    throw badRequest(`A hierarchical partition key has at most ${hierarchyLevelsMax} paths.`);
  if (new Set(paths).size !== paths.length) throw badRequest('A partition key path is given twice.');
  const { version, systemKey } = value;
  if (version !== undefined && version !== 1 && version !== 2)
    throw badRequest(`The partition key version ${String(version)} is not supported.`);
  if (kind === 'MultiHash' && version === 1) throw badRequest('A MultiHash partition key needs version 2.');
  return {
    paths,
    kind,
    ...(kind === 'MultiHash'
      ? { version: 2 as const }
      : version === undefined
        ? {}
        : { version: version as 1 | 2 }),
    ...(systemKey === true ? { systemKey } : {}),
  };
}

function completeUniqueKeys(value: unknown): ContainerDefinition['uniqueKeyPolicy'] {
  if (value === undefined || value === null) return undefined;
  const keys = isObject(value) ? value.uniqueKeys : undefined;
  if (!Array.isArray(keys)) throw badRequest('The unique key policy is invalid.');
  if (keys.length > uniqueKeysMax) throw badRequest(`A container has at most ${uniqueKeysMax} unique keys.`);
  return {
    uniqueKeys: keys.map((key) => {
      const paths = requirePaths(isObject(key) ? key.paths : undefined, 'A unique key');
      if (paths.length > uniqueKeyPathsMax)
        throw badRequest(`A unique key has at most ${uniqueKeyPathsMax} paths.`);
      return { paths };
    }),
  };
}

const ownedByTheService = [
  '_rid',
  '_self',
  '_etag',
  '_ts',
  '_docs',
  '_sprocs',
  '_triggers',
  '_udfs',
  '_conflicts',
];

/**
 * Checks what a client asks for and fills in what the service fills in.
 * @throws CosmosError 400
 */
export function completeDefinition(body: unknown): ContainerDefinition {
  if (!isObject(body)) throw badRequest('The container definition must be an object.');
  const id = requireResourceName(body.id);
  const uniqueKeyPolicy = completeUniqueKeys(body.uniqueKeyPolicy);
  const definition: ContainerDefinition = {
    ...body,
    id,
    indexingPolicy: completeIndexingPolicy(body.indexingPolicy),
    partitionKey: completePartitionKey(body.partitionKey),
    conflictResolutionPolicy: body.conflictResolutionPolicy ?? {
      mode: 'LastWriterWins',
      conflictResolutionPath: '/_ts',
      conflictResolutionProcedure: '',
    },
    geospatialConfig: body.geospatialConfig ?? { type: 'Geography' },
  };
  for (const name of ownedByTheService) delete definition[name];
  if (uniqueKeyPolicy) definition.uniqueKeyPolicy = uniqueKeyPolicy;
  else delete definition.uniqueKeyPolicy;
  if (body.defaultTtl === undefined || body.defaultTtl === null) delete definition.defaultTtl;
  else definition.defaultTtl = requireTtl(body.defaultTtl);
  computedProperties(definition);
  requireSearchPolicies(body, definition.indexingPolicy);
  return definition;
}

const canonical = (value: unknown): string => JSON.stringify(value ?? null);

/**
 * Checks a replacement: the id, the partition key and the unique keys are fixed for good.
 * @throws CosmosError 400
 */
export function replaceDefinition(before: ContainerDefinition, body: unknown): ContainerDefinition {
  if (!isObject(body)) throw badRequest('The container definition must be an object.');
  const after = completeDefinition({ ...body, partitionKey: body.partitionKey ?? before.partitionKey });
  if (after.id !== before.id) throw badRequest('The id of a container cannot be changed.');
  const samePaths = canonical(after.partitionKey.paths) === canonical(before.partitionKey.paths);
  if (!samePaths || after.partitionKey.kind !== before.partitionKey.kind)
    throw badRequest('The partition key of a container cannot be changed.');
  if (canonical(after.uniqueKeyPolicy) !== canonical(before.uniqueKeyPolicy))
    throw badRequest('The unique keys of a container cannot be changed.');
  return { ...after, partitionKey: before.partitionKey };
}
