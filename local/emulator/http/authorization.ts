import { createHmac, timingSafeEqual } from 'node:crypto';
import { CosmosError, unauthorized } from '../errors';

const clockSkewMaxMs = 15 * 60 * 1000;

export interface SignedRequest {
  method: string;
  segments: string[];
  authorization: string | undefined;
  date: string | undefined;
  nowMs: number;
}

/** The resource type and the links that a client may have signed for a path. */
function signedResource(segments: string[]): { type: string; links: string[] } {
  if (segments[4] === 'operations') return { type: 'colls', links: [segments.slice(0, 4).join('/')] };
  const feed = segments.length % 2 === 1;
  const owner = feed ? segments.slice(0, -1) : segments;
  const type =
    segments.length === 0 ? '' : (segments[feed ? segments.length - 1 : segments.length - 2] ?? '');
  const name = owner.at(-1) ?? '';
  // By name a link is the whole path; by resource id (offers, .NET) it is the bare id in lower case.
  return { type, links: [owner.join('/'), name.toLowerCase()] };
}

const sameText = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};

/**
 * Checks a master-key signature: HMAC-SHA256 over verb, resource type, link and date.
 * @throws CosmosError 401 when it is missing, malformed or wrong; 403 when its date is over 15 minutes off
 */
export function authorize(key: Buffer, request: SignedRequest): void {
  const { authorization, date = '' } = request;
  if (!authorization) throw unauthorized("Required Header 'authorization' is missing.");
  let token: string;
  try {
    token = decodeURIComponent(authorization);
  } catch {
    throw unauthorized('The authorization token is malformed.');
  }
  const match = /^type=(\w+)&ver=([\d.]+)&sig=(.+)$/.exec(token);
  if (match?.[1] !== 'master') throw unauthorized('Only master key tokens are supported.');
  const signature = match[3] ?? '';
  const { type, links } = signedResource(request.segments);
  const valid = links.some((link) => {
    const text = `${request.method.toLowerCase()}\n${type.toLowerCase()}\n${link}\n${date.toLowerCase()}\n\n`;
    return sameText(createHmac('sha256', key).update(text).digest('base64'), signature);
  });
  if (!valid)
    throw unauthorized(
      'The input authorization token cannot serve the request. The wrong key is being used or the expected payload is not built as per the protocol.',
    );
  const at = Date.parse(date);
  if (Number.isNaN(at)) throw unauthorized('The date header is missing or malformed.');
  if (Math.abs(request.nowMs - at) > clockSkewMaxMs)
    throw new CosmosError(
      403,
      'The authorization token is not valid at the current time: its date is too far off.',
    );
}
