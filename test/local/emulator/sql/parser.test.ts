import fc from 'fast-check';
import { CosmosError } from '../../../../local/emulator/errors';
import { parseQuery } from '../../../../local/emulator/sql/parser';
import { printQuery } from '../../../../local/emulator/sql/print';

const where = (text: string) =>
  printQuery(parseQuery(`SELECT * FROM c WHERE ${text}`)).replace('SELECT * FROM c WHERE ', '');

describe('the parser', () => {
  it.each([
    ['c.a = 1 AND c.b = 2 OR c.d = 3', '((((c["a"] = 1) AND (c["b"] = 2)) OR (c["d"] = 3)))'],
    ['NOT c.a = 1 AND c.b', '(((NOT (c["a"] = 1)) AND c["b"]))'],
    ['c.a + 2 * 3 = 7', '(((c["a"] + (2 * 3)) = 7))'],
    ['c.a - 1 - 2 = 0', '((((c["a"] - 1) - 2) = 0))'],
    ['-c.a < 1', '(((- c["a"]) < 1))'],
    ['c.a BETWEEN 1 AND 2 AND c.b', '(((c["a"] BETWEEN 1 AND 2) AND c["b"]))'],
    ["c.a || 'x' LIKE '%x'", '(((c["a"] || "x") LIKE "%x"))'],
    ['c.a ?? 1 > 0', '((c["a"] ?? (1 > 0)))'],
    ['c.a & 1 | 2 = 3', '((((c["a"] & 1) | 2) = 3))'],
    ['(c.a OR c.b) AND c.d', '(((c["a"] OR c["b"]) AND c["d"]))'],
    ['c.a ? 1 : 2', '((c["a"] ? 1 : 2))'],
  ])('gives %s its precedence', (text, expected) => {
    expect(where(text)).toBe(expected);
  });

  it.each([
    'SELECT DISTINCT TOP 5 c.a, c.b AS x FROM c JOIN t IN c.tags WHERE t = @p ORDER BY c.a DESC, c.b OFFSET 1 LIMIT 2',
    'SELECT VALUE {a: [1, "x", null, true], "b c": undefined} FROM c',
    'SELECT c.g, COUNT(1) AS k FROM c GROUP BY c.g',
    'SELECT VALUE (SELECT VALUE COUNT(1) FROM k IN c.kids) FROM c WHERE EXISTS(SELECT * FROM k IN c.kids) AND ARRAY(SELECT VALUE 1) = [1]',
    "SELECT * FROM c WHERE c.a NOT IN (1, 2) AND c.s NOT LIKE 'x!%' ESCAPE '!' AND c.n NOT BETWEEN 1 AND 2",
    'SELECT VALUE x FROM (SELECT VALUE c.a FROM c) AS x',
    'SELECT VALUE c["odd \\" name"][0] FROM c',
  ])('reads what the printer writes as the same: %s', (text) => {
    const query = parseQuery(text);
    expect(parseQuery(printQuery(query))).toEqual(query);
  });

  it('says where the mistake is', () => {
    expect(() => parseQuery('SELECT * FROM c WHERE c.a ==')).toThrow(/"start":27/);
  });

  it('throws nothing but a refusal, whatever the text', () => {
    const token = fc.constantFrom(
      ...'SELECT FROM WHERE c . [ ] ( ) { } , : 1 "x" AND OR NOT IN LIKE VALUE TOP ORDER BY GROUP JOIN ? ?? - + * / @p'.split(
        ' ',
      ),
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(token, { maxLength: 40 }).map((tokens) => `SELECT ${tokens.join(' ')}`),
    );
    fc.assert(
      fc.property(text, (query) => {
        try {
          parseQuery(query);
        } catch (error) {
          expect(error).toBeInstanceOf(CosmosError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
