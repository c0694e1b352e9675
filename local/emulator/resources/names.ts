import { badRequest } from '../errors';

const resourceNameCharsMax = 255;
const itemIdBytesMax = 1023;

/** @throws CosmosError 400 unless the value may name a database or container. */
export function requireResourceName(id: unknown): string {
  if (typeof id !== 'string' || id.trim() === '')
    throw badRequest("The input content is invalid because the required properties - 'id; ' - are missing");
  if (/[/\\?#]/.test(id)) throw badRequest(`The resource name ${id} contains illegal characters: / \\ ? #`);
  if (id.length > resourceNameCharsMax)
    throw badRequest(`The resource name is longer than ${resourceNameCharsMax} characters.`);
  if (id.endsWith(' ')) throw badRequest('The resource name must not end with a space.');
  return id;
}

/** @throws CosmosError 400 unless the value may be an item's id (trailing spaces may). */
export function requireItemId(id: unknown): string {
  if (id === undefined)
    throw badRequest("The input content is invalid because the required properties - 'id; ' - are missing");
  if (typeof id !== 'string' || id === '')
    throw badRequest("The input name '' is invalid: 'id' must be a non-empty string.");
  if (/[/\\]/.test(id)) throw badRequest("Ensure to provide a unique non-empty id without '/' and '\\'.");
  if (Buffer.byteLength(id) > itemIdBytesMax)
    throw badRequest(`The id is longer than ${itemIdBytesMax} bytes.`);
  return id;
}
