/** The longest text that is looked at, in characters; a message may be as long as its author likes. */
const textCharactersMax = 100_000;
const word = /\p{Lu}+\p{N}*(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{Lo}\p{M}]+\p{N}*|\p{N}+/gu;
const runs = /[\p{L}\p{N}\p{M}]+/gu;

/**
 * The words of a text in lower case: a run of letters and digits, cut where its case changes, so that
 * `src/HL7Message_parser` gives `src hl7 message parser`. A word then matches as a word: "graphics" does not
 * hold "phi", and "author" does not hold "auth".
 */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const run of text.slice(0, textCharactersMax).match(runs) ?? []) {
    const lower = run.toLowerCase();
    if (lower === run || lower.slice(1) === run.slice(1)) {
      words.push(lower);
      continue;
    }
    for (const part of run.match(word) ?? []) words.push(part.toLowerCase());
  }
  return words;
}

/** Finds which of many phrases stand in a list of words; the cost does not grow with the number of phrases. */
export class PhraseIndex<T> {
  readonly #byFirst = new Map<string, { rest: string[]; phrase: string; value: T }[]>();

  add(phrases: readonly string[], value: T): this {
    for (const phrase of phrases) {
      const [first = '', ...rest] = phrase.split(' ');
      const entries = this.#byFirst.get(first) ?? [];
      entries.push({ rest, phrase, value });
      this.#byFirst.set(first, entries);
    }
    return this;
  }

  /** Calls `found` for each phrase that begins at each word, with the index of the word after it. */
  scan(
    words: readonly string[],
    found: (value: T, phrase: string, start: number, end: number) => void,
  ): void {
    for (let i = 0; i < words.length; i++) {
      const entries = this.#byFirst.get(words[i] as string);
      if (!entries) continue;
      for (const { rest, phrase, value } of entries) {
        if (rest.every((part, offset) => words[i + 1 + offset] === part)) {
          found(value, phrase, i, i + 1 + rest.length);
        }
      }
    }
  }
}
