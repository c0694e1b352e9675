import type { Expression, OrderItem, Query, Selection, Source } from './ast';
import { ExpressionParser } from './expressionParser';
import { syntaxError } from './lexer';

/** Reads whole queries; expressions are its parent's part. */
class QueryParser extends ExpressionParser {
  protected override parseQuery(): Query {
    this.keyword('SELECT');
    const distinct = this.takeKeyword('DISTINCT');
    const top = this.takeKeyword('TOP') ? this.parseCount() : undefined;
    const selection = this.parseSelection();
    const sources = this.takeKeyword('FROM') ? this.parseSources() : [];
    const where = this.takeKeyword('WHERE') ? this.parseExpression() : undefined;
    const groupBy = this.takeKeywords('GROUP', 'BY') ? this.parseList(() => this.parseExpression()) : [];
    const { orderBy, rank } = this.parseOrderBy();
    const paging = this.parsePaging();
    return { distinct, top, selection, sources, where, groupBy, orderBy, rank, ...paging };
  }

  /** A whole query and nothing after it. */
  parse(): Query {
    const query = this.parseQuery();
    this.requireEnd();
    return query;
  }

  /** A patch condition: `from c where …`. */
  parseCondition(): Query {
    this.keyword('FROM');
    const sources = this.parseSources();
    const where = this.takeKeyword('WHERE') ? this.parseExpression() : undefined;
    this.requireEnd();
    const selection: Selection = { kind: 'value', expression: { kind: 'literal', value: true } };
    return { distinct: false, selection, sources, where, groupBy: [], orderBy: [], rank: false };
  }

  private parseSelection(): Selection {
    if (this.takeSymbol('*')) return { kind: 'all' };
    if (this.isKeyword('VALUE') && !this.isSymbolAhead(1, '.', ',') && !this.isAliasedColumn()) {
      this.keyword('VALUE');
      return { kind: 'value', expression: this.parseExpression() };
    }
    return { kind: 'list', items: this.parseList(() => this.parseSelected()) };
  }

  private isAliasedColumn(): boolean {
    return this.isKeywordAhead(1, 'AS') || this.isKeywordAhead(1, 'FROM') || this.isEndAhead(1);
  }

  private parseSelected(): { expression: Expression; alias?: string } {
    const expression = this.parseExpression();
    if (this.takeKeyword('AS')) return { expression, alias: this.name() };
    if (this.isPlainName()) return { expression, alias: this.name() };
    return { expression };
  }

  private parseSources(): Source[] {
    const sources = [this.parseSource(true)];
    while (this.takeKeyword('JOIN')) sources.push(this.parseSource(false));
    return sources;
  }

  private parseSource(first: boolean): Source {
    if (this.takeSymbol('(')) {
      const query = this.parseQuery();
      this.symbol(')');
      const named = this.takeKeyword('AS') || this.isPlainName();
      // Without a name nothing can be said of its rows, which COUNT(1) does not need.
      const alias = named ? this.name() : `#${this.position()}`;
      return { alias, iterate: true, from: { kind: 'query', query } };
    }
    const at = this.position();
    const name = this.name();
    if (this.takeKeyword('IN')) {
      if (this.takeSymbol('(')) {
        const query = this.parseQuery();
        this.symbol(')');
        return { alias: name, iterate: true, from: { kind: 'query', query } };
      }
      return { alias: name, iterate: true, from: { kind: 'path', expression: this.parsePath(this.name()) } };
    }
    const path = this.parsePath(name);
    const alias = this.takeKeyword('AS') || this.isPlainName() ? this.name() : undefined;
    if (path.kind === 'alias' && first)
      return { alias: alias ?? name, iterate: false, from: { kind: 'root' } };
    const last =
      path.kind === 'member' && path.property.kind === 'literal' ? String(path.property.value) : undefined;
    if (alias === undefined && last === undefined) throw syntaxError(at, 'a JOIN needs an alias.');
    return { alias: alias ?? last ?? name, iterate: false, from: { kind: 'path', expression: path } };
  }

  private parsePath(root: string): Expression {
    return this.parseMembers({ kind: 'alias', name: root });
  }

  private parseOrderBy(): { orderBy: OrderItem[]; rank: boolean } {
    if (!this.takeKeywords('ORDER', 'BY')) return { orderBy: [], rank: false };
    if (this.takeKeyword('RANK')) {
      const expression = this.parseExpression();
      if (!this.takeKeyword('DESC')) this.takeKeyword('ASC');
      return { orderBy: [{ expression, descending: true }], rank: true };
    }
    const orderBy = this.parseList(() => {
      const expression = this.parseExpression();
      const descending = this.takeKeyword('DESC');
      if (!descending) this.takeKeyword('ASC');
      return { expression, descending };
    });
    return { orderBy, rank: false };
  }

  private parsePaging(): { offset?: Expression; limit?: Expression } {
    if (this.takeKeyword('OFFSET')) {
      const offset = this.parseCount();
      this.keyword('LIMIT');
      return { offset, limit: this.parseCount() };
    }
    return this.takeKeyword('LIMIT') ? { limit: this.parseCount() } : {};
  }

  /** What TOP, OFFSET and LIMIT take: a whole number or a parameter. */
  private parseCount(): Expression {
    const at = this.position();
    const expression = this.parsePrimary();
    const whole =
      expression.kind === 'literal' &&
      Number.isSafeInteger(expression.value) &&
      Number(expression.value) >= 0;
    if (expression.kind !== 'parameter' && !whole)
      throw syntaxError(at, 'a non-negative integer is expected.');
    return expression;
  }
}

/** Parses a query. @throws CosmosError 400 */
export const parseQuery = (text: string): Query => new QueryParser(text).parse();

/** Parses a patch condition (`from c where …`). @throws CosmosError 400 */
export const parseCondition = (text: string): Query => new QueryParser(text).parseCondition();
