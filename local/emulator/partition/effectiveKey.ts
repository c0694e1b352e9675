import { createHash } from 'node:crypto';
import { toBinary, utf8Binary } from './bytes';
import { murmur3x64, murmur3x86 } from './murmur3';
import { type KeyComponent, none, type PartitionKey, type PartitionKeyDefinition } from './partitionKey';

/** Type bytes of the hash input and of the old (version 1) encoding. */
const type = { none: 0x00, null: 0x01, false: 0x02, true: 0x03, number: 0x05, string: 0x08 } as const;

function hashInput(value: KeyComponent, stringEnd: number): Buffer {
  if (value === none) return Buffer.from([type.none]);
  if (value === null) return Buffer.from([type.null]);
  if (typeof value === 'boolean') return Buffer.from([value ? type.true : type.false]);
  if (typeof value === 'string')
    return Buffer.concat([Buffer.from([type.string]), Buffer.from(value, 'utf8'), Buffer.from([stringEnd])]);
  const bytes = Buffer.alloc(9);
  bytes[0] = type.number;
  bytes.writeDoubleLE(value, 1);
  return bytes;
}

/** Version 2: MurmurHash3 x64 128 as big-endian h2 then h1, the top two bits cleared; 32 hex digits. */
function hashV2(components: PartitionKey): string {
  const [h1, h2] = murmur3x64(Buffer.concat(components.map((value) => hashInput(value, 0xff))));
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64BE(h2, 0);
  bytes.writeBigUInt64BE(h1, 8);
  bytes[0] = (bytes[0] ?? 0) & 0x3f;
  return bytes.toString('hex').toUpperCase();
}

/** The order-preserving number encoding of version 1: the sign-adjusted double in groups of seven bits. */
export function encodeNumberV1(value: number): Buffer {
  const double = Buffer.alloc(8);
  double.writeDoubleBE(value, 0);
  const raw = double.readBigUInt64BE(0);
  const sign = 1n << 63n;
  const mask = (1n << 64n) - 1n;
  let payload = raw < sign ? raw ^ sign : (~raw + 1n) & mask;
  const bytes = [type.number, Number(payload >> 56n)];
  payload = (payload << 8n) & mask;
  let pending: number | undefined;
  do {
    if (pending !== undefined) bytes.push(pending);
    pending = Number(payload >> 56n) | 1;
    payload = (payload << 7n) & mask;
  } while (payload !== 0n);
  const last = pending & 0xfe;
  if (last !== 0) bytes.push(last);
  return Buffer.from(bytes);
}

const stringBytesMaxV1 = 100;

function encodeValueV1(value: KeyComponent): Buffer {
  if (typeof value === 'number') return encodeNumberV1(value);
  if (typeof value !== 'string') return hashInput(value, 0);
  const bytes = Buffer.from(value, 'utf8');
  const short = value.length <= stringBytesMaxV1;
  const kept = bytes
    .subarray(0, short ? bytes.length : stringBytesMaxV1 + 1)
    .map((byte) => (byte < 0xff ? byte + 1 : byte));
  return Buffer.concat([Buffer.from([type.string]), kept, Buffer.from(short ? [0] : [])]);
}

/** Version 1: the 32-bit hash as an encoded number, then the encoded value itself. */
function hashV1(value: KeyComponent): string {
  const kept = typeof value === 'string' ? value.slice(0, stringBytesMaxV1) : value;
  const hash = encodeNumberV1(murmur3x86(hashInput(kept, 0x00)));
  return Buffer.concat([hash, encodeValueV1(kept)])
    .toString('hex')
    .toUpperCase();
}

const cache = new Map<string, string>();
const cacheEntriesMax = 20_000;

function levelHash(value: KeyComponent): string {
  const name = `${typeof value}${String(value)}`;
  let hash = cache.get(name);
  if (hash === undefined) {
    hash = hashV2([value]);
    if (cache.size >= cacheEntriesMax) cache.clear();
    cache.set(name, hash);
  }
  return hash;
}

/**
 * The effective partition key: upper-case hex that decides which physical partition holds a key.
 * MultiHash hashes each component alone and concatenates, so a prefix of the key is a prefix of the hex.
 */
export function effectiveKey(key: PartitionKey, definition: PartitionKeyDefinition): string {
  if (definition.kind === 'MultiHash') return key.map(levelHash).join('');
  // Null is a value of its own: only a key that is not there counts as none.
  const [value = none] = key;
  return definition.version === 2 ? levelHash(value) : hashV1(value);
}

const orderedBytesMax = 64;

/** A component as bytes that sort as its value does (long strings by their first bytes, then by digest). */
export function orderedComponent(value: KeyComponent): string {
  if (value === none) return '\x00';
  if (value === null) return '\x01';
  if (typeof value === 'boolean') return value ? '\x03' : '\x02';
  if (typeof value === 'number') return `\x05${orderedNumber(value)}`;
  const bytes = utf8Binary(value);
  if (bytes.length <= orderedBytesMax) return `\x08${escapeZeros(bytes)}\x00\x01`;
  const digest = toBinary(createHash('sha256').update(value).digest().subarray(0, 16));
  return `\x08${escapeZeros(bytes.slice(0, orderedBytesMax))}\x00\x02${digest}`;
}

/** The start of {@link orderedComponent} shared by every string at or after `text` in its leading bytes. */
export function orderedStringBound(text: string): string {
  // Above U+D7FF the order of UTF-8 bytes and that of UTF-16 units part ways: the bound stops there.
  const safe = text.slice(0, text.search(/[\ud800-\uffff]|$/));
  return `\x08${escapeZeros(utf8Binary(safe).slice(0, orderedBytesMax))}`;
}

/** Escapes zero bytes, so that a zero byte can end a text. */
export const escapeZeros = (binary: string): string =>
  binary.includes('\x00') ? binary.replaceAll('\x00', '\x00\u00ff') : binary;

function orderedNumber(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value === 0 ? 0 : value, 0);
  if ((bytes[0] ?? 0) & 0x80) for (let i = 0; i < 8; i += 1) bytes[i] = ~(bytes[i] ?? 0) & 0xff;
  else bytes[0] = (bytes[0] ?? 0) | 0x80;
  return toBinary(bytes);
}

/**
 * Where a key's items stand in storage: the hash of the first component (so that ranges of effective keys are
 * contiguous), then every component in value order (so that a range on a later level is contiguous too).
 */
export function storagePrefix(key: PartitionKey, definition: PartitionKeyDefinition): string {
  if (key.length === 0) return '';
  const first = effectiveKey(definition.kind === 'MultiHash' ? key.slice(0, 1) : key, definition);
  return Buffer.from(first, 'hex').toString('latin1') + key.map(orderedComponent).join('');
}
