type Part =
  | { kind: 'any' }
  | { kind: 'one' }
  | { kind: 'char'; char: string }
  | { kind: 'set'; has(char: string): boolean };

function parseSet(body: string[]): Part {
  const negated = body[0] === '^';
  const chars = negated ? body.slice(1) : body;
  const singles = new Set<string>();
  const spans: [string, string][] = [];
  for (let i = 0; i < chars.length; i += 1) {
    const from = chars[i] ?? '';
    const to = chars[i + 2];
    if (chars[i + 1] === '-' && to !== undefined) {
      spans.push([from, to]);
      i += 2;
    } else singles.add(from);
  }
  const inside = (char: string) =>
    singles.has(char) || spans.some(([from, to]) => from <= char && char <= to);
  return { kind: 'set', has: (char) => inside(char) !== negated };
}

function parsePattern(pattern: string, escapeChar: string | undefined): Part[] {
  const parts: Part[] = [];
  const chars = [...pattern];
  for (let i = 0; i < chars.length; i += 1) {
    const char = chars[i] ?? '';
    const close = char === '[' ? chars.indexOf(']', i + 2) : -1;
    if (char === escapeChar && i + 1 < chars.length) {
      i += 1;
      parts.push({ kind: 'char', char: chars[i] ?? '' });
    } else if (char === '%') parts.push({ kind: 'any' });
    else if (char === '_') parts.push({ kind: 'one' });
    else if (close !== -1) {
      parts.push(parseSet(chars.slice(i + 1, close)));
      i = close;
    } else parts.push({ kind: 'char', char });
  }
  return parts;
}

const accepts = (part: Part, char: string): boolean =>
  part.kind === 'one' || (part.kind === 'char' ? part.char === char : part.kind === 'set' && part.has(char));

/** LIKE with `%`, `_`, `[]`, `[^]` and ESCAPE, in time proportional to text times pattern at worst. */
export function compileLike(pattern: string, escapeChar?: string): (text: string) => boolean {
  const parts = parsePattern(pattern, escapeChar);
  return (text) => {
    const chars = [...text];
    let at = 0;
    let part = 0;
    let restartPart = -1;
    let restartAt = 0;
    while (at < chars.length) {
      const current = parts[part];
      if (current?.kind === 'any') {
        restartPart = part;
        restartAt = at;
        part += 1;
      } else if (current && accepts(current, chars[at] ?? '')) {
        part += 1;
        at += 1;
      } else if (restartPart >= 0) {
        // Let the last % swallow one character more and try the rest again.
        part = restartPart + 1;
        restartAt += 1;
        at = restartAt;
      } else return false;
    }
    while (parts[part]?.kind === 'any') part += 1;
    return part === parts.length;
  };
}
