import stringWidth from 'string-width';

/**
 * Text from elsewhere made safe for a terminal: control characters (an escape sequence in a commit message could
 * move the cursor or rename the window) and marks that turn the reading direction become a visible sign.
 */
export function plain(text: string): string {
  return text.replace(unsafe, '\u{fffd}');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The first line, for a table. */
export function firstLine(text: string): string {
  return plain(text.split('\n', 1)[0] ?? '').replace(/\t/g, ' ');
}

/** Columns of a terminal that the text takes: wide letters take two, combining marks none. */
export function widthOf(text: string): number {
  return stringWidth(text);
}

const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Cuts to so many columns, the last of them an ellipsis where something was cut. `keep` says which end stays. */
export function clip(text: string, columns: number, keep: 'start' | 'end' = 'start'): string {
  if (columns <= 0) return '';
  if (widthOf(text) <= columns) return text;
  let parts = [...letters.segment(text)].map(({ segment }) => segment);
  if (keep === 'end') parts = parts.reverse();
  let kept = '';
  let used = 1;
  for (const part of parts) {
    used += widthOf(part);
    if (used > columns) break;
    kept = keep === 'start' ? kept + part : part + kept;
  }
  return keep === 'start' ? `${kept}…` : `…${kept}`;
}

/** Breaks one line at spaces into lines that fit, each behind the indent. A word wider than a line stays whole. */
export function wrap(line: string, columns: number, indent = ''): string {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (current !== '' && widthOf(indent) + widthOf(longer) > columns) {
      lines.push(current);
      current = word;
    } else current = longer;
  }
  return [...lines, current].map((text) => `${indent}${text}`.trimEnd()).join('\n');
}
