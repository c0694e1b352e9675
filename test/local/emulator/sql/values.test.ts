import fc from 'fast-check';
import { BoundedHeap } from '../../../../local/emulator/sql/boundedHeap';
import { compileLike } from '../../../../local/emulator/sql/like';
import {
  canonicalKey,
  compareValues,
  equals,
  memberOf,
  sameValue,
} from '../../../../local/emulator/sql/values';

const value = fc.option(fc.jsonValue({ maxDepth: 3 }), { nil: undefined });

describe('values', () => {
  it('have one total order', () => {
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        expect(Math.sign(compareValues(a, b)) + Math.sign(compareValues(b, a))).toBe(0);
        if (compareValues(a, b) <= 0 && compareValues(b, c) <= 0)
          expect(compareValues(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('are the same exactly when their canonical texts are', () => {
    fc.assert(
      fc.property(value, value, (a, b) => expect(sameValue(a, b)).toBe(canonicalKey(a) === canonicalKey(b))),
    );
  });

  it('are equal whatever the order of properties', () => {
    expect(equals({ a: 1, b: [1, { c: 2, d: 3 }] }, { b: [1, { d: 3, c: 2 }], a: 1 })).toBe(true);
    expect(equals([1, 2], [2, 1])).toBe(false);
  });

  it('of different types are neither equal nor unequal', () => {
    expect(equals(1, '1')).toBeUndefined();
    expect(equals(null, false)).toBeUndefined();
    expect(equals(undefined, undefined)).toBeUndefined();
  });

  it.each(['length', '__proto__', 'constructor', 'toString'])('have no member %s of their own', (name) => {
    for (const owner of [[], {}, 'text', 5, null]) expect(memberOf(owner, name)).toBeUndefined();
  });

  it('have a member __proto__ where JSON gave them one', () => {
    expect(memberOf(JSON.parse('{"__proto__": 5}'), '__proto__')).toBe(5);
  });
});

describe('the bounded heap', () => {
  it('keeps what sorting and cutting would keep', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat({ max: 20 }), (numbers, size) => {
        const heap = new BoundedHeap<number>(size, (a, b) => a - b);
        for (const number of numbers) heap.add(number);
        expect(heap.sorted()).toEqual([...numbers].sort((a, b) => a - b).slice(0, size));
      }),
    );
  });
});

describe('LIKE', () => {
  it.each<[string, string, boolean]>([
    ['', '', true],
    ['%', '', true],
    ['_', '', false],
    ['a%b%c', 'axxbyyc', true],
    ['a%b%c', 'axxbyy', false],
    ['%ab', 'aab', true],
    ['[a-c]x', 'bx', true],
    ['[^a-c]x', 'bx', false],
    ['[^a-c]x', 'dx', true],
    ['[]', '[]', true],
    ['a.c', 'abc', false],
    ['_', '😀', true],
  ])('%j matches %j: %s', (pattern, text, expected) => {
    expect(compileLike(pattern)(text)).toBe(expected);
  });

  it('takes no longer than text times pattern', () => {
    const began = performance.now();
    expect(compileLike(`${'%a'.repeat(50)}b`)('a'.repeat(5000))).toBe(false);
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
