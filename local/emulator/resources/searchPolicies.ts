import { badRequest } from '../errors';
import { isObject, type JsonObject } from '../json';
import type { IndexingPolicy } from './indexingPolicy';

const dataTypes = ['float32', 'float16', 'int8', 'uint8'];
const distanceFunctions = ['cosine', 'dotproduct', 'euclidean'];
const vectorIndexTypes = ['flat', 'quantizedFlat', 'diskANN'];
const dimensionsMax = 4096;

function requireEntries(value: unknown, what: string): (JsonObject & { path: string })[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw badRequest(`${what} must be an array.`);
  return value.map((entry: unknown) => {
    if (!isObject(entry) || typeof entry.path !== 'string' || !/^\/./.test(entry.path))
      throw badRequest(`${what} needs a path that begins with /.`);
    return entry as JsonObject & { path: string };
  });
}

function requireOneOf(value: unknown, allowed: string[], what: string): void {
  if (!allowed.some((name) => name.toLowerCase() === String(value).toLowerCase()))
    throw badRequest(`${what} must be one of ${allowed.join(', ')}.`);
}

/** The paths of a policy, each given once. */
function pathsOf(entries: { path: string }[], what: string): Set<string> {
  const paths = new Set(entries.map(({ path }) => path));
  if (paths.size !== entries.length) throw badRequest(`${what} names a path twice.`);
  return paths;
}

/**
 * Checks what a container says of vectors and of texts to search: an index needs a path that the policy describes.
 * @throws CosmosError 400
 */
export function requireSearchPolicies(
  { vectorEmbeddingPolicy, fullTextPolicy }: JsonObject,
  { vectorIndexes, fullTextIndexes }: IndexingPolicy,
): void {
  const policies = { vectors: vectorEmbeddingPolicy ?? {}, texts: fullTextPolicy ?? {} };
  if (!isObject(policies.vectors) || !isObject(policies.texts))
    throw badRequest('The vector embedding and full text policies must be objects.');
  const embeddings = requireEntries(policies.vectors.vectorEmbeddings, 'A vector embedding');
  for (const { dataType, distanceFunction, dimensions } of embeddings) {
    requireOneOf(dataType, dataTypes, 'The data type of a vector embedding');
    requireOneOf(distanceFunction, distanceFunctions, 'The distance function of a vector embedding');
    if (!Number.isInteger(dimensions) || Number(dimensions) < 1 || Number(dimensions) > dimensionsMax)
      throw badRequest(`The dimensions of a vector embedding must be 1 to ${dimensionsMax}.`);
  }
  const vectorPaths = pathsOf(embeddings, 'The vector embedding policy');
  for (const { path, type } of requireEntries(vectorIndexes, 'A vector index')) {
    requireOneOf(type, vectorIndexTypes, 'The type of a vector index');
    if (!vectorPaths.has(path))
      throw badRequest(`The vector index on ${path} has no path in the vector embedding policy.`);
  }
  const textPaths = pathsOf(
    requireEntries(policies.texts.fullTextPaths, 'A full text path'),
    'The full text policy',
  );
  for (const { path } of requireEntries(fullTextIndexes, 'A full text index'))
    if (!textPaths.has(path))
      throw badRequest(`The full text index on ${path} has no path in the full text policy.`);
}
