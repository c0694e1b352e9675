// Controls, and the marks that turn the direction of text or hide it: they would let a message pose as another one.
// https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
const invisible =
  /[\p{Cc}\p{Cs}\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]+/gu;

/**
 * Foreign text in one line that can be shown: no controls, no direction marks, no lone surrogates, at most `lengthMax` characters
 * (an ellipsis ends what was cut). Escaping for a format is the renderer's.
 */
export function displayText(text: string, lengthMax = 200): string {
  // Cut first: a line of a megabyte costs no more than a short one.
  const shown = text
    .slice(0, lengthMax * 8)
    .replace(invisible, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const characters = [...shown];
  const isCut = characters.length > lengthMax || text.length > lengthMax * 8;
  return isCut ? `${characters.slice(0, lengthMax - 1).join('')}…` : shown;
}
