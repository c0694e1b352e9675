import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/**
 * The webhook secret of a tenant: base64url(HKDF-SHA256 (RFC 5869) of the UTF-8 bytes of `masterKey`, salt = tenant id,
 * info = `github-webhook/v1`, 32 bytes). 43 characters, the same every time, so nothing needs to be stored.
 */
export function deriveWebhookSecret(masterKey: string, tenantId: string): string {
  return Buffer.from(hkdfSync('sha256', masterKey, tenantId, 'github-webhook/v1', 32)).toString('base64url');
}

/** The value of `X-Hub-Signature-256` for a body: `sha256=` and the HMAC-SHA256 in 64 hexadecimal digits. */
export function signWebhook(body: Uint8Array, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/**
 * Whether one of the secrets signed these very bytes. Every secret is tried and each comparison takes constant time.
 * Done with `node:crypto` and not with `@octokit/webhooks-methods`, which takes the body as a string: bytes that are not
 * UTF-8 would be replaced before they are hashed, so two bodies could share a signature.
 * https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
 */
export function isSigned(
  body: Uint8Array,
  signatureHeader: string | null,
  secrets: readonly string[],
): boolean {
  const hex = /^sha256=([0-9a-fA-F]{64})$/.exec(signatureHeader ?? '')?.[1];
  if (hex === undefined) return false;
  const given = Buffer.from(hex, 'hex');
  let matches = false;
  for (const secret of secrets) {
    const expected = createHmac('sha256', secret).update(body).digest();
    matches = timingSafeEqual(given, expected) || matches;
  }
  return matches;
}

/**
 * Whether the webhook secret of this tenant signed the raw body, under any of the master keys: while a key is rotated,
 * the old and the new one both hold. Never throws, whatever the header holds.
 */
export function verifyWebhookSignature(
  body: Uint8Array,
  signatureHeader: string | null,
  tenantId: string,
  masterKeys: readonly string[],
): boolean {
  return isSigned(
    body,
    signatureHeader,
    masterKeys.map((masterKey) => deriveWebhookSecret(masterKey, tenantId)),
  );
}
