import fc from 'fast-check';
import {
  effectiveKey,
  orderedComponent,
  orderedStringBound,
  storagePrefix,
} from '../../../../local/emulator/partition/effectiveKey';
import {
  type KeyComponent,
  none,
  type PartitionKeyDefinition,
} from '../../../../local/emulator/partition/partitionKey';
import { contains, initialRanges } from '../../../../local/emulator/partition/ranges';
import { splitRanges } from '../../../../local/emulator/partition/splitRanges';

const v2: PartitionKeyDefinition = { paths: ['/pk'], kind: 'Hash', version: 2 };
const v1: PartitionKeyDefinition = { paths: ['/pk'], kind: 'Hash' };
const multi: PartitionKeyDefinition = { paths: ['/a', '/b'], kind: 'MultiHash', version: 2 };

describe('the effective partition key of version 2', () => {
  // Computed by @azure/cosmos 4.9.3's own hashing.
  it.each<[string, KeyComponent, string]>([
    ['none', none, '11622DAA78F835834610ABE56EFF5CB5'],
    ['null', null, '378867E4430E67857ACE5C908374FE16'],
    ['true', true, '0E711127C5B5A8E4726AC6DD306A3E59'],
    ['false', false, '2FE1BE91E90A3439635E0E9E37361EF2'],
    ['""', '', '32E9366E637A71B4E710384B2F4970A0'],
    ['"t1"', 't1', '3D48BB14DA9D090D22112C96695028B6'],
    ['"u1"', 'u1', '2A947C94F6E254B945CEBC3196C9897C'],
    ['0', 0, '155B95BEDAC4B1E9EC1CDC9BB0DDDE58'],
    ['1', 1, '20CD98B339BA78A5D0CF6953B87070B0'],
    ['1.5', 1.5, '35C5DDEB6C795D16A9963C73C54E97BC'],
  ])('of %s is the client’s', (_name, value, expected) => {
    expect(effectiveKey([value], v2)).toBe(expected);
  });

  it('of a hierarchy is the levels’ hashes one after the other', () => {
    expect(effectiveKey(['t1', 'u1'], multi)).toBe(
      '3D48BB14DA9D090D22112C96695028B62A947C94F6E254B945CEBC3196C9897C',
    );
    expect(effectiveKey(['t1'], multi)).toBe('3D48BB14DA9D090D22112C96695028B6');
  });
});

describe('the effective partition key of version 1', () => {
  it('begins with the encoded hash and ends with the encoded value', () => {
    expect(effectiveKey(['redmond'], v1)).toBe('05C1EFE313830C087366656E706F6500');
    expect(effectiveKey([none], v1)).toMatch(/^05C1/);
  });
});

const component = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 90 }),
  fc.double({ noNaN: true }),
  fc.boolean(),
  fc.constant(null),
  fc.constant(none),
);
const rank = (value: KeyComponent) =>
  value === none
    ? 0
    : value === null
      ? 1
      : value === false
        ? 2
        : value === true
          ? 3
          : typeof value === 'number'
            ? 4
            : 5;

describe('the storage of keys', () => {
  it('keeps different keys apart, and none below another', () => {
    fc.assert(
      fc.property(component, component, (a, b) => {
        const [left, right] = [storagePrefix([a], v2), storagePrefix([b], v2)];
        const same = Object.is(a, b) || (a === 0 && b === 0);
        expect(left === right).toBe(same);
        if (!same) expect(left.startsWith(right) || right.startsWith(left)).toBe(false);
      }),
    );
  });

  it('sorts components by type and value', () => {
    fc.assert(
      fc.property(component, component, (a, b) => {
        if (rank(a) !== rank(b)) expect(orderedComponent(a) < orderedComponent(b)).toBe(rank(a) < rank(b));
        else if (typeof a === 'number' && typeof b === 'number' && a !== b)
          expect(orderedComponent(a) < orderedComponent(b)).toBe(a < b);
      }),
    );
  });

  it('never leaves a text out by a bound that the text reaches', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 100 }),
        fc.string({ unit: 'binary', maxLength: 100 }),
        (bound, text) => {
          const from = orderedStringBound(bound);
          const stored = orderedComponent(text);
          if (text >= bound) expect(stored >= from).toBe(true);
          else expect(stored <= `${from}\u00ff`).toBe(true);
        },
      ),
    );
  });
});

describe('physical ranges', () => {
  it.each([1, 2, 3, 7])('of %d cover every key, each once', (count) => {
    for (const definition of [v1, v2, multi]) {
      const ranges = initialRanges(count, definition);
      for (let n = 0; n < 50; n += 1) {
        const key = effectiveKey(definition.kind === 'MultiHash' ? [`t${n}`, n] : [`t${n}`], definition);
        expect(ranges.filter((range) => contains(range, key))).toHaveLength(1);
      }
    }
  });

  it('share the keys about evenly', () => {
    const ranges = initialRanges(4, v2);
    const counts = ranges.map(
      (range) =>
        Array.from({ length: 400 }, (_, n) => effectiveKey([`k${n}`], v2)).filter((key) =>
          contains(range, key),
        ).length,
    );
    for (const count of counts) expect(count).toBeGreaterThan(60);
  });

  it('split without a gap, and name what they come from', () => {
    const { ranges, gone } = splitRanges({ ranges: initialRanges(1, v2), gone: [] }, 3);
    expect(ranges).toHaveLength(3);
    expect(gone).toEqual(['0', expect.any(String)]);
    expect([ranges[0]?.minInclusive, ranges.at(-1)?.maxExclusive]).toEqual(['', 'FF']);
    for (const [index, range] of ranges.slice(1).entries())
      expect(range.minInclusive).toBe(ranges[index]?.maxExclusive);
  });
});
