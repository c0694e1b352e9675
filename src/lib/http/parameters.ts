import * as z from 'zod';
import { InvalidInput } from '../errors';

/** A whole number in a query string. */
export const wholeNumber = (min: number, max: number, fallback: number) => {
  const error = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, error)
    .transform(Number)
    .pipe(z.int(error).min(min, error).max(max, error))
    .default(fallback);
};

const shareError = 'must be a number from 0 to 1';

/** A number from 0 to 1 in a query string. */
export const share = z
  .string()
  .regex(/^(?:\d|\d?\.\d{1,10})$/, shareError)
  .transform(Number)
  .pipe(z.number(shareError).min(0, shareError).max(1, shareError));

/**
 * The query string as `schema` reads it; a parameter given twice is refused.
 * @throws InvalidInput naming every wrong parameter, unknown ones included
 */
export function parseParameters<S extends z.ZodType>(search: URLSearchParams, schema: S): z.infer<S> {
  const names = [...search.keys()];
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  if (repeated.length > 0)
    throw new InvalidInput(repeated.map((path) => ({ path, message: 'must be given once' })));
  const parsed = schema.safeParse(Object.fromEntries(search));
  if (parsed.success) return parsed.data;
  throw new InvalidInput(
    parsed.error.issues.flatMap((issue) => {
      if (issue.code === 'unrecognized_keys')
        return issue.keys.map((path) => ({ path, message: 'is not a known parameter' }));
      const message =
        issue.code === 'invalid_value' ? `must be one of ${issue.values.join(', ')}` : issue.message;
      return [{ path: issue.path.join('.'), message }];
    }),
  );
}
