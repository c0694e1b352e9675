import { createHash } from 'node:crypto';
import type { JsonObject } from '../json';
import { toBinary } from '../partition/bytes';
import { pathSegments, valueAt } from '../partition/partitionKey';
import type { Container } from '../resources/container';

/** One digest a unique key of the container, over the item's values; a missing value counts as null. */
export function uniqueDigests(container: Container, item: JsonObject): string[] {
  const keys = container.definition.uniqueKeyPolicy?.uniqueKeys ?? [];
  return keys.map(({ paths }, index) => {
    const values = paths.map((path) => valueAt(item, pathSegments(path)) ?? null);
    const digest = createHash('sha256')
      .update(`${index}:${JSON.stringify(values)}`)
      .digest();
    return toBinary(digest.subarray(0, 16));
  });
}
