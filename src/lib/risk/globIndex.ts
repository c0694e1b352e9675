import picomatch from 'picomatch';

interface Rule<T> {
  value: T;
  expression: RegExp;
}

const literal = /^[^*?[\](){}!+@\\/]+$/;
/** Folders whose match is remembered; a repository has far fewer of them than of files. */
const rememberedFoldersMax = 20_000;
/** A wildcard is tried on so many characters, the last of a longer name or path; a search takes time by their cube. */
const wildcardCharactersMax = 256;

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
  #folders = new Map<string, ReadonlySet<T>>();

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
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1).toLowerCase();
    const found = new Set(this.#valuesOfFolder(slash < 0 ? '' : path.slice(0, slash)));
    // The name too: a/** also matches a itself, which may be a link or a submodule.
    this.#addFolderName(found, name);
    addAll(found, this.#byName.get(name));
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      addAll(found, this.#byEnding.get(name.slice(dot)));
    }
    addMatching(found, this.#nameRules, name);
    addMatching(found, this.#pathRules, path);
    return found;
  }

  #valuesOfFolder(folder: string): ReadonlySet<T> {
    const before = this.#folders.get(folder);
    if (before) return before;
    const found = new Set<T>();
    for (const name of folder.toLowerCase().split('/')) this.#addFolderName(found, name);
    if (this.#folders.size >= rememberedFoldersMax) this.#folders.clear();
    this.#folders.set(folder, found);
    return found;
  }

  #addFolderName(found: Set<T>, name: string): void {
    addAll(found, this.#byFolder.get(name));
    addMatching(found, this.#folderRules, name);
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

/** One expression for all globs of a value, as `picomatch` makes it of each. */
function addRule<T>(rules: Rule<T>[], globs: string[], value: T): void {
  if (globs.length === 0) return;
  const sources = globs.map(
    (glob) => picomatch.makeRe(glob, { nocase: true, dot: true, noextglob: true }).source,
  );
  rules.push({ value, expression: new RegExp(sources.join('|'), 'i') });
}

function addMatching<T>(found: Set<T>, rules: readonly Rule<T>[], text: string): void {
  const end = text.slice(-wildcardCharactersMax);
  for (const { value, expression } of rules) {
    if (!found.has(value) && expression.test(end)) found.add(value);
  }
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
