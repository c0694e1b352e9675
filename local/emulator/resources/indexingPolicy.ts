import { badRequest } from '../errors';
import { isObject, type JsonObject } from '../json';

export interface CompositePath {
  path: string;
  order: 'ascending' | 'descending';
}

export interface IndexingPolicy {
  indexingMode: 'consistent' | 'none' | 'lazy';
  automatic: boolean;
  includedPaths: { path: string }[];
  excludedPaths: { path: string }[];
  compositeIndexes?: CompositePath[][];
  [name: string]: unknown;
}

const etagPath = '/"_etag"/?';
const compositePathsMax = 8;
const compositeIndexesMax = 100;

function requirePathList(value: unknown, what: string): { path: string }[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw badRequest(`${what} must be an array.`);
  for (const entry of value) {
    const path = isObject(entry) ? entry.path : undefined;
    if (typeof path !== 'string' || !path.startsWith('/') || !/(\/\*|\/\?)$/.test(path))
      throw badRequest(
        `The indexing path ${JSON.stringify(path)} could not be accepted: it must begin with / and end with /* or /?.`,
      );
  }
  return value as { path: string }[];
}

function requireComposites(value: unknown): CompositePath[][] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || value.length > compositeIndexesMax)
    throw badRequest(`compositeIndexes must be an array of at most ${compositeIndexesMax}.`);
  return value.map((index: unknown) => {
    if (!Array.isArray(index) || index.length < 2 || index.length > compositePathsMax)
      throw badRequest(`A composite index has 2 to ${compositePathsMax} paths.`);
    return index.map((entry: unknown): CompositePath => {
      const { path, order = 'ascending' } = isObject(entry) ? entry : ({} as JsonObject);
      if (typeof path !== 'string' || !path.startsWith('/') || /[*?]$/.test(path))
        throw badRequest(`A composite index path is invalid: ${JSON.stringify(path)}`);
      if (order !== 'ascending' && order !== 'descending')
        throw badRequest(`A composite index order is invalid: ${JSON.stringify(order)}`);
      return { path, order };
    });
  });
}

/**
 * The policy with everything that the service fills in.
 * @throws CosmosError 400
 */
export function completeIndexingPolicy(value: unknown): IndexingPolicy {
  const given = value ?? {};
  if (!isObject(given)) throw badRequest('The indexing policy must be an object.');
  const mode = String(given.indexingMode ?? 'consistent').toLowerCase();
  if (mode !== 'consistent' && mode !== 'none' && mode !== 'lazy')
    throw badRequest(`The indexing mode ${mode} is invalid.`);
  const automatic = given.automatic ?? mode !== 'none';
  if (typeof automatic !== 'boolean') throw badRequest('indexingPolicy.automatic must be true or false.');
  const included = requirePathList(given.includedPaths, 'includedPaths');
  const excluded = requirePathList(given.excludedPaths, 'excludedPaths');
  const composites = requireComposites(given.compositeIndexes);
  const { compositeIndexes: _, ...others } = given;
  const policy: IndexingPolicy = {
    ...others,
    indexingMode: mode,
    automatic,
    includedPaths: included,
    excludedPaths: excluded,
    ...(composites ? { compositeIndexes: composites } : {}),
  };
  if (mode === 'none') return policy;
  const named = [...included, ...excluded].some(({ path }) => path === '/*');
  if (!named && included.length > 0)
    throw badRequest(
      'The special mandatory indexing path "/*" is not provided in any of the path type sets.',
    );
  if (!named) policy.includedPaths = [{ path: '/*' }, ...included];
  if (!excluded.some(({ path }) => path === etagPath))
    policy.excludedPaths = [...excluded, { path: etagPath }];
  return policy;
}
