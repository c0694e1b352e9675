/** Lines of one file, as it stood before a change, that the change removed: 1-based, both ends included. */
export interface RemovedRange {
  path: string;
  first: number;
  last: number;
}

const notCode = /^\s*(?:$|\/\/|\/\*|\*|#(?!include\b|define\b|if)|--|<!--|"""|'''|;|%)/;
const importLine =
  /^\s*(?:import\b|from\s+\S+\s+import\b|#include\b|using\s+[\w.]+;|require(?:_once)?\b|use\s+[\w\\:]+|package\b)/;

/**
 * The removed lines of a patch (`git diff -U0`) that can have held a fault: blank lines, comments and imports
 * cannot. Renamed files count under their old path. Paths that git had to quote are left out.
 */
export function removedLines(patch: string): RemovedRange[] {
  const ranges: RemovedRange[] = [];
  let path: string | undefined;
  let line = 0;
  let isInHunk = false;
  for (const text of patch.split('\n')) {
    if (text.startsWith('diff --git ')) {
      path = undefined;
      isInHunk = false;
      continue;
    }
    if (!isInHunk && text.startsWith('--- ')) {
      path = text.startsWith('--- a/') ? text.slice('--- a/'.length).replace(/\t$/, '') : undefined;
      continue;
    }
    const hunk = /^@@ -(\d+)/.exec(text);
    if (hunk) {
      line = Number(hunk[1]);
      isInHunk = true;
      continue;
    }
    if (!isInHunk || path === undefined || !text.startsWith('-')) continue;
    const code = text.slice(1);
    if (!notCode.test(code) && !importLine.test(code)) {
      const before = ranges.at(-1);
      if (before?.path === path && before.last === line - 1) before.last = line;
      else ranges.push({ path, first: line, last: line });
    }
    line++;
  }
  return ranges;
}
