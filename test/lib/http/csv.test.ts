import fc from 'fast-check';
import { csvLine } from '../../../src/lib/http';

it.each([
  ['=HYPERLINK("https://evil.example","x")', `"'=HYPERLINK(""https://evil.example"",""x"")"\r\n`],
  ["=cmd|' /C calc'!A0", `"'=cmd|' /C calc'!A0"\r\n`],
  ['+1', `"'+1"\r\n`],
  ['-1', `"'-1"\r\n`],
  ['@SUM(A1)', `"'@SUM(A1)"\r\n`],
  ['\t=1', `"'\t=1"\r\n`],
  ['\r\n=1', `"'\r\n=1"\r\n`],
  [' =1', `"' =1"\r\n`],
  ['＝1', `"'＝1"\r\n`],
  ['plain', 'plain\r\n'],
  ['a,"b"\nc', '"a,""b""\nc"\r\n'],
])('writes %j so that no spreadsheet runs it', (value, line) => {
  expect(csvLine([value])).toBe(line);
});

it('leaves numbers numbers, and what is not there empty', () => {
  expect(csvLine([-1, 0.5, true, undefined, null, ''])).toBe('-1,0.5,true,,,\r\n');
});

it('reads back as what was written, whatever it was, and begins no cell like a formula', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (values) => {
      const cells = readLine(csvLine(values));
      expect(cells.map((cell, index) => (cell === `'${values[index]}` ? values[index] : cell))).toEqual(
        values,
      );
      for (const cell of cells) expect(cell).not.toMatch(/^\s*[=+\-@]/);
    }),
  );
});

/** A reader by RFC 4180, made for this test. */
function readLine(line: string): string[] {
  const cells: string[] = [];
  let rest = line.slice(0, -2);
  for (;;) {
    const [whole = '', quoted, plain = ''] = /^(?:"((?:[^"]|"")*)"|([^,"]*))/.exec(rest) ?? [];
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    rest = rest.slice(whole.length);
    if (!rest.startsWith(',')) return cells;
    rest = rest.slice(1);
  }
}
