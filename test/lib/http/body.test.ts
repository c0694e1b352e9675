import fc from 'fast-check';
import { parseJson } from '../../../src/lib/http';

const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

it('reads what JSON says, whatever its texts hold', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), (text) => {
      expect(parseJson(text)).toEqual(JSON.parse(text));
    }),
  );
  expect(parseJson('{"a":"[[[[{{{\\"[[["}')).toEqual({ a: '[[[[{{{"[[[' });
});

it.each([
  ['64 levels', nested(64), undefined],
  ['65 levels', nested(65), 'The body may be nested 64 levels deep.'],
  ['a million levels', nested(1_000_000), 'The body may be nested 64 levels deep.'],
  [
    '65 levels of objects',
    `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`,
    'The body may be nested 64 levels deep.',
  ],
  ['a text of 20 MB', JSON.stringify('\\"'.repeat(5_000_000)), undefined],
  ['brackets in a text', JSON.stringify(nested(100)), undefined],
  ['a million unclosed levels', '['.repeat(1_000_000), 'The body must be one JSON document in UTF-8.'],
  [
    'bytes that are no UTF-8',
    new Uint8Array([0x22, 0xff, 0x22]),
    'The body must be one JSON document in UTF-8.',
  ],
])('answers %s as it should', (_, body, detail) => {
  const read = () => parseJson(body);
  if (detail === undefined) expect(read).not.toThrow();
  else expect(read).toThrow(expect.objectContaining({ code: 'invalid-json', detail }));
});

it('looks through 25 MB in a moment', () => {
  const body = JSON.stringify(
    Array.from({ length: 400_000 }, (_, n) => ({ path: `src/module-${n}/"file".ts` })),
  );
  const startedAt = performance.now();
  parseJson(body);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});
