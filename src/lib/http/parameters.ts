import { z } from 'zod';
import { InvalidInput } from '../errors';

/** A whole number in a query string. */
export const wholeNumber = (min: number, max: number, fallback: number) =>
  z
    .string()
    .default(String(fallback))
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max, {
      message: `must be a whole number from ${min} to ${max}`,
    })
    .transform(Number);

/** A number from 0 to 1 in a query string. */
export const share = z
  .string()
  .refine((text) => /^(?:0|1|0?\.\d{1,10}|0\.\d{1,10}|1\.0{1,10})$/.test(text), {
    message: 'must be a number from 0 to 1',
  })
  .transform(Number);

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
    parsed.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((path) => ({ path, message: 'is not a known parameter' }))
        : [{ path: issue.path.join('.'), message: issue.message }],
    ),
  );
}
