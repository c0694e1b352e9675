import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { canonicalJson, chainChanges, hashEntry } from '../../../src/lib/audit';
import { changesOf } from './chains';
import { hasPython } from './python';

/** RFC 8785 sections 3.2.2, 3.2.3 and appendix B; each input as JSON text, each output as it must be. */
const vectors: [string, string, string][] = [
  [
    'the example of section 3.2.2',
    String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`,
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  ],
  [
    'the order of section 3.2.3',
    String.raw`{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}`,
    '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","\u{1f600}":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
  ],
  ['numbers as member names', '{"10":1,"9":2,"a":3}', '{"10":1,"9":2,"a":3}'],
  ['members in and out of order', '{"a":{"c":1,"b":[{"e":1,"d":2}]}}', '{"a":{"b":[{"d":2,"e":1}],"c":1}}'],
];

/** RFC 8785 appendix B: IEEE 754 bits and their canonical number. */
const numbers: [string, string][] = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
];
const numberOf = (bits: string) => Buffer.from(bits, 'hex').readDoubleBE(0);

/** The canonical forms that `docs/verify.py` gives of these JSON texts; null for what it refuses. */
function canonicalInPython(texts: string[]): (string | null)[] {
  const program = [
    'import json, sys',
    `sys.path.insert(0, ${JSON.stringify(resolve(__dirname, '../../../docs'))})`,
    'import verify',
    'def form(text):',
    '    try: return verify.canonical(json.loads(text))',
    '    except ValueError: return None',
    'print(json.dumps([form(text) for text in json.load(sys.stdin)]))',
  ].join('\n');
  const { stdout, stderr } = spawnSync('python3', ['-B', '-c', program], {
    input: JSON.stringify(texts),
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as (string | null)[];
}

const itWithPython = hasPython ? it : it.skip;

describe('canonicalJson', () => {
  it.each(vectors)('gives %s', (_name, input, output) => {
    expect(canonicalJson(JSON.parse(input))).toBe(output);
  });

  it.each(numbers)('writes the number %s of RFC 8785 appendix B as %s', (bits, output) => {
    expect(canonicalJson(numberOf(bits))).toBe(output);
  });

  it.each([
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['a number that is not finite in an object', { a: Number.POSITIVE_INFINITY }],
    ['a lone surrogate', 'a\ud800'],
    ['a lone surrogate behind a backslash', '\\\udead'],
    ['a lone surrogate as a name', { '\udead': 1 }],
    ['undefined', undefined],
  ])('has no form of %s', (_name, value) => {
    expect(() => canonicalJson(value)).toThrow();
  });

  it('takes an escaped backslash before "ud800" for the text that it is', () => {
    expect(canonicalJson('\\ud800')).toBe(String.raw`"\\ud800"`);
  });

  it('never depends on the order of members', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  itWithPython(
    `is the form that docs/verify.py gives${hasPython ? '' : ' (skipped: there is no python3)'}`,
    () => {
      const values = fc.sample(fc.jsonValue({ stringUnit: 'binary' }), 300);
      const doubles = fc.sample(fc.double({ noNaN: true, noDefaultInfinity: true }), 300);
      const texts = [
        ...vectors.map(([, input]) => input),
        ...numbers.map(([bits]) => JSON.stringify(numberOf(bits))),
        ...[...values, ...doubles].map((value) => JSON.stringify(value)),
        '"\\ud800"',
        '1e400',
      ];
      const ours = texts.map((text) => {
        try {
          return canonicalJson(JSON.parse(text));
        } catch {
          return null;
        }
      });
      expect(canonicalInPython(texts)).toEqual(ours);
    },
  );
});

describe('hashEntry', () => {
  const [entry = {}] = chainChanges(undefined, changesOf(1), new Date('2026-01-31T12:00:00.000Z')).entries;

  it('leaves out the hash, the fields of Cosmos DB and the ttl of a hold, and nothing else', () => {
    const stored = {
      ...entry,
      hash: 'x',
      ttl: -1,
      _rid: 'a',
      _self: 'b',
      _etag: 'c',
      _attachments: 'd',
      _ts: 1,
      _lsn: 2,
    };
    expect(hashEntry(stored)).toBe(hashEntry(entry));
    expect(hashEntry({ ...entry, _other: 1 })).not.toBe(hashEntry(entry));
  });

  it('is the same in whatever order the store gives the members back', () => {
    expect(hashEntry(Object.fromEntries(Object.entries(entry).reverse()))).toBe(hashEntry(entry));
  });
});
