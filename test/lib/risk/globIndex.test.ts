import fc from 'fast-check';
import picomatch from 'picomatch';
import { defaultRiskPolicy } from '../../../src/lib/risk';
import { GlobIndex } from '../../../src/lib/risk/globIndex';

const { kinds, areas } = defaultRiskPolicy;
const globs = [...Object.values(kinds), ...Object.values(areas).map((area) => area.globs)].flat();
const names = [
  ...globs
    .flatMap((glob) => glob.split(/[/{},*]+/))
    .filter((part) => /^[\w.-]+$/.test(part) && !/^\.+$/.test(part)),
  ...[
    'src',
    'a',
    'Main.java',
    'x.test.ts',
    'user_test.go',
    'V12__x.sql',
    'jquery-3.1.js',
    'login-tests',
    'Acme.Tests',
  ],
];
const segment = fc.oneof(
  fc.constantFrom(...names),
  fc
    .tuple(fc.constantFrom('x', 'My', 'old-'), fc.constantFrom(...names))
    .map(([before, name]) => before + name),
);
const path = fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => segments.join('/'));

describe('GlobIndex', () => {
  it('finds what picomatch finds for each glob of the default policy', () => {
    const index = new GlobIndex<string>();
    const matchers = globs.map((glob) => ({
      glob,
      matches: picomatch(glob, { nocase: true, dot: true, noextglob: true }),
    }));
    for (const glob of globs) index.add([glob], glob);
    fc.assert(
      fc.property(path, fc.boolean(), (lower, isUpper) => {
        const given = isUpper ? lower.toUpperCase() : lower;
        const expected = matchers.filter(({ matches }) => matches(given)).map(({ glob }) => glob);
        expect([...index.match(given)].sort()).toEqual([...new Set(expected)].sort());
      }),
      { numRuns: 2000 },
    );
  });

  it('takes no name that every object has for a folder, a file or an ending', () => {
    const index = new GlobIndex<string>().add(['**/auth/**', '**/*.pem', '**/Dockerfile'], 'area');
    for (const each of ['constructor/toString', '__proto__/x.constructor', 'hasOwnProperty']) {
      expect([...index.match(each)]).toEqual([]);
    }
  });
});
