import type * as z from 'zod';
import type { InputIssue } from '../errors';

/** What zod found wrong, each place as a JSON Pointer (RFC 6901), an unknown field by its own name. */
export function issuesOf(error: z.ZodError, at: readonly PropertyKey[] = []): InputIssue[] {
  return error.issues.flatMap((issue) => {
    const path = [...at, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: pointer([...path, key]), message: 'is not a known field' }));
    }
    if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      return [{ path: pointer(path), message: 'has none of the allowed forms' }];
    }
    return [{ path: pointer(path), message: issue.message }];
  });
}

function pointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
