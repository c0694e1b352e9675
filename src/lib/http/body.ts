import { Problem } from '../errors';

/** GitHub caps webhook payloads at 25 MB. https://docs.github.com/webhooks/webhook-events-and-payloads#payload-cap */
export const bodyBytesMax = 25 * 1024 * 1024;

/** @throws Problem `body-too-large` */
export function refuseLargeBody(bytes: number): void {
  if (bytes > bodyBytesMax)
    throw new Problem('body-too-large', { detail: `A body has at most ${bodyBytesMax} bytes.` });
}

/** Cosmos DB keeps items of at most 128 levels, and nothing that is sent here has a reason for more than a few. */
export const jsonDepthMax = 64;

/**
 * The JSON in a body.
 * @throws Problem `invalid-json`, also where it is nested more than `jsonDepthMax` deep
 */
export function parseJson(body: Uint8Array | string): unknown {
  let text: string;
  let value: unknown;
  try {
    text = typeof body === 'string' ? body : new TextDecoder('utf-8', { fatal: true }).decode(body);
    value = JSON.parse(text);
  } catch (error) {
    throw new Problem('invalid-json', {
      detail: 'The body must be one JSON document in UTF-8.',
      cause: error,
    });
  }
  if (isDeeperThan(text, jsonDepthMax))
    throw new Problem('invalid-json', { detail: `The body may be nested ${jsonDepthMax} levels deep.` });
  return value;
}

/** Whether JSON that was parsed once holds more levels; everything that walks it afterwards may then recurse. */
function isDeeperThan(text: string, levels: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const mark = text[at];
    if (mark === '{' || mark === '[') depth++;
    else if (mark === '}' || mark === ']') depth--;
    else if (mark === '"') at = closingQuote(text, at + 1);
    if (depth > levels) return true;
  }
  return false;
}

function closingQuote(text: string, from: number): number {
  for (let at = from; ; at++) {
    at = text.indexOf('"', at);
    let backslashes = 0;
    while (text[at - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return at;
  }
}

/** The media type of a `content-type` header, without its parameters, in lower case. */
export function mediaType(contentType: string | null): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** @throws Problem `unsupported-media-type` */
export function requireJson(contentType: string | null): void {
  const type = mediaType(contentType);
  if (type === 'application/json' || /^application\/[\w.-]+\+json$/.test(type)) return;
  throw new Problem('unsupported-media-type', {
    detail: 'Send application/json.',
    headers: { accept: 'application/json' },
  });
}
