import fc from 'fast-check';
import { type Column, renderTable, widthOf } from '../../../cli/terminal';

interface Row {
  hash: string;
  score: number;
  subject: string;
  author: string;
}

const columns: Column<Row>[] = [
  { title: 'COMMIT', value: ({ hash }) => hash },
  { title: 'RISK', value: ({ score }) => score.toFixed(2), align: 'right', style: () => 'red' },
  { title: 'SUBJECT', value: ({ subject }) => subject, flexible: true, widthMin: 10 },
  { title: 'AUTHOR', value: ({ author }) => author, flexible: true, priority: 1 },
];
const row = (part: Partial<Row>): Row => ({
  hash: 'abcdef1234',
  score: 0.5,
  subject: 's',
  author: 'a',
  ...part,
});

describe('a table', () => {
  it('is as wide as its cells need, numbers to the right', () => {
    const rows = [
      row({ subject: 'short', author: 'ada' }),
      row({ score: 0.9, subject: 'a longer one', author: 'bo' }),
    ];
    expect(renderTable(columns, rows, { width: 80 })).toBe(
      [
        'COMMIT      RISK  SUBJECT       AUTHOR',
        'abcdef1234  0.50  short         ada',
        'abcdef1234  0.90  a longer one  bo',
      ].join('\n'),
    );
  });

  it('cuts flexible cells first, and leaves out the least important column where that is not enough', () => {
    const rows = [row({ subject: 'x'.repeat(60), author: 'someone@example.org' })];
    const wide = renderTable(columns, rows, { width: 60 }).split('\n');
    expect(wide[0]).toContain('AUTHOR');
    expect(wide[1]).toContain('…');
    expect(renderTable(columns, rows, { width: 30 }).split('\n')).toEqual([
      'COMMIT      RISK  SUBJECT',
      'abcdef1234  0.50  xxxxxxxxxxx…',
    ]);
  });

  it('colours only where it is told to, and the colour takes no width', () => {
    const plain = renderTable(columns, [row({})], { width: 80 });
    const coloured = renderTable(columns, [row({})], { width: 80, colour: true });
    expect(plain).not.toContain('\u001b');
    expect(coloured).toContain('\u001b[31m0.50\u001b[0m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: taking the colours out again
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(plain);
  });

  it('shows control characters and reading-direction marks instead of obeying them', () => {
    const rows = [row({ subject: 'a\u001b[2Jb\u0007\u202ec', author: 'two\nlines' })];
    const text = renderTable(columns, rows, { width: 80 });
    expect(text.split('\n')).toHaveLength(2);
    expect(text).toContain('a\u{fffd}[2Jb\u{fffd}\u{fffd}c');
    expect(text).toContain('two lines');
  });

  it('never has a line wider than the terminal, whatever is in the cells', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 120 });
    fc.assert(
      fc.property(
        fc.array(fc.record({ subject: text, author: text }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 40, max: 200 }),
        (parts, width) => {
          const lines = renderTable(columns, parts.map(row), { width }).split('\n');
          expect(lines).toHaveLength(parts.length + 1);
          for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});
