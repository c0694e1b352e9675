/**
 * What `git log` is asked for, and how its answer is laid out. With `-z` everything is a run of tokens that end in NUL:
 *
 *     SOH hash, parents, author name, e-mail, date, committer name, e-mail, date, message      (nine, `logFormat`)
 *     :modes hashes status, path[, new path]                                                   (--raw, each file)
 *     added TAB deleted TAB path  or  added TAB deleted TAB, old path, new path                (--numstat, each file)
 *
 * The first token after a message has a newline before it. No path can be taken for anything else, since the token before
 * says how many paths follow; no message can, since it is the ninth token.
 */
export const commitMark = 0x01;
export const headerTokens = 9;

const logFormat = 'tformat:%x01%H%x00%P%x00%an%x00%ae%x00%ad%x00%cn%x00%ce%x00%cd%x00%B';

export interface LogRange {
  /** What is read: the commits that it reaches. */
  tip: string;
  /** What is left out: everything that these reach. */
  exclude?: readonly string[];
  /** Committer dates at or after this instant, in seconds of the Unix epoch. */
  sinceSeconds?: number;
}

/**
 * From the newest commit on, children before parents, else by the date of the commit: those of a day come together, and the app
 * writes what it gets of a day at once.
 */
export const orderArguments = ['--date-order'];

/** Arguments that name the range, for `git log` and `git rev-list` alike. */
export function rangeArguments({ tip, exclude = [], sinceSeconds }: LogRange): string[] {
  return [
    ...(sinceSeconds === undefined ? [] : [`--max-age=${sinceSeconds}`]),
    tip,
    ...exclude.map((hash) => `^${hash}`),
  ];
}

/**
 * Arguments of the one `git log` that reads a range, oldest first and parents before children. Whatever a
 * user's configuration could change is said outright.
 * @param newest how many commits at the newer end to read: the older ones are already done.
 * @param lineCounts false reads no blob at all (a partial clone would have to fetch each one).
 */
export function logArguments(range: LogRange, newest: number | undefined, lineCounts: boolean): string[] {
  return [
    ...['-c', 'log.showRoot=true', '-c', 'log.showSignature=false', '-c', 'diff.orderFile=/dev/null'],
    ...['-c', 'diff.ignoreSubmodules=none', '-c', 'diff.suppressBlankEmpty=false', '-c', 'color.ui=false'],
    // Old versions of a file are deltas of newer ones; the default of 96 MB forgets many before they are used again.
    ...['-c', 'core.deltaBaseCacheLimit=256m'],
    'log',
    ...[...orderArguments, '--reverse', '-z', '--raw', ...(lineCounts ? ['--numstat'] : [])],
    ...['--no-abbrev', '--no-ext-diff', '--no-textconv', '--no-relative', '--no-mailmap', '--no-notes'],
    ...['--no-diff-merges', '--diff-algorithm=myers', '-l1000', lineCounts ? '-M50%' : '-M100%'],
    ...['--encoding=UTF-8', '--date=raw', `--format=${logFormat}`],
    ...(newest === undefined ? [] : [`--max-count=${newest}`]),
    ...rangeArguments(range),
    '--',
  ];
}
