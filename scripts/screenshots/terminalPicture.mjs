const cell = { width: 8.4, height: 18 };
const margin = 16;
const colours = { 31: '#ff7b72', 32: '#7ee787', 33: '#e3b341', 35: '#d2a8ff', 36: '#79c0ff' };

/** Text as a terminal of so many columns shows it, colours too (ECMA-48 SGR), as an SVG document. */
export function terminalPicture(title, text, columns) {
  const lines = text.replace(/\n$/, '').split('\n');
  const width = columns * cell.width + 2 * margin;
  const height = lines.length * cell.height + 2 * margin;
  const rows = lines
    .map((line, row) => rowOf(line, margin + (row + 0.75) * cell.height))
    .filter((row) => row !== '');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(title)}</title>
<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#e6edf3;white-space:pre}.b{font-weight:700}.d{fill:#9198a1}</style>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${rows.join('\n')}
</svg>
`;
}

/** Each piece at its own column, so that tables stand whatever font there is. */
function rowOf(line, y) {
  let column = 0;
  return piecesOf(line)
    .map(({ text, code }) => {
      const x = margin + column * cell.width;
      column += text.length;
      if (text.trim() === '') return '';
      const length = text.length * cell.width;
      return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" textLength="${length.toFixed(1)}"${styleOf(code)}>${escaped(text)}</text>`;
    })
    .join('');
}

function piecesOf(line) {
  const pieces = [];
  let code = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
  for (const [, sgr, text] of `\u001b[0m${line}`.matchAll(/\u001b\[(\d*)m([^\u001b]*)/g)) {
    code = Number(sgr);
    if (text !== '') pieces.push({ text, code });
  }
  return pieces;
}

function styleOf(code) {
  if (code === 1) return ' class="b"';
  if (code === 2) return ' class="d"';
  return colours[code] === undefined ? '' : ` style="fill:${colours[code]}"`;
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
