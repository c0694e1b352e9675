import { badRequest } from '../errors';

/** Where a request goes: the decoded path, and the parameters after `?` where they are no part of an item's id. */
export interface Target {
  segments: string[];
  search: string;
}

const itemPath = /^\/+dbs\/[^/?]+\/colls\/[^/?]+\/docs\/./;

/**
 * Parses the raw request target. Clients send item ids with `?` unescaped, so behind `/docs/` the question mark
 * belongs to the id. Each segment is percent-decoded once.
 * @throws CosmosError 400
 */
export function parseTarget(url: string): Target {
  const path = url.replace(/^https?:\/\/[^/]*/i, '');
  const mark = itemPath.test(path) ? -1 : path.indexOf('?');
  const [raw, search] = mark < 0 ? [path, ''] : [path.slice(0, mark), path.slice(mark + 1)];
  const trimmed = raw.replace(/^\/+/, '').replace(/\/$/, '');
  try {
    return { segments: trimmed === '' ? [] : trimmed.split('/').map(decodeURIComponent), search };
  } catch {
    throw badRequest('The request path is not well-formed.');
  }
}
