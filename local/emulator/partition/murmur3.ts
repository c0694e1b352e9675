const mask64 = (1n << 64n) - 1n;
const rotl = (x: bigint, r: bigint): bigint => ((x << r) | (x >> (64n - r))) & mask64;

function fmix(value: bigint): bigint {
  let k = value;
  k ^= k >> 33n;
  k = (k * 0xff51afd7ed558ccdn) & mask64;
  k ^= k >> 33n;
  k = (k * 0xc4ceb9fe1a85ec53n) & mask64;
  return k ^ (k >> 33n);
}

const c1 = 0x87c37b91114253d5n;
const c2 = 0x4cf5ad432745937fn;
const mixK1 = (k: bigint): bigint => (rotl((k * c1) & mask64, 31n) * c2) & mask64;
const mixK2 = (k: bigint): bigint => (rotl((k * c2) & mask64, 33n) * c1) & mask64;

/** MurmurHash3 x64 128, seed 0 (Appleby's reference): the two 64-bit halves `[h1, h2]`. */
export function murmur3x64(bytes: Buffer): [h1: bigint, h2: bigint] {
  let h1 = 0n;
  let h2 = 0n;
  const blocks = bytes.length >> 4;
  for (let i = 0; i < blocks; i += 1) {
    h1 ^= mixK1(bytes.readBigUInt64LE(i * 16));
    h1 = (((rotl(h1, 27n) + h2) & mask64) * 5n + 0x52dce729n) & mask64;
    h2 ^= mixK2(bytes.readBigUInt64LE(i * 16 + 8));
    h2 = (((rotl(h2, 31n) + h1) & mask64) * 5n + 0x38495ab5n) & mask64;
  }
  const tail = Buffer.alloc(16);
  bytes.copy(tail, 0, blocks * 16);
  const left = bytes.length & 15;
  if (left > 8) h2 ^= mixK2(tail.readBigUInt64LE(8));
  if (left > 0) h1 ^= mixK1(tail.readBigUInt64LE(0));
  const length = BigInt(bytes.length);
  h1 ^= length;
  h2 ^= length;
  h1 = (h1 + h2) & mask64;
  h2 = (h2 + h1) & mask64;
  h1 = fmix(h1);
  h2 = fmix(h2);
  h1 = (h1 + h2) & mask64;
  h2 = (h2 + h1) & mask64;
  return [h1, h2];
}

const rotl32 = (x: number, r: number): number => (x << r) | (x >>> (32 - r));
const mix32 = (k: number): number => Math.imul(rotl32(Math.imul(k, 0xcc9e2d51), 15), 0x1b873593);

/** MurmurHash3 x86 32, seed 0: an unsigned 32-bit number. */
export function murmur3x86(bytes: Buffer): number {
  let h = 0;
  const blocks = bytes.length >> 2;
  for (let i = 0; i < blocks; i += 1) {
    h ^= mix32(bytes.readInt32LE(i * 4));
    h = (Math.imul(rotl32(h, 13), 5) + 0xe6546b64) | 0;
  }
  const tail = Buffer.alloc(4);
  bytes.copy(tail, 0, blocks * 4);
  if (bytes.length & 3) h ^= mix32(tail.readInt32LE(0));
  h ^= bytes.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
