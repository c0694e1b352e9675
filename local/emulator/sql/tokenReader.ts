import { syntaxError, type Token, tokenize } from './lexer';

const reserved = new Set(
  (
    'SELECT FROM WHERE GROUP ORDER BY JOIN IN AS AND OR NOT BETWEEN LIKE ESCAPE OFFSET LIMIT ASC DESC EXISTS DISTINCT TOP ' +
    'VALUE TRUE FALSE NULL UNDEFINED UDF ARRAY'
  ).split(' '),
);

/** Whether a word may not name an alias. */
export const isReserved = (word: string): boolean => reserved.has(word.toUpperCase());

/** Walks the tokens of one text: what a parser asks of the next one, and takes. */
export class TokenReader {
  private readonly tokens: Token[];
  private at = 0;

  constructor(text: string) {
    this.tokens = tokenize(text);
  }

  protected skip(count = 1): void {
    this.at += count;
  }

  /** A property's name after a dot: keywords are as good as any other word. */
  protected property(): string {
    const token = this.peek();
    if (token.type !== 'name') throw this.unexpected();
    this.at += 1;
    return token.text;
  }

  protected name(): string {
    const token = this.peek();
    if (token.type !== 'name' || (isReserved(token.text) && !/^value$/i.test(token.text)))
      throw this.unexpected();
    this.at += 1;
    return token.text;
  }

  protected isPlainName(): boolean {
    const token = this.peek();
    return token.type === 'name' && !isReserved(token.text);
  }

  protected peek(ahead = 0): Token {
    return this.tokens[this.at + ahead] ?? { type: 'end', at: this.tokens.at(-1)?.at ?? 0 };
  }

  protected position(): number {
    return this.peek().at;
  }

  protected isKeyword(word: string): boolean {
    return this.isKeywordAhead(0, word);
  }

  protected isKeywordAhead(ahead: number, word: string): boolean {
    const token = this.peek(ahead);
    return token.type === 'name' && token.text.toUpperCase() === word;
  }

  protected isSymbolAhead(ahead: number, ...texts: string[]): boolean {
    const token = this.peek(ahead);
    return token.type === 'symbol' && texts.includes(token.text);
  }

  protected isEndAhead(ahead: number): boolean {
    return this.peek(ahead).type === 'end';
  }

  protected takeKeyword(word: string): boolean {
    if (!this.isKeyword(word)) return false;
    this.at += 1;
    return true;
  }

  protected takeKeywords(first: string, second: string): boolean {
    if (!this.isKeyword(first)) return false;
    this.at += 1;
    this.keyword(second);
    return true;
  }

  protected keyword(word: string): void {
    if (!this.takeKeyword(word)) throw this.unexpected();
  }

  protected takeSymbol(text: string): boolean {
    if (!this.isSymbolAhead(0, text)) return false;
    this.at += 1;
    return true;
  }

  protected symbol(text: string): void {
    if (!this.takeSymbol(text)) throw this.unexpected();
  }

  protected requireEnd(): void {
    if (this.peek().type !== 'end') throw this.unexpected();
  }

  protected unexpected(): Error {
    const token = this.peek();
    if (token.type === 'end') return syntaxError(token.at, 'unexpected end of the query.');
    const text = 'text' in token ? token.text : String(token.value);
    return syntaxError(token.at, `incorrect syntax near '${text.slice(0, 100)}'.`);
  }
}
