import type { BinaryOperator, Expression, Query } from './ast';
import { syntaxError } from './lexer';
import { isReserved, TokenReader } from './tokenReader';

/** Binary operators, loosest first. Comparison, BETWEEN, IN and LIKE stand between AND and the first of these. */
const levels: readonly (readonly BinaryOperator[])[] = [
  ['||'],
  ['|'],
  ['^'],
  ['&'],
  ['<<', '>>', '>>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

const comparisons = new Set(['=', '!=', '<>', '<', '<=', '>', '>=']);

/** Deeper expressions than this are refused, so that hostile text cannot exhaust the stack. */
const depthMax = 200;
const chainMax = 2000;

/** Recursive descent over the tokens of one text: the expression half of the grammar. */
export abstract class ExpressionParser extends TokenReader {
  private depth = 0;

  protected abstract parseQuery(): Query;

  protected parseExpression(): Expression {
    return this.nested(() => this.parseConditional());
  }

  protected parsePrimary(): Expression {
    const token = this.peek();
    switch (token.type) {
      case 'number':
      case 'string':
        this.skip();
        return { kind: 'literal', value: token.value };
      case 'parameter':
        this.skip();
        return { kind: 'parameter', name: token.text };
      case 'symbol':
        return this.parseBracketed(token.text);
      case 'name':
        return this.parseNamed(token.text);
      default:
        throw this.unexpected();
    }
  }

  protected parseMembers(start: Expression): Expression {
    let expression = start;
    for (let count = 0; ; count += 1) {
      if (count > depthMax) throw syntaxError(this.position(), 'the path is too long.');
      if (this.takeSymbol('.')) {
        const property: Expression = { kind: 'literal', value: this.property() };
        expression = { kind: 'member', object: expression, property };
      } else if (this.takeSymbol('[')) {
        const property = this.parseExpression();
        this.symbol(']');
        expression = { kind: 'member', object: expression, property };
      } else return expression;
    }
  }

  protected parseList<T>(parse: () => T): T[] {
    const list = [parse()];
    while (this.takeSymbol(',')) list.push(parse());
    return list;
  }

  private nested<T>(parse: () => T): T {
    this.depth += 1;
    if (this.depth > depthMax) throw syntaxError(this.position(), 'the query nests too deeply.');
    const result = parse();
    this.depth -= 1;
    return result;
  }

  private parseConditional(): Expression {
    const test = this.parseCoalesce();
    if (!this.takeSymbol('?')) return test;
    const yes = this.parseExpression();
    this.symbol(':');
    return { kind: 'conditional', test, yes, no: this.parseExpression() };
  }

  private parseCoalesce(): Expression {
    let left = this.parseLogical('OR', () => this.parseLogical('AND', () => this.parseNot()));
    for (let count = 0; this.takeSymbol('??'); count += 1) {
      if (count > depthMax) throw syntaxError(this.position(), 'the query nests too deeply.');
      const right = this.parseLogical('OR', () => this.parseLogical('AND', () => this.parseNot()));
      left = { kind: 'coalesce', left, right };
    }
    return left;
  }

  private parseLogical(operator: 'AND' | 'OR', parse: () => Expression): Expression {
    const operands = [parse()];
    while (this.takeKeyword(operator)) operands.push(parse());
    return operands.length === 1 && operands[0] ? operands[0] : { kind: 'logical', operator, operands };
  }

  private parseNot(): Expression {
    if (!this.takeKeyword('NOT')) return this.parseComparison();
    return { kind: 'unary', operator: 'NOT', operand: this.nested(() => this.parseNot()) };
  }

  private parseComparison(): Expression {
    const left = this.parseBinary(0);
    const token = this.peek();
    if (token.type === 'symbol' && comparisons.has(token.text)) {
      this.skip();
      const operator = (token.text === '<>' ? '!=' : token.text) as BinaryOperator;
      const comparison: Expression = { kind: 'binary', operator, left, right: this.parseBinary(0) };
      return this.parseMoreComparisons(comparison);
    }
    const negated =
      this.isKeyword('NOT') && ['BETWEEN', 'IN', 'LIKE'].some((word) => this.isKeywordAhead(1, word));
    if (negated) this.skip();
    if (this.takeKeyword('BETWEEN')) {
      const low = this.parseBinary(0);
      this.keyword('AND');
      return { kind: 'between', value: left, low, high: this.parseBinary(0), negated };
    }
    if (this.takeKeyword('IN')) {
      this.symbol('(');
      const list = this.parseList(() => this.parseExpression());
      this.symbol(')');
      return { kind: 'in', value: left, list, negated };
    }
    if (this.takeKeyword('LIKE')) {
      const pattern = this.parseBinary(0);
      const escapeBy = this.takeKeyword('ESCAPE') ? this.parseBinary(0) : undefined;
      return { kind: 'like', value: left, pattern, escapeBy, negated };
    }
    return left;
  }

  private parseMoreComparisons(first: Expression): Expression {
    let left = first;
    for (let count = 0; count < depthMax; count += 1) {
      const token = this.peek();
      if (token.type !== 'symbol' || !comparisons.has(token.text)) return left;
      this.skip();
      const operator = (token.text === '<>' ? '!=' : token.text) as BinaryOperator;
      left = { kind: 'binary', operator, left, right: this.parseBinary(0) };
    }
    throw syntaxError(this.position(), 'the query nests too deeply.');
  }

  private parseBinary(level: number): Expression {
    const operators = levels[level];
    if (!operators) return this.parseUnary();
    let left = this.parseBinary(level + 1);
    for (let count = 0; ; count += 1) {
      const token = this.peek();
      if (token.type !== 'symbol') return left;
      const operator = operators.find((candidate) => candidate === token.text);
      if (!operator) return left;
      if (count > chainMax) throw syntaxError(token.at, 'the query nests too deeply.');
      this.skip();
      left = { kind: 'binary', operator, left, right: this.parseBinary(level + 1) };
    }
  }

  private parseUnary(): Expression {
    const token = this.peek();
    if (token.type === 'symbol' && (token.text === '-' || token.text === '+' || token.text === '~')) {
      const operator = token.text;
      this.skip();
      return { kind: 'unary', operator, operand: this.nested(() => this.parseUnary()) };
    }
    return this.parseMembers(this.parsePrimary());
  }

  private parseBracketed(symbol: string): Expression {
    if (symbol === '(') return this.parseParenthesised();
    if (symbol === '[') {
      this.skip();
      if (this.takeSymbol(']')) return { kind: 'array', elements: [] };
      const elements = this.parseList(() => this.parseExpression());
      this.symbol(']');
      return { kind: 'array', elements };
    }
    if (symbol === '{') {
      this.skip();
      if (this.takeSymbol('}')) return { kind: 'object', properties: [] };
      const properties = this.parseList(() => {
        const name = this.propertyName();
        this.symbol(':');
        return { name, value: this.parseExpression() };
      });
      this.symbol('}');
      return { kind: 'object', properties };
    }
    throw this.unexpected();
  }

  private parseParenthesised(): Expression {
    this.symbol('(');
    const expression: Expression = this.isKeyword('SELECT')
      ? { kind: 'scalarQuery', query: this.nested(() => this.parseQuery()) }
      : this.parseExpression();
    this.symbol(')');
    return expression;
  }

  private parseNamed(text: string): Expression {
    const word = text.toUpperCase();
    const called = this.isSymbolAhead(1, '(');
    if (word === 'TRUE' || word === 'FALSE') return this.literal(word === 'TRUE');
    if (word === 'NULL') return this.literal(null);
    if (word === 'UNDEFINED') return this.literal(undefined);
    if (called && (word === 'EXISTS' || word === 'ARRAY')) {
      this.skip(2);
      const query = this.nested(() => this.parseQuery());
      this.symbol(')');
      return { kind: word === 'EXISTS' ? 'exists' : 'arrayQuery', query };
    }
    if (word === 'UDF' && this.isSymbolAhead(1, '.')) {
      this.skip(2);
      return this.parseCall(this.property(), true);
    }
    // LEFT and RIGHT and the like are functions only where a bracket follows.
    if (called && (!isReserved(word) || word === 'VALUE')) {
      this.skip();
      return this.parseCall(text, false);
    }
    return { kind: 'alias', name: this.name() };
  }

  private parseCall(name: string, udf: boolean): Expression {
    this.symbol('(');
    if (this.takeSymbol(')')) return { kind: 'call', name, parameters: [], udf };
    const parameters = this.parseList(() => this.parseExpression());
    this.symbol(')');
    return { kind: 'call', name, parameters, udf };
  }

  private literal(value: unknown): Expression {
    this.skip();
    return { kind: 'literal', value };
  }

  private propertyName(): string {
    const token = this.peek();
    if (token.type !== 'string') return this.property();
    this.skip();
    return token.value;
  }
}
