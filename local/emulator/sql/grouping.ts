import { badRequest } from '../errors';
import { findAggregate } from './aggregates';
import type { Expression, Query } from './ast';

/** The same expression gives the same text. */
const textOf = (expression: Expression): string => JSON.stringify(expression);

/** The direct parts of an expression, subqueries apart. */
export function childrenOf(expression: Expression): Expression[] {
  switch (expression.kind) {
    case 'member':
      return [expression.object, expression.property];
    case 'unary':
      return [expression.operand];
    case 'binary':
    case 'coalesce':
      return [expression.left, expression.right];
    case 'logical':
      return expression.operands;
    case 'between':
      return [expression.value, expression.low, expression.high];
    case 'in':
      return [expression.value, ...expression.list];
    case 'like':
      return [expression.value, expression.pattern, ...(expression.escapeBy ? [expression.escapeBy] : [])];
    case 'conditional':
      return [expression.test, expression.yes, expression.no];
    case 'call':
      return expression.parameters;
    case 'object':
      return expression.properties.map(({ value }) => value);
    case 'array':
      return expression.elements;
    default:
      return [];
  }
}

export const isAggregate = (expression: Expression): boolean =>
  expression.kind === 'call' && !expression.udf && findAggregate(expression.name) !== undefined;

/** Whether an aggregate stands anywhere in the expression (not inside its subqueries). */
export const hasAggregate = (expression: Expression): boolean =>
  isAggregate(expression) || childrenOf(expression).some(hasAggregate);

/**
 * A grouped query may select only aggregates, what it groups by, and what depends on neither.
 * @throws CosmosError 400
 */
export function checkGrouping({ selection, groupBy, orderBy }: Query): void {
  if (groupBy.length > 0 && orderBy.length > 0)
    throw badRequest("'ORDER BY' is not supported in presence of GROUP BY.");
  if (selection.kind === 'all') throw badRequest("'SELECT *' is not allowed with GROUP BY or aggregates.");
  const keys = new Set(groupBy.map(textOf));
  const check = (expression: Expression): void => {
    if (keys.has(textOf(expression)) || isAggregate(expression)) return;
    if (expression.kind === 'alias')
      throw badRequest(
        `Property reference '${expression.name}' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.`,
      );
    for (const child of childrenOf(expression)) check(child);
  };
  const selected =
    selection.kind === 'value' ? [selection.expression] : selection.items.map((item) => item.expression);
  for (const expression of selected) check(expression);
}
