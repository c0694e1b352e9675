import { Problem } from '../errors';

/** GitHub caps webhook payloads at 25 MB. https://docs.github.com/webhooks/webhook-events-and-payloads#payload-cap */
export const bodyBytesMax = 25 * 1024 * 1024;

/** @throws Problem `body-too-large` */
export function refuseLargeBody(bytes: number): void {
  if (bytes > bodyBytesMax)
    throw new Problem('body-too-large', { detail: `A body has at most ${bodyBytesMax} bytes.` });
}

/**
 * The JSON in a body.
 * @throws Problem `invalid-json`
 */
export function parseJson(body: Uint8Array | string): unknown {
  try {
    return JSON.parse(
      typeof body === 'string' ? body : new TextDecoder('utf-8', { fatal: true }).decode(body),
    );
  } catch (error) {
    throw new Problem('invalid-json', {
      detail: 'The body must be one JSON document in UTF-8.',
      cause: error,
    });
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
