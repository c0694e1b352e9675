import { createHash, timingSafeEqual } from 'node:crypto';
import type * as z from 'zod';
import { Problem } from '../errors';

/**
 * A place in the answer to one query of one tenant, opaque to the caller. It carries a digest of the tenant and the query,
 * and is refused anywhere else.
 */
export function encodeCursor(query: unknown, position: unknown): string {
  return Buffer.from(JSON.stringify([digestOf(query), position])).toString('base64url');
}

/** @throws Problem `invalid-cursor` where it is broken or belongs to another query */
export function decodeCursor<S extends z.ZodType>(cursor: string, query: unknown, schema: S): z.infer<S> {
  try {
    const [digest, position] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as [
      unknown,
      unknown,
    ];
    const expected = digestOf(query);
    if (
      typeof digest === 'string' &&
      digest.length === expected.length &&
      timingSafeEqual(Buffer.from(digest), Buffer.from(expected))
    ) {
      return schema.parse(position);
    }
  } catch {
    // Whatever is the matter with it, the caller learns the same.
  }
  throw new Problem('invalid-cursor', {
    detail: 'Send the cursor of the last answer together with the very same parameters.',
    errors: [{ path: 'cursor', message: 'must be the nextCursor of an answer to this query' }],
  });
}

function digestOf(query: unknown): string {
  return createHash('sha256').update(JSON.stringify(query)).digest('base64url').slice(0, 22);
}
