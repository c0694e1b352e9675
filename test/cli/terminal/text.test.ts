import { clip, firstLine, formatSeconds, screenOf, widthOf, wrap } from '../../../cli/terminal';

const stream = (part: { isTTY?: boolean; columns?: number }) => part as unknown as NodeJS.WriteStream;

describe('text in a terminal', () => {
  it.each([
    ['short enough', 'abc', 3, 'abc'],
    ['too long', 'abcdef', 4, 'abc…'],
    ['wide letters', '放射線画像', 5, '放射…'],
    ['a family is one letter', '👨‍👩‍👧 family', 4, '👨‍👩‍👧 …'],
    ['no room', 'abc', 0, ''],
  ])('is cut at letters, counted as wide as they are: %s', (_, text, columns, expected) => {
    expect(clip(text, columns)).toBe(expected);
    expect(widthOf(clip(text, columns))).toBeLessThanOrEqual(columns);
  });

  it('keeps the end of a path', () => {
    expect(clip('src/lib/commit/index.ts', 12, 'end')).toBe('…it/index.ts');
  });

  it('shows the first line of a message', () => {
    expect(firstLine('fix: a\tb\n\nbody')).toBe('fix: a b');
    expect(firstLine('')).toBe('');
  });

  it('breaks at spaces, and leaves a word whole that is wider than the line', () => {
    expect(wrap('one two three', 9, '  ')).toBe('  one two\n  three');
    expect(wrap('https://example.org/very/long', 10)).toBe('https://example.org/very/long');
    expect(wrap('', 10, '  ')).toBe('');
  });

  it.each([
    [0.4, '0s'],
    [59.4, '59s'],
    [75, '1m15s'],
    [3_700, '1h01m'],
  ])('%d seconds read %s', (seconds, expected) => {
    expect(formatSeconds(seconds)).toBe(expected);
  });
});

describe('a screen', () => {
  it.each([
    [
      'a terminal',
      { isTTY: true, columns: 120 },
      { TERM: 'xterm' },
      { width: 120, colour: true, live: true },
    ],
    ['a pipe', {}, {}, { width: 80, colour: false, live: false }],
    ['a pipe of known width', {}, { COLUMNS: '100' }, { width: 100, colour: false, live: false }],
    ['NO_COLOR', { isTTY: true, columns: 80 }, { NO_COLOR: '1' }, { width: 80, colour: false, live: true }],
    [
      'an empty NO_COLOR',
      { isTTY: true, columns: 80 },
      { NO_COLOR: '' },
      { width: 80, colour: true, live: true },
    ],
    [
      'a dumb terminal',
      { isTTY: true, columns: 80 },
      { TERM: 'dumb' },
      { width: 80, colour: false, live: false },
    ],
    ['colour forced into a pipe', {}, { FORCE_COLOR: '1' }, { width: 80, colour: true, live: false }],
    [
      'NO_COLOR before FORCE_COLOR',
      {},
      { FORCE_COLOR: '1', NO_COLOR: '1' },
      { width: 80, colour: false, live: false },
    ],
    [
      'a terminal that does not know its width',
      { isTTY: true, columns: 0 },
      {},
      { width: 80, colour: true, live: true },
    ],
  ])('is what %s can show', (_, part, environment, expected) => {
    expect(screenOf(stream(part), environment)).toEqual(expected);
  });
});
