import { badRequest } from '../errors';

export type Token =
  | { type: 'name'; text: string; at: number }
  | { type: 'parameter'; text: string; at: number }
  | { type: 'number'; value: number; at: number }
  | { type: 'string'; value: string; at: number }
  | { type: 'symbol'; text: string; at: number }
  | { type: 'end'; at: number };

const queryBytesMax = 512 * 1024;

const symbols = [
  ['>>>'],
  ['<<', '>>', '<=', '>=', '!=', '<>', '||', '??'],
  [
    '+',
    '-',
    '*',
    '/',
    '%',
    '=',
    '<',
    '>',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ',',
    '.',
    ':',
    '?',
    '|',
    '&',
    '^',
    '~',
  ],
];

const space = /(?:\s+|--[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const number = /(?:0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)/y;
const name = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const parameter = /@[\p{L}\p{N}_$]+/uy;
const placeholder = /\{documentdb-formattableorderbyquery-filter\}/y;

/** @throws CosmosError 400 that names the place. */
export function syntaxError(at: number, what: string): Error {
  return badRequest(
    `Message: {"errors":[{"severity":"Error","location":{"start":${at},"end":${at}},"code":"SC1001","message":${JSON.stringify(`Syntax error, ${what}`)}}]}`,
  );
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

const escapes: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

function readString(text: string, start: number): { value: string; end: number } {
  const quote = text[start];
  const plain: string[] = [];
  let from = start + 1;
  for (let at = from; at < text.length; at += 1) {
    const char = text[at];
    if (char === quote) return { value: plain.join('') + text.slice(from, at), end: at + 1 };
    if (char !== '\\') continue;
    plain.push(text.slice(from, at));
    const next = text[at + 1] ?? '';
    if (next === 'u') {
      const hex = text.slice(at + 2, at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) throw syntaxError(at, 'invalid escape sequence in a string.');
      plain.push(String.fromCharCode(Number.parseInt(hex, 16)));
      at += 5;
    } else {
      plain.push(escapes[next] ?? next);
      at += 1;
    }
    from = at + 1;
  }
  throw syntaxError(start, 'the string is not closed.');
}

/**
 * Splits a query into tokens. Keywords stay names: `c.order` is a property like any other.
 * @throws CosmosError 400
 */
export function tokenize(text: string): Token[] {
  if (Buffer.byteLength(text) > queryBytesMax) throw badRequest('The query text is longer than 512 KB.');
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += match(space, text, at)?.length ?? 0;
    if (at >= text.length) break;
    const { token, length } = readToken(text, at);
    tokens.push(token);
    at += length;
  }
  tokens.push({ type: 'end', at: text.length });
  return tokens;
}

function readToken(text: string, at: number): { token: Token; length: number } {
  const char = text[at] ?? '';
  if (char === "'" || char === '"') {
    const { value, end } = readString(text, at);
    return { token: { type: 'string', value, at }, length: end - at };
  }
  const digits = match(number, text, at);
  if (digits !== undefined) {
    const after = text[at + digits.length] ?? '';
    if (/[\p{L}_$]/u.test(after)) throw syntaxError(at, `incorrect syntax near '${digits}${after}'.`);
    return { token: { type: 'number', value: Number(digits), at }, length: digits.length };
  }
  const word = match(name, text, at);
  if (word !== undefined) return { token: { type: 'name', text: word, at }, length: word.length };
  const given = match(parameter, text, at);
  if (given !== undefined) return { token: { type: 'parameter', text: given, at }, length: given.length };
  const filter = match(placeholder, text, at);
  // The filter that clients put into a planned query; unreplaced it stands for "everything".
  if (filter !== undefined) return { token: { type: 'name', text: 'true', at }, length: filter.length };
  for (const [index, list] of symbols.entries()) {
    const symbol = text.slice(at, at + 3 - index);
    if (list.includes(symbol)) return { token: { type: 'symbol', text: symbol, at }, length: symbol.length };
  }
  throw syntaxError(at, `incorrect syntax near '${char}'.`);
}
