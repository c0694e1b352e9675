import { isUtf8 } from 'node:buffer';

/**
 * Text that git hands over as bytes: UTF-8 where it is, else Windows-1252, which gives every byte a letter.
 * (git converts messages whose header names an encoding; old commits and careless tools name none.)
 */
export function decodeText(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  return bytes
    .toString('latin1')
    .replace(/[\u0080-\u009f]/g, (letter) => upper.charAt(letter.charCodeAt(0) - 0x80));
}

/** 0x80 to 0x9f of Windows-1252 (WHATWG Encoding). Node's own decoder takes them for Latin-1. */
const upper = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/**
 * A path as JSON can hold it: UTF-8 as it stands; any other byte string in git's own quoted form
 * (`"caf\351.txt"`, core.quotePath in git-config), which can be turned back into the bytes.
 */
export function decodePath(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  let quoted = '"';
  for (const byte of bytes) {
    if (byte === 0x22 || byte === 0x5c) quoted += `\\${String.fromCharCode(byte)}`;
    else if (byte >= 0x20 && byte < 0x7f) quoted += String.fromCharCode(byte);
    else quoted += `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return `${quoted}"`;
}
