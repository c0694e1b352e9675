import * as z from 'zod';

/** A tenant: 1 to 63 letters, digits, `-` or `_`, beginning with a letter or a digit. */
export const TenantId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/,
    'must be 1 to 63 letters, digits, "-" or "_", beginning with a letter or a digit',
  );

/**
 * A commit: SHA-1, SHA-256, or a short made-up hash, 7 to 64 letters or digits. A whole git object name is
 * one commit however its letters are written, so it is kept in lower case.
 */
export const CommitHash = z
  .string()
  .regex(/^[A-Za-z0-9]{7,64}$/, 'must be 7 to 64 letters or digits')
  .transform((hash) => (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(hash) ? hash.toLowerCase() : hash));
