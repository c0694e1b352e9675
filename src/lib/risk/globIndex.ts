import picomatch from 'picomatch';

type Matcher = (text: string) => boolean;
interface Rule<T> {
  value: T;
  matches: Matcher;
}

const literal = /^[^*?[\](){}!+@\\/]+$/;
/** Names of folders whose match is remembered; a repository has few of them. */
const rememberedFoldersMax = 20_000;

/**
 * Finds which of many groups of globs match a path, letter case apart: what `picomatch` says of each glob. The
 * common shapes need no match of the whole path: a folder's name and a file's name are looked at by themselves,
 * and looked up where they hold no wildcard.
 */
export class GlobIndex<T> {
  readonly #byFolder = new Map<string, T[]>();
  readonly #byName = new Map<string, T[]>();
  readonly #byEnding = new Map<string, T[]>();
  readonly #folderRules: Rule<T>[] = [];
  readonly #nameRules: Rule<T>[] = [];
  readonly #pathRules: Rule<T>[] = [];
  #folders = new Map<string, T[]>();

  add(globs: readonly string[], value: T): this {
    const rules = { folder: [] as string[], name: [] as string[], path: [] as string[] };
    for (const glob of globs) {
      const shapes = alternatives(glob).map(shapeOf);
      if (shapes.every(({ name }) => literal.test(name))) {
        for (const shape of shapes) this.#remember(shape, value);
      } else if (shapes.every(({ of }) => of === 'folder')) {
        rules.folder.push(...shapes.map(({ name }) => name));
      } else if (shapes.every(({ of }) => of === 'name' || of === 'ending')) {
        rules.name.push(glob.slice(3));
      } else {
        rules.path.push(glob);
      }
    }
    addRule(this.#folderRules, rules.folder, value);
    addRule(this.#nameRules, rules.name, value);
    addRule(this.#pathRules, rules.path, value);
    this.#folders = new Map();
    return this;
  }

  /** The values of every group that has a glob for the path, which is relative and has forward slashes. */
  match(path: string): Set<T> {
    const found = new Set<T>();
    const segments = path.toLowerCase().split('/');
    const name = segments.at(-1) ?? '';
    // The last one too: a/** also matches a itself, which may be a link or a submodule.
    for (const segment of segments) addAll(found, this.#folders.get(segment) ?? this.#folderValues(segment));
    addAll(found, this.#byName.get(name));
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      addAll(found, this.#byEnding.get(name.slice(dot)));
    }
    for (const { value, matches } of this.#nameRules)
      if (!found.has(value) && matches(name)) found.add(value);
    for (const { value, matches } of this.#pathRules)
      if (!found.has(value) && matches(path)) found.add(value);
    return found;
  }

  #folderValues(segment: string): T[] {
    const byRule = this.#folderRules.filter(({ matches }) => matches(segment)).map(({ value }) => value);
    const values = [...(this.#byFolder.get(segment) ?? []), ...byRule];
    if (this.#folders.size >= rememberedFoldersMax) this.#folders.clear();
    this.#folders.set(segment, values);
    return values;
  }

  #remember({ of, name }: Shape, value: T): void {
    const map = { folder: this.#byFolder, name: this.#byName, ending: this.#byEnding, path: this.#byName }[
      of
    ];
    const key = name.toLowerCase();
    const values = map.get(key) ?? [];
    if (!values.includes(value)) map.set(key, [...values, value]);
  }
}

interface Shape {
  /** What of a path decides: one folder's name, the file's name, how that ends, or the path as a whole. */
  of: 'folder' | 'name' | 'ending' | 'path';
  name: string;
}

function shapeOf(glob: string): Shape {
  const rest = glob.startsWith('**/') ? glob.slice(3) : '/';
  const folder = rest.endsWith('/**') ? rest.slice(0, -3) : '/';
  if (!folder.includes('/') && folder !== '**') return { of: 'folder', name: folder };
  if (rest.includes('/') || rest.includes('**')) return { of: 'path', name: glob };
  return rest.startsWith('*.') && literal.test(rest.slice(1))
    ? { of: 'ending', name: rest.slice(1) }
    : { of: 'name', name: rest };
}

function addRule<T>(rules: Rule<T>[], globs: string[], value: T): void {
  if (globs.length > 0)
    rules.push({ value, matches: picomatch(globs, { nocase: true, dot: true, noextglob: true }) });
}

function addAll<T>(set: Set<T>, values: readonly T[] | undefined): void {
  if (values) for (const value of values) set.add(value);
}

/** A glob with its braces written out, the innermost first; one whose braces do not pair is itself. */
function alternatives(glob: string): string[] {
  const braces = /\{([^{},]*(?:,[^{},]*)+)\}/.exec(glob);
  if (!braces) return [glob];
  const [whole, list = ''] = braces;
  const [before, after] = [glob.slice(0, braces.index), glob.slice(braces.index + whole.length)];
  return [...new Set(list.split(',').flatMap((part) => alternatives(before + part + after)))];
}
