import { verifyWebhookSignature } from '../lib/auth';
import { TenantId } from '../lib/commit';
import { InvalidInput, Problem } from '../lib/errors';
import { mediaType, parseJson } from '../lib/http';
import { normalisePush, receiveDelivery } from '../lib/ingest';
import { type Call, endpoint, readBody } from './endpoint';

export const githubWebhook = endpoint('githubWebhook', async (call) => {
  const { request } = call;
  const tenantId = request.params.tenantId ?? '';
  const body = await signedBody(call, tenantId);
  const deliveryId = deliveryIdOf(request.headers.get('x-github-delivery'));
  const event = request.headers.get('x-github-event');
  const payload = payloadOf(request.headers.get('content-type'), body);
  if (event === 'ping') return { status: 200, jsonBody: { pong: true } };
  if (event !== 'push') return { status: 202, jsonBody: { ignored: true } };
  const { push, commits } = normalisePush(payload);
  const outcome = await receiveDelivery(call.store, {
    tenantId,
    deliveryId,
    receivedAt: call.now,
    push,
    commits,
  });
  return outcome === 'duplicate'
    ? { status: 200, jsonBody: { deliveryId, duplicate: true } }
    : { status: 202, jsonBody: { deliveryId, commits: commits.length } };
});

/**
 * The raw bytes, once their signature is known to be right: before that, nothing of them is looked at. What is larger than
 * GitHub ever sends is neither kept nor hashed: that would be work done for strangers.
 */
async function signedBody({ request, config }: Call, tenantId: string): Promise<Uint8Array> {
  const body = await readBody(request);
  const signature = request.headers.get('x-hub-signature-256');
  if (
    !TenantId.safeParse(tenantId).success ||
    !verifyWebhookSignature(body, signature, tenantId, config.webhookMasterKeys)
  ) {
    throw new Problem('invalid-signature', {
      detail: 'X-Hub-Signature-256 is missing or was not made with the secret of this tenant.',
    });
  }
  return body;
}

/** Without an id a redelivery could not be told from a new delivery. */
function deliveryIdOf(header: string | null): string {
  if (header !== null && /^[A-Za-z0-9-]{1,100}$/.test(header)) return header;
  throw new InvalidInput([
    { path: 'X-GitHub-Delivery', message: 'must be the delivery id that GitHub sends' },
  ]);
}

/** GitHub sends either content type, as the webhook is set up; the form holds the JSON in `payload`. */
function payloadOf(contentType: string | null, body: Uint8Array): unknown {
  switch (mediaType(contentType)) {
    case 'application/json':
      return parseJson(body);
    case 'application/x-www-form-urlencoded':
      return parseJson(new URLSearchParams(Buffer.from(body).toString('utf8')).get('payload') ?? '');
    default:
      throw new Problem('unsupported-media-type', {
        detail: 'Set the content type of the webhook to application/json.',
      });
  }
}
