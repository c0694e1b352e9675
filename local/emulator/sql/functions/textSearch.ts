import type { Value } from '../values';
import { define, type FunctionTable, isNumber, isText } from './signature';

const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** Whether a phrase's words stand in the text side by side. */
function containsPhrase(text: string[], phrase: string): boolean {
  const wanted = words(phrase);
  if (wanted.length === 0) return false;
  return text.some((_, at) => wanted.every((word, offset) => text[at + offset] === word));
}

const fullText = (test: 'some' | 'every', max: number) =>
  define(2, max, ([text, ...phrases]) => {
    if (!isText(text) || !phrases.every(isText)) return undefined;
    const tokens = words(text);
    return phrases[test]((phrase) => containsPhrase(tokens, phrase));
  });

/** A score that grows with how often the phrases' words occur and shrinks with the text's length (BM25's shape). */
function fullTextScore([text, ...phrases]: Value[]): Value {
  if (!isText(text)) return 0;
  const tokens = words(text);
  const wanted = phrases.flat().filter(isText).flatMap(words);
  const k1 = 1.2;
  return wanted.reduce((score, word) => {
    const count = tokens.filter((token) => token === word).length;
    return score + (count * (k1 + 1)) / (count + k1 * (0.25 + 0.75 * (tokens.length / 100)));
  }, 0);
}

/** Reciprocal rank fusion needs ranks; a sum of bounded scores keeps the same order for one query's rows. */
const fusion = define(2, 250, (scores) =>
  scores.reduce<number>((sum, score) => sum + (isNumber(score) ? score / (1 + Math.abs(score)) : 0), 0),
);

const dot = (a: number[], b: number[]): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

function vectorDistance([a, b, _bruteForce, options]: Value[]): Value {
  const vectors = [a, b];
  if (!vectors.every((v): v is number[] => Array.isArray(v) && v.length > 0 && v.every(isNumber)))
    return undefined;
  const [left = [], right = []] = vectors as number[][];
  if (left.length !== right.length) return undefined;
  const kind = (options as { distanceFunction?: unknown } | undefined)?.distanceFunction ?? 'cosine';
  if (kind === 'dotproduct') return dot(left, right);
  if (kind === 'euclidean') return Math.hypot(...left.map((value, i) => value - (right[i] ?? 0)));
  const length = Math.sqrt(dot(left, left) * dot(right, right));
  return length === 0 ? undefined : dot(left, right) / length;
}

export const textSearch: FunctionTable = {
  FULLTEXTCONTAINS: fullText('some', 2),
  FULLTEXTCONTAINSALL: fullText('every', 250),
  FULLTEXTCONTAINSANY: fullText('some', 250),
  FULLTEXTSCORE: define(2, 250, fullTextScore),
  RRF: fusion,
  VECTORDISTANCE: define(2, 4, vectorDistance),
};
