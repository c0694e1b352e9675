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

/** Hands on an answer as it comes, whatever its length. */
export async function streamAnswer(
  output: Output,
  client: ApiClient,
  path: string,
  accept: string,
  query: RequestOptions['query'],
): Promise<void> {
  const { body } = await client.request(path, { accept, ...(query ? { query } : {}) });
  if (!body) return;
  for await (const chunk of body) await output.bytes(chunk as Uint8Array);
}
