/** Binary strings: one UTF-16 unit (0 to 255) a byte, so that JavaScript compares them as bytes compare. */
export const toBinary = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');

export const fromBinary = (binary: string): Buffer => Buffer.from(binary, 'latin1');

/** A text's UTF-8 bytes: the text itself where it is ASCII. */
export const utf8Binary = (text: string): string =>
  /[^\0-\x7f]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;

/** The first binary string after every string that begins with `prefix`. */
export function prefixEnd(prefix: string): string {
  let end = prefix.length;
  while (end > 0 && prefix.charCodeAt(end - 1) === 0xff) end -= 1;
  if (end === 0) return '\u00ff'.repeat(32);
  return prefix.slice(0, end - 1) + String.fromCharCode(prefix.charCodeAt(end - 1) + 1);
}

/** The greater and the lesser of two texts, by UTF-16 units. */
export const laterOf = (a: string, b: string): string => (a < b ? b : a);
export const earlierOf = (a: string, b: string): string => (a < b ? a : b);

const eightBytes = Buffer.alloc(8);

/** An unsigned integer below 2^53 as 8 big-endian bytes: sorts as the number does. */
export function uint64Binary(value: number): string {
  eightBytes.writeUInt32BE(Math.floor(value / 2 ** 32), 0);
  eightBytes.writeUInt32BE(value >>> 0, 4);
  return eightBytes.toString('latin1');
}

export function readUint64(binary: string, offset = 0): number {
  const bytes = Buffer.from(binary.slice(offset, offset + 8), 'latin1');
  return bytes.readUInt32BE(0) * 2 ** 32 + bytes.readUInt32BE(4);
}
