import type { Expression, Query, Selection, Source } from './ast';

/** Writes an expression as SQL again: what a parser reads back as the same. */
export function printExpression(expression: Expression): string {
  const print = printExpression;
  switch (expression.kind) {
    case 'literal':
      return expression.value === undefined ? 'undefined' : JSON.stringify(expression.value);
    case 'parameter':
    case 'alias':
      return expression.name;
    case 'member':
      return `${print(expression.object)}[${print(expression.property)}]`;
    case 'unary':
      return `(${expression.operator} ${print(expression.operand)})`;
    case 'binary':
      return `(${print(expression.left)} ${expression.operator} ${print(expression.right)})`;
    case 'logical':
      return `(${expression.operands.map(print).join(` ${expression.operator} `)})`;
    case 'between': {
      const { value, low, high, negated } = expression;
      return `(${print(value)} ${negated ? 'NOT ' : ''}BETWEEN ${print(low)} AND ${print(high)})`;
    }
    case 'in':
      return `(${print(expression.value)} ${expression.negated ? 'NOT ' : ''}IN (${expression.list.map(print).join()}))`;
    case 'like': {
      const escaping = expression.escapeBy ? ` ESCAPE ${print(expression.escapeBy)}` : '';
      return `(${print(expression.value)} ${expression.negated ? 'NOT ' : ''}LIKE ${print(expression.pattern)}${escaping})`;
    }
    case 'conditional':
      return `(${print(expression.test)} ? ${print(expression.yes)} : ${print(expression.no)})`;
    case 'coalesce':
      return `(${print(expression.left)} ?? ${print(expression.right)})`;
    case 'call':
      return `${expression.udf ? 'udf.' : ''}${expression.name}(${expression.parameters.map(print).join(', ')})`;
    case 'object':
      return `{${expression.properties.map(({ name, value }) => `${JSON.stringify(name)}: ${print(value)}`).join(', ')}}`;
    case 'array':
      return `[${expression.elements.map(print).join(', ')}]`;
    case 'exists':
      return `EXISTS(${printQuery(expression.query)})`;
    case 'arrayQuery':
      return `ARRAY(${printQuery(expression.query)})`;
    case 'scalarQuery':
      return `(${printQuery(expression.query)})`;
  }
}

function printSelection(selection: Selection): string {
  if (selection.kind === 'all') return '*';
  if (selection.kind === 'value') return `VALUE ${printExpression(selection.expression)}`;
  return selection.items
    .map(({ expression, alias }) => printExpression(expression) + (alias === undefined ? '' : ` AS ${alias}`))
    .join(', ');
}

function printSource({ alias, iterate, from }: Source): string {
  if (from.kind === 'root') return alias;
  const text = from.kind === 'query' ? `(${printQuery(from.query)})` : printExpression(from.expression);
  if (alias.startsWith('#')) return text;
  return iterate && from.kind === 'path' ? `${alias} IN ${text}` : `${text} AS ${alias}`;
}

/** The parts of a query that a plan may write anew; the others stay as they are. */
export interface QueryText {
  selection?: string;
  /** A further condition, joined to WHERE by AND. */
  filter?: string;
  paging?: string;
}

/** Writes a query as SQL again. */
export function printQuery(query: Query, { selection, filter, paging }: QueryText = {}): string {
  const conditions = [...(query.where ? [printExpression(query.where)] : []), ...(filter ? [filter] : [])];
  const orderBy = query.orderBy.map(
    ({ expression, descending }) => `${printExpression(expression)}${descending ? ' DESC' : ' ASC'}`,
  );
  const ordered = query.rank
    ? query.orderBy.map(({ expression }) => `RANK ${printExpression(expression)}`)
    : orderBy;
  const parts = [
    'SELECT',
    query.distinct ? 'DISTINCT' : '',
    query.top ? `TOP ${printExpression(query.top)}` : '',
    selection ?? printSelection(query.selection),
    query.sources.length > 0 ? `FROM ${query.sources.map(printSource).join(' JOIN ')}` : '',
    conditions.length > 0 ? `WHERE ${conditions.map((condition) => `(${condition})`).join(' AND ')}` : '',
    query.groupBy.length > 0 ? `GROUP BY ${query.groupBy.map(printExpression).join(', ')}` : '',
    ordered.length > 0 ? `ORDER BY ${ordered.join(', ')}` : '',
    paging ?? printPaging(query),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function printPaging({ offset, limit }: Query): string {
  if (!limit) return '';
  return `OFFSET ${offset ? printExpression(offset) : '0'} LIMIT ${printExpression(limit)}`;
}
