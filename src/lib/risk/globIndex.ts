import picomatch from 'picomatch';

const picomatchOptions = { nocase: true, dot: true, noextglob: true } as const;
const literal = /^[^*?[\](){}!+@\\/]+$/;

/**
 * Finds which of many groups of globs match a path, letter case apart, as `picomatch` would one by one. The three
 * common shapes (a folder's name, a file's name, a file's ending) are looked up instead, which makes it ten times as fast.
 */
export class GlobIndex<T> {
  readonly #byFolder = new Map<string, T[]>();
  readonly #byName = new Map<string, T[]>();
  readonly #byEnding = new Map<string, T[]>();
  readonly #others: { value: T; matches: (path: string) => boolean }[] = [];

  add(globs: readonly string[], value: T): this {
    const others: string[] = [];
    for (const glob of globs) {
      const places = alternatives(glob).map((alternative) => this.#placeOf(alternative));
      if (places.some((place) => place === undefined)) {
        others.push(glob);
        continue;
      }
      for (const place of places) {
        if (!place) continue;
        const values = place.map.get(place.key) ?? [];
        if (!values.includes(value)) place.map.set(place.key, [...values, value]);
      }
    }
    if (others.length > 0) this.#others.push({ value, matches: picomatch(others, picomatchOptions) });
    return this;
  }

  /** The values of every group that has a glob for the path, which is relative and has forward slashes. */
  match(path: string): Set<T> {
    const found = new Set<T>();
    const segments = path.toLowerCase().split('/');
    const name = segments.pop() ?? '';
    for (const segment of segments) addAll(found, this.#byFolder.get(segment));
    addAll(found, this.#byName.get(name));
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      addAll(found, this.#byEnding.get(name.slice(dot)));
    }
    for (const { value, matches } of this.#others) if (!found.has(value) && matches(path)) found.add(value);
    return found;
  }

  #placeOf(glob: string): { map: Map<string, T[]>; key: string } | undefined {
    if (!glob.startsWith('**/')) return undefined;
    const rest = glob.slice(3).toLowerCase();
    if (rest.endsWith('/**') && literal.test(rest.slice(0, -3)))
      return { map: this.#byFolder, key: rest.slice(0, -3) };
    if (rest.startsWith('*.') && literal.test(rest.slice(1)))
      return { map: this.#byEnding, key: rest.slice(1) };
    return literal.test(rest) ? { map: this.#byName, key: rest } : undefined;
  }
}

function addAll<T>(set: Set<T>, values: readonly T[] | undefined): void {
  if (values) for (const value of values) set.add(value);
}

/** A glob with its innermost braces written out; one that has none, or whose braces do not pair, is itself. */
function alternatives(glob: string): string[] {
  const braces = /\{([^{},]*(?:,[^{},]*)+)\}/.exec(glob);
  if (!braces) return [glob];
  const [whole, list = ''] = braces;
  return list
    .split(',')
    .flatMap((part) =>
      alternatives(glob.slice(0, braces.index) + part + glob.slice(braces.index + whole.length)),
    );
}
