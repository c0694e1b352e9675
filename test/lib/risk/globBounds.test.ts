import { globBounds } from '../../../src/lib/risk/globBounds';

describe('globBounds', () => {
  it.each([
    ['a', 1, 0],
    ['**/*.ts', 1, 2],
    ['**/{a,b,c}/**', 3, 2],
    ['{a,b}{c,d}{e,f}', 8, 0],
    ['{a,b{c,d}}', 3, 0],
    ['*a{*b,c*d*e}*f', 2, 4],
    [`${'{a,b}'.repeat(40)}`, 2 ** 40, 0],
    ['{a,b', 2, 0],
    ['a,b}', 1, 0],
  ])('counts what %s makes: %d globs, %d runs of stars', (glob, alternatives, starRuns) => {
    expect(globBounds(glob)).toEqual({ alternatives, starRuns });
  });
});
