import type { Container } from '@azure/cosmos';
import { Account } from './account';

let account: Account;
let container: Container;
beforeAll(async () => {
  account = await Account.open();
  container = await account.container();
  await container.items.create({ id: 'x', pk: 'p' });
});
afterAll(() => account.close());

const nothing = Symbol('undefined');

async function evaluate(expression: string): Promise<unknown> {
  const { resources } = await container.items.query(`SELECT VALUE ${expression} FROM c`).fetchAll();
  return resources.length === 0 ? nothing : resources[0];
}

const point = (x: number, y: number) => `{'type':'Point','coordinates':[${x},${y}]}`;
const square = "{'type':'Polygon','coordinates':[[[0,0],[2,0],[2,2],[0,2],[0,0]]]}";

describe('functions of arrays', () => {
  it.each<[string, unknown]>([
    ['ARRAY_CONCAT([1], [2, 3], [])', [1, 2, 3]],
    ["ARRAY_CONCAT([1], 'x')", nothing],
    ['ARRAY_CONTAINS([1, 2], 2)', true],
    ['ARRAY_CONTAINS([{a: 1, b: 2}], {a: 1}, true)', true],
    ['ARRAY_CONTAINS([{a: 1, b: 2}], {a: 1})', false],
    ['ARRAY_CONTAINS_ANY([1, 2, 3], 5, 3)', true],
    ['ARRAY_CONTAINS_ALL([1, 2, 3], 1, 3)', true],
    ['ARRAY_CONTAINS_ALL([1, 2, 3], 1, 4)', false],
    ['ARRAY_LENGTH([1, 2])', 2],
    ["ARRAY_LENGTH('x')", nothing],
    ['ARRAY_SLICE([1, 2, 3, 4], 1, 2)', [2, 3]],
    ['ARRAY_SLICE([1, 2, 3, 4], -2)', [3, 4]],
    ['ARRAY_SLICE([1, 2, 3], 1, 0)', []],
    ["CHOOSE(2, 'a', 'b')", 'b'],
    ["CHOOSE(9, 'a', 'b')", nothing],
    [
      "ObjectToArray({a: 1, b: 'x'})",
      [
        { k: 'a', v: 1 },
        { k: 'b', v: 'x' },
      ],
    ],
    ["ObjectToArray({a: 1}, 'name', 'value')", [{ name: 'a', value: 1 }]],
    ['SetIntersect([1, 2, 2, 3], [2, 3, 4])', [2, 3]],
    ['SetUnion([1, 2, 2], [2, 3])', [1, 2, 3]],
    ['SetDifference([1, 2, 3], [2])', [1, 3]],
    ['SetEqual([1, 2], [2, 1, 1])', true],
    ['ARRAY_SUM([1, 2, 3])', 6],
    ['ARRAY_AVG([1, 2, 3])', 2],
    ['ARRAY_MIN([3, 1, 2])', 1],
    ['ARRAY_MAX([3, 1, 2])', 3],
    ['ARRAY_MEDIAN([3, 1, 2, 10])', 2.5],
  ])('%s', async (expression, expected) => {
    expect(await evaluate(expression)).toEqual(expected);
  });
});

describe('functions of strings', () => {
  it.each<[string, unknown]>([
    ["CONCAT('a', 'b', 'c')", 'abc'],
    ["CONCAT('a', 1)", nothing],
    ["CONTAINS('abc', 'b')", true],
    ["CONTAINS('ABC', 'b')", false],
    ["CONTAINS('ABC', 'b', true)", true],
    ["CONTAINS(1, 'b')", nothing],
    ["ENDSWITH('abc', 'bc')", true],
    ["ENDSWITH('abC', 'bc', true)", true],
    ["STARTSWITH('abc', 'ab')", true],
    ["STARTSWITH('Abc', 'ab', true)", true],
    ["STARTSWITH('Abc', 'ab')", false],
    ["STRINGEQUALS('abc', 'ABC', true)", true],
    ["STRINGEQUALS('abc', 'ABC')", false],
    ["INDEX_OF('abcb', 'b')", 1],
    ["INDEX_OF('abcb', 'b', 2)", 3],
    ["INDEX_OF('abc', 'x')", -1],
    ["LEFT('abc', 2)", 'ab'],
    ["RIGHT('abc', 2)", 'bc'],
    ["LENGTH('abc')", 3],
    ["LOWER('ABC')", 'abc'],
    ["UPPER('abc')", 'ABC'],
    ["LTRIM('  a ')", 'a '],
    ["RTRIM(' a  ')", ' a'],
    ["TRIM('  a  ')", 'a'],
    ["REPLACE('aXbX', 'X', 'y')", 'ayby'],
    ["REPLICATE('ab', 3)", 'ababab'],
    ["REPLICATE('a', -1)", nothing],
    ["REVERSE('abc')", 'cba'],
    ["SUBSTRING('abcdef', 1, 3)", 'bcd'],
    ["SUBSTRING('abc', 9, 3)", ''],
    ['ToString(1.5)', '1.5'],
    ['ToString(true)', 'true'],
    ["ToString([1, 'a'])", '[1,"a"]'],
    ['ToString({a: 1})', '{"a":1}'],
    ['ToString(null)', 'null'],
    ['ToString(undefined)', nothing],
    ["StringToNumber('1.5')", 1.5],
    ["StringToNumber('x')", nothing],
    ["StringToBoolean('true')", true],
    ["StringToBoolean('TRUE')", nothing],
    ["StringToNull('null')", null],
    ["StringToArray('[1,2]')", [1, 2]],
    ['StringToObject(\'{"a":1}\')', { a: 1 }],
    ["StringToObject('[1]')", nothing],
    ["StringJoin(['a', 'b'], '-')", 'a-b'],
    ["StringSplit('a-b-c', '-')", ['a', 'b', 'c']],
    ["RegexMatch('abc123', '[a-z]+[0-9]+')", true],
    ["RegexMatch('ABC', 'abc')", false],
    ["RegexMatch('ABC', 'abc', 'i')", true],
    ["RegexMatch('abc', '(', 'i')", nothing],
    [`RegexMatch('${'a'.repeat(40)}!', '^(a+)+$')`, false],
    ["LASTINDEXOF('abcb', 'b')", 3],
    ["FullTextContains('The quick brown fox', 'quick brown')", true],
    ["FullTextContainsAll('The quick brown fox', 'fox', 'quick')", true],
    ["FullTextContainsAny('The quick brown fox', 'cat', 'fox')", true],
    ["FullTextContains('The quick brown fox', 'cat')", false],
  ])('%s', async (expression, expected) => {
    expect(await evaluate(expression)).toEqual(expected);
  });
});

describe('functions of numbers', () => {
  it.each<[string, unknown]>([
    ['ABS(-2)', 2],
    ['ACOS(1)', 0],
    ['ASIN(0)', 0],
    ['ATAN(0)', 0],
    ['ATN2(0, 1)', 0],
    ['CEILING(1.2)', 2],
    ['COS(0)', 1],
    ['COT(0.7853981633974483)', 1.0000000000000002],
    ['DEGREES(PI())', 180],
    ['EXP(0)', 1],
    ['FLOOR(-1.2)', -2],
    ['LOG(1)', 0],
    ['LOG(8, 2)', 3],
    ['LOG10(1000)', 3],
    ['PI()', Math.PI],
    ['POWER(2, 10)', 1024],
    ['RADIANS(180)', Math.PI],
    ['ROUND(2.5)', 3],
    ['ROUND(-2.5)', -3],
    ['ROUND(2.4)', 2],
    ['ROUND(1.255, 2)', 1.26],
    ['SIGN(-3)', -1],
    ['SIN(0)', 0],
    ['SQRT(9)', 3],
    ['SQRT(-1)', nothing],
    ['SQUARE(3)', 9],
    ['TAN(0)', 0],
    ['TRUNC(-2.7)', -2],
    ['NumberBin(7.5, 5)', 5],
    ['NumberBin(7.9)', 7],
    ['IntAdd(1, 2)', 3],
    ['IntSub(1, 2)', -1],
    ['IntMul(3, 4)', 12],
    ['IntDiv(7, 2)', 3],
    ['IntDiv(7, 0)', nothing],
    ['IntMod(7, 2)', 1],
    ['IntBitAnd(6, 3)', 2],
    ['IntBitOr(6, 3)', 7],
    ['IntBitXor(6, 3)', 5],
    ['IntBitNot(5)', -6],
    ['IntBitLeftShift(1, 4)', 16],
    ['IntBitRightShift(16, 4)', 1],
    ['IntAdd(1.5, 2)', nothing],
    ["ABS('x')", nothing],
    ['RAND() >= 0 AND RAND() < 1', true],
  ])('%s', async (expression, expected) => {
    expect(await evaluate(expression)).toEqual(expected);
  });
});

describe('type checks and conditions', () => {
  it.each<[string, unknown]>([
    ['IS_ARRAY([])', true],
    ['IS_ARRAY({})', false],
    ['IS_BOOL(false)', true],
    ['IS_DEFINED(null)', true],
    ['IS_DEFINED(c.nope)', false],
    ['IS_FINITE_NUMBER(1)', true],
    ["IS_FINITE_NUMBER('1')", false],
    ['IS_INTEGER(5)', true],
    ['IS_INTEGER(5.5)', false],
    ['IS_NULL(null)', true],
    ['IS_NULL(0)', false],
    ['IS_NUMBER(1.5)', true],
    ['IS_OBJECT({})', true],
    ['IS_OBJECT([])', false],
    ['IS_OBJECT(null)', false],
    ['IS_PRIMITIVE(null)', true],
    ['IS_PRIMITIVE([])', false],
    ["IS_STRING('x')", true],
    ['IS_STRING(c.nope)', false],
    ["IIF(1 = 1, 'yes', 'no')", 'yes'],
    ["IIF('x', 'yes', 'no')", 'no'],
  ])('%s', async (expression, expected) => {
    expect(await evaluate(expression)).toEqual(expected);
  });
});

describe('functions of dates', () => {
  const at = "'2020-07-03T23:20:13.4575530Z'";
  it.each<[string, unknown]>([
    [`DateTimeAdd('mm', 1, ${at})`, '2020-08-03T23:20:13.4575530Z'],
    [`DateTimeAdd('yy', -1, ${at})`, '2019-07-03T23:20:13.4575530Z'],
    [`DateTimeAdd('hh', 1, ${at})`, '2020-07-04T00:20:13.4575530Z'],
    ["DateTimeAdd('mm', 1, '2020-01-31T00:00:00.0000000Z')", '2020-02-29T00:00:00.0000000Z'],
    [`DateTimeAdd('xx', 1, ${at})`, nothing],
    ["DateTimeAdd('dd', 1, 'yesterday')", nothing],
    ["DateTimeBin('2021-01-08T18:35:00.0000000Z', 'dd')", '2021-01-08T00:00:00.0000000Z'],
    ["DateTimeBin('2021-01-08T18:35:00.0000000Z', 'hh', 5)", '2021-01-08T15:00:00.0000000Z'],
    ["DateTimeBin('2021-01-08T18:35:00.0000000Z', 'dd', 7)", '2021-01-07T00:00:00.0000000Z'],
    [
      "DateTimeBin('2021-01-08T18:35:00.0000000Z', 'dd', 7, '1601-01-01T00:00:00.0000000Z')",
      '2021-01-04T00:00:00.0000000Z',
    ],
    ["DateTimeDiff('yyyy', '2018-03-05T05:00:00.0000000Z', '2019-02-04T16:00:00.0000000Z')", 1],
    ["DateTimeDiff('mm', '2018-03-05T05:00:00.0000000Z', '2019-02-04T16:00:00.0000000Z')", 11],
    ["DateTimeDiff('dd', '2018-03-05T05:00:00.0000000Z', '2018-03-06T04:00:00.0000000Z')", 1],
    ["DateTimeDiff('ss', '2018-03-05T05:00:00.0000000Z', '2018-03-05T05:00:10.0000000Z')", 10],
    ['DateTimeFromParts(2020, 9, 4)', '2020-09-04T00:00:00.0000000Z'],
    ['DateTimeFromParts(2020, 9, 4, 10, 52, 12, 3456789)', '2020-09-04T10:52:12.3456789Z'],
    ['DateTimeFromParts(2020, 13, 4)', nothing],
    [`DateTimePart('yyyy', ${at})`, 2020],
    [`DateTimePart('mcs', ${at})`, 457553],
    [`DateTimePart('ns', ${at})`, 457553000],
    ["DateTimeToTicks('1970-01-01T00:00:01.0000000Z')", 10_000_000],
    ["DateTimeToTimestamp('2020-07-09T23:20:13.4575530Z')", 1594336813457],
    ['TicksToDateTime(15943368134575530)', '2020-07-09T23:20:13.4575530Z'],
    ['TimestampToDateTime(1594227912345)', '2020-07-08T17:05:12.3450000Z'],
    ['LENGTH(GetCurrentDateTime())', 28],
    ['GetCurrentTimestamp() > 1600000000000', true],
    ['GetCurrentTicks() = GetCurrentTicks()', true],
    ['GetCurrentDateTimeStatic() = GetCurrentDateTimeStatic()', true],
  ])('%s', async (expression, expected) => {
    expect(await evaluate(expression)).toEqual(expected);
  });
});

describe('functions of places and vectors', () => {
  it.each<[string, unknown]>([
    [`ST_WITHIN(${point(1, 1)}, ${square})`, true],
    [`ST_WITHIN(${point(3, 1)}, ${square})`, false],
    [`ST_INTERSECTS(${square}, ${point(1, 1)})`, true],
    [`ROUND(ST_DISTANCE(${point(0, 0)}, ${point(0, 1)}) / 1000)`, 111],
    [`ST_ISVALID(${point(0, 91)})`, false],
    [`ST_ISVALID(${square})`, true],
    [`ST_ISVALIDDETAILED(${point(0, 91)}).valid`, false],
    ['VectorDistance([1, 0], [1, 0])', 1],
    ["VectorDistance([1, 0], [0, 1], false, {distanceFunction: 'euclidean'})", Math.SQRT2],
  ])('%s', async (expression, expected) => {
    expect(await evaluate(expression)).toEqual(expected);
  });

  it('gives the number within the resource id by DOCUMENTID', async () => {
    expect(await evaluate('DOCUMENTID(c)')).toEqual(expect.any(Number));
  });
});
