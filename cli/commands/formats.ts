import type { ApiClient, RequestOptions } from '../client';
import type { Output } from '../output';

/** What `--format` may say, and what the API is asked for. */
export const mediaTypes = {
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  sarif: 'application/sarif+json',
  markdown: 'text/markdown',
  html: 'text/html',
} as const;

/**
 * Hands on an answer as it comes, whatever its length.
 * @param headed false leaves out its first line: a table that goes on has its heading already
 */
export async function streamAnswer(
  output: Output,
  client: ApiClient,
  path: string,
  accept: string,
  options: Pick<RequestOptions, 'query' | 'adviceIfMissing'>,
  headed = true,
): Promise<void> {
  const { body } = await client.request(path, { accept, ...options });
  if (!body) return;
  let isBody = headed;
  for await (const chunk of body) {
    const bytes = chunk as Uint8Array;
    const start = isBody ? 0 : bytes.indexOf(newline) + 1;
    isBody ||= start > 0;
    if (isBody) await output.bytes(bytes.subarray(start));
  }
}

const newline = 0x0a;
