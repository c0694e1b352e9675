import { createHmac, webcrypto } from 'node:crypto';
import fc from 'fast-check';
import { deriveWebhookSecret, isSigned, signWebhook, verifyWebhookSignature } from '../../../src/lib/auth';

const masterKey = 'a-master-key-of-at-least-32-characters';
const nextMasterKey = 'another-master-key-of-32-characters-or-more';
const utf8 = (text: string) => new TextEncoder().encode(text);
const body = utf8('{"ref":"refs/heads/main"}');
const signedFor = (tenantId: string, key = masterKey, bytes = body) =>
  signWebhook(bytes, deriveWebhookSecret(key, tenantId));

describe('the signature', () => {
  // https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation
  const secret = "It's a Secret to Everybody";
  const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';

  it("is the one of GitHub's example", () => {
    expect(signWebhook(utf8('Hello, World!'), secret)).toBe(signature);
    expect(isSigned(utf8('Hello, World!'), signature, [secret])).toBe(true);
    expect(isSigned(utf8('Hello, World?'), signature, [secret])).toBe(false);
  });

  it('is the one that Web Crypto makes, for any bytes', async () => {
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    const key = await webcrypto.subtle.importKey('raw', utf8(secret), algorithm, false, ['sign']);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), async (bytes) => {
        const digest = Buffer.from(await webcrypto.subtle.sign('HMAC', key, bytes)).toString('hex');
        expect(signWebhook(bytes, secret)).toBe(`sha256=${digest}`);
      }),
    );
  });
});

describe('the secret of a tenant', () => {
  /** RFC 5869 written out for one block: T(1) = HMAC(HMAC(salt, key), info | 0x01). */
  const byHand = (key: string, tenantId: string) => {
    const extracted = createHmac('sha256', tenantId).update(key).digest();
    return createHmac('sha256', extracted).update('github-webhook/v1\x01').digest('base64url');
  };

  it('is HKDF-SHA256 of the master key, with the tenant as salt, as 43 characters of base64url', () => {
    expect(deriveWebhookSecret(masterKey, 't1')).toBe(byHand(masterKey, 't1'));
    expect(deriveWebhookSecret('clé maîtresse de trente-deux caractères', 't1')).toBe(
      byHand('clé maîtresse de trente-deux caractères', 't1'),
    );
    expect(deriveWebhookSecret(masterKey, 't1')).toMatch(/^[\w-]{43}$/);
  });

  it('never changes: hooks that were set up must go on working', () => {
    expect(deriveWebhookSecret(masterKey, 'tenant-001')).toBe('o-gUUXJtpgiYha6nd8-eYIwe7YoY7p0WsN4NAQ6had8');
  });

  it('is good for no other tenant', () => {
    const tenantId = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/);
    fc.assert(
      fc.property(tenantId, tenantId, (one, other) => {
        expect(verifyWebhookSignature(body, signedFor(one), other, [masterKey])).toBe(one === other);
      }),
    );
    expect(verifyWebhookSignature(body, signedFor('t1'), 't10', [masterKey])).toBe(false);
  });
});

describe('while the master key is rotated', () => {
  it.each([masterKey, nextMasterKey])('takes signatures made under either key', (key) => {
    expect(verifyWebhookSignature(body, signedFor('t1', key), 't1', [nextMasterKey, masterKey])).toBe(true);
  });

  it('takes none of the old key once it is gone', () => {
    expect(verifyWebhookSignature(body, signedFor('t1'), 't1', [nextMasterKey])).toBe(false);
  });

  it('takes nothing when there is no key at all', () => {
    expect(verifyWebhookSignature(body, signedFor('t1'), 't1', [])).toBe(false);
  });
});

describe('a signature header', () => {
  const digest = signedFor('t1').slice('sha256='.length);

  it.each([
    ['that is missing', null],
    ['that is empty', ''],
    ['without its prefix', digest],
    ['of SHA-1', `sha1=${digest.slice(0, 40)}`],
    ['with a prefix in capitals', `SHA256=${digest}`],
    ['that is cut short', `sha256=${digest.slice(0, -2)}`],
    ['with more after the digest', `sha256=${digest}00`],
    ['with a line break after the digest', `sha256=${digest}\n`],
    ['given twice', `sha256=${digest}, sha256=${digest}`],
    ['of letters that are not hexadecimal', `sha256=${'g'.repeat(64)}`],
  ])('%s is refused', (_, header) => {
    expect(verifyWebhookSignature(body, header, 't1', [masterKey])).toBe(false);
  });

  it('of any text whatsoever is refused and never makes the check throw', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string().map((rest) => `sha256=${rest}`),
    );
    fc.assert(fc.property(text, (header) => !verifyWebhookSignature(body, header, 't1', [masterKey])));
  });
});

describe('the body', () => {
  it('counts byte by byte: one flipped bit and the signature is void', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), fc.nat(7), (bytes, at, bit) => {
        const flipped = bytes.slice();
        flipped[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ (1 << bit);
        const header = signedFor('t1', masterKey, bytes);
        expect(verifyWebhookSignature(bytes, header, 't1', [masterKey])).toBe(true);
        expect(verifyWebhookSignature(flipped, header, 't1', [masterKey])).toBe(false);
      }),
    );
  });

  it('is not decoded first: two bodies that lenient UTF-8 reads alike have two signatures', () => {
    const [one, other] = [Uint8Array.of(0xff), Uint8Array.of(0xfe)];
    expect(new TextDecoder().decode(one)).toBe(new TextDecoder().decode(other));
    expect(verifyWebhookSignature(other, signedFor('t1', masterKey, one), 't1', [masterKey])).toBe(false);
  });
});
