import { RE2JS } from 're2js';
import { isObject } from '../../json';
import { memoise } from '../memoise';
import type { Value } from '../values';
import { define, type FunctionTable, isNumber, isText, ofStrings, requireResultSize } from './signature';

/** A test of two strings whose optional third argument asks to ignore case. */
const compareText = (test: (text: string, other: string) => boolean) =>
  define(2, 3, ([text, other, ignoreCase]) => {
    if (!isText(text) || !isText(other)) return undefined;
    if (ignoreCase === true) return test(text.toLowerCase(), other.toLowerCase());
    return ignoreCase === undefined || ignoreCase === false ? test(text, other) : undefined;
  });

/** Regular expressions run in linear time, so that no pattern can hang the server. */
const regex = memoise(200, (pattern: string, modifiers: string) => {
  let flags = 0;
  if (modifiers.includes('i')) flags |= RE2JS.CASE_INSENSITIVE;
  if (modifiers.includes('m')) flags |= RE2JS.MULTILINE;
  if (modifiers.includes('s')) flags |= RE2JS.DOTALL;
  const source = modifiers.includes('x') ? pattern.replace(/\s+|#.*$/gm, '') : pattern;
  try {
    return RE2JS.compile(source, flags);
  } catch {
    return undefined;
  }
});

function regexMatch([text, pattern, modifiers = '']: Value[]): Value {
  if (!isText(text) || !isText(pattern) || !isText(modifiers) || /[^imsx]/.test(modifiers)) return undefined;
  return regex(pattern, modifiers)?.matcher(text).find();
}

function parseAs(text: Value, accept: (value: unknown) => boolean): Value {
  if (!isText(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return accept(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function replaceAll(text: string, find: string, replacement: string): string {
  if (find === '') return text;
  const parts = text.split(find);
  requireResultSize(text.length + parts.length * replacement.length);
  return parts.join(replacement);
}

function toText(value: Value): Value {
  if (value === undefined || isText(value)) return value;
  return JSON.stringify(value);
}

/** A start before the text gives nothing, as in the service; positions count from 0. */
function substring([text, start, length]: Value[]): Value {
  if (!isText(text) || !isNumber(start) || !isNumber(length)) return undefined;
  if (start < 0 || length <= 0) return '';
  return text.slice(Math.trunc(start), Math.trunc(start) + Math.trunc(length));
}

const anyOf = (test: 'some' | 'every', ignoreCase: boolean) =>
  define(2, 250, ([text, ...parts]) => {
    if (!isText(text) || !parts.every(isText)) return undefined;
    const fold = (value: string) => (ignoreCase ? value.toLowerCase() : value);
    return parts[test]((part) => fold(text).includes(fold(part)));
  });

/** What stands after or before the last or first occurrence of a part. Where there is none the documentation says nothing: undefined. */
const around = (last: boolean, after: boolean) =>
  ofStrings(2, (text, part) => {
    const at = last ? text.lastIndexOf(part) : text.indexOf(part);
    if (at < 0) return undefined;
    return after ? text.slice(at + part.length) : text.slice(0, at);
  });

const trim = (both: RegExp, start: boolean, end: boolean) =>
  define(1, 2, ([text, chars]) => {
    if (!isText(text) || !(chars === undefined || isText(chars))) return undefined;
    if (chars === undefined) return text.replace(both, '');
    const set = new Set(chars);
    const letters = [...text];
    let from = 0;
    let to = letters.length;
    while (start && from < to && set.has(letters[from] ?? '')) from += 1;
    while (end && to > from && set.has(letters[to - 1] ?? '')) to -= 1;
    return letters.slice(from, to).join('');
  });

export const strings: FunctionTable = {
  CONCAT: define(2, 250, (values) => {
    if (!values.every(isText)) return undefined;
    requireResultSize(values.reduce((sum, value) => sum + value.length, 0));
    return values.join('');
  }),
  CONTAINS: compareText((text, part) => text.includes(part)),
  CONTAINS_ALL_CI: anyOf('every', true),
  CONTAINS_ALL_CS: anyOf('every', false),
  CONTAINS_ANY_CI: anyOf('some', true),
  CONTAINS_ANY_CS: anyOf('some', false),
  ENDSWITH: compareText((text, part) => text.endsWith(part)),
  INDEX_OF: define(2, 3, ([text, part, from]) => {
    if (!isText(text) || !isText(part) || !(from === undefined || isNumber(from))) return undefined;
    return text.indexOf(part, from);
  }),
  LASTINDEXOF: ofStrings(2, (text, part) => text.lastIndexOf(part)),
  LASTSUBSTRINGAFTER: around(true, true),
  LASTSUBSTRINGBEFORE: around(true, false),
  SUBSTRINGAFTER: around(false, true),
  SUBSTRINGBEFORE: around(false, false),
  LEFT: define(2, 2, ([text, length]) =>
    isText(text) && isNumber(length) ? text.slice(0, Math.max(0, Math.trunc(length))) : undefined,
  ),
  LENGTH: ofStrings(1, (text) => text.length),
  LOWER: ofStrings(1, (text) => text.toLowerCase()),
  LTRIM: trim(/^\s+/, true, false),
  REGEXMATCH: define(2, 3, regexMatch),
  REPLACE: ofStrings(3, replaceAll),
  REPLICATE: define(2, 2, ([text, count]) => {
    if (!isText(text) || !isNumber(count) || count < 0 || !Number.isFinite(count)) return undefined;
    if (text.length * count > 10_000) return undefined;
    return text.repeat(Math.trunc(count));
  }),
  REVERSE: ofStrings(1, (text) => [...text].reverse().join('')),
  RIGHT: define(2, 2, ([text, length]) => {
    if (!isText(text) || !isNumber(length)) return undefined;
    return length <= 0 ? '' : text.slice(Math.max(0, text.length - Math.trunc(length)));
  }),
  RTRIM: trim(/\s+$/, false, true),
  STARTSWITH: compareText((text, part) => text.startsWith(part)),
  STRINGEQUALS: compareText((text, other) => text === other),
  STRINGJOIN: define(2, 2, ([list, separator]) => {
    if (!Array.isArray(list) || !isText(separator) || !list.every(isText)) return undefined;
    requireResultSize(list.reduce((sum: number, part: string) => sum + part.length + separator.length, 0));
    return list.join(separator);
  }),
  STRINGSPLIT: ofStrings(2, (text, separator) => (separator === '' ? [text] : text.split(separator))),
  STRINGTOARRAY: define(1, 1, ([text]) => parseAs(text, Array.isArray)),
  STRINGTOBOOLEAN: define(1, 1, ([text]) => parseAs(text, (value) => typeof value === 'boolean')),
  STRINGTONULL: define(1, 1, ([text]) => parseAs(text, (value) => value === null)),
  STRINGTONUMBER: define(1, 1, ([text]) => parseAs(text, Number.isFinite)),
  STRINGTOOBJECT: define(1, 1, ([text]) => parseAs(text, isObject)),
  SUBSTRING: define(3, 3, substring),
  TOSTRING: define(1, 1, ([value]) => toText(value)),
  TRIM: trim(/^\s+|\s+$/g, true, true),
  UPPER: ofStrings(1, (text) => text.toUpperCase()),
};
