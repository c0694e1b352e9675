import { badRequest } from '../errors';
import { type JsonObject, setOwn } from '../json';
import { findAggregate } from './aggregates';
import type { Expression, Query } from './ast';
import { type AggregateSpec, type Evaluate, rootSlot, Scope } from './frame';
import { findFunction } from './functions';
import { compileLike } from './like';
import { memoise } from './memoise';
import { and, between, binaryOperators, negate, or, unaryOperators } from './operators';
import { equals, memberOf, type Value } from './values';

/** Where an expression stands: what it may name, and who collects its aggregates (nobody: they are refused). */
export interface CompileContext {
  scope: Scope;
  aggregates?: AggregateSpec[];
  /** Compiles a subquery to a function that gives its rows. */
  compileSubquery(query: Query, scope: Scope): (frame: Parameters<Evaluate>[0]) => Value[];
}

const like = memoise(500, (pattern: string, mark: string) => compileLike(pattern, mark || undefined));

/** Turns an expression into a closure. @throws CosmosError 400 for what cannot be resolved */
export function compileExpression(expression: Expression, context: CompileContext): Evaluate {
  const compile = (part: Expression): Evaluate => compileExpression(part, context);
  switch (expression.kind) {
    case 'literal': {
      const { value } = expression;
      return () => value;
    }
    case 'parameter':
      return compileParameter(expression.name);
    case 'alias': {
      const slot = context.scope.require(expression.name);
      return (frame) => frame.slots[slot];
    }
    case 'member':
      return (
        compileComputed(expression, context) ??
        compileMember(compile(expression.object), expression.property, compile)
      );
    case 'unary': {
      const operate = unaryOperators[expression.operator];
      const operand = compile(expression.operand);
      return (frame) => operate(operand(frame));
    }
    case 'binary': {
      const operate = binaryOperators[expression.operator];
      const left = compile(expression.left);
      const right = compile(expression.right);
      return (frame) => operate(left(frame), right(frame));
    }
    case 'logical':
      return (expression.operator === 'AND' ? and : or)(expression.operands.map(compile));
    case 'between': {
      const [value, low, high] = [
        compile(expression.value),
        compile(expression.low),
        compile(expression.high),
      ];
      return negatedIf(expression.negated, (frame) => between(value(frame), low(frame), high(frame)));
    }
    case 'in':
      return negatedIf(
        expression.negated,
        compileIn(compile(expression.value), expression.list.map(compile)),
      );
    case 'like':
      return negatedIf(expression.negated, compileLikeTest(expression, compile));
    case 'conditional': {
      const [test, yes, no] = [compile(expression.test), compile(expression.yes), compile(expression.no)];
      return (frame) => (test(frame) === true ? yes(frame) : no(frame));
    }
    case 'coalesce': {
      const [left, right] = [compile(expression.left), compile(expression.right)];
      return (frame) => {
        const value = left(frame);
        return value === undefined || value === null ? right(frame) : value;
      };
    }
    case 'call':
      return compileCall(expression, context);
    case 'object':
      return compileObject(expression.properties.map(({ name, value }) => [name, compile(value)]));
    case 'array': {
      const elements = expression.elements.map(compile);
      return (frame) => elements.map((element) => element(frame)).filter((value) => value !== undefined);
    }
    default:
      return compileSubqueryUse(expression, context);
  }
}

function compileParameter(name: string): Evaluate {
  return (frame) => {
    const value = frame.parameters.get(name);
    if (value === undefined && !frame.parameters.has(name))
      throw badRequest(`The query names the parameter '${name}', which is not given.`);
    return value;
  };
}

/** The value of a computed property, where the item itself is asked for one. It cannot name other computed ones. */
function compileComputed(
  { object, property }: Extract<Expression, { kind: 'member' }>,
  { scope, compileSubquery }: CompileContext,
): Evaluate | undefined {
  if (object.kind !== 'alias' || property.kind !== 'literal') return undefined;
  const computed = scope.computed.get(String(property.value));
  if (!computed || scope.find(object.name) !== rootSlot) return undefined;
  const own = new Scope(scope.layout);
  own.declare(computed.alias, rootSlot);
  return compileExpression(computed.expression, { scope: own, compileSubquery });
}

function compileMember(
  object: Evaluate,
  property: Expression,
  compile: (part: Expression) => Evaluate,
): Evaluate {
  if (property.kind === 'literal') {
    const name = property.value;
    return (frame) => memberOf(object(frame), name);
  }
  const name = compile(property);
  return (frame) => memberOf(object(frame), name(frame));
}

const negatedIf = (negated: boolean, evaluate: Evaluate): Evaluate =>
  negated ? (frame) => negate(evaluate(frame)) : evaluate;

const compileIn =
  (value: Evaluate, list: Evaluate[]): Evaluate =>
  (frame) => {
    const wanted = value(frame);
    let result: Value = false;
    for (const element of list) {
      const same = equals(wanted, element(frame));
      if (same === true) return true;
      if (same === undefined) result = undefined;
    }
    return result;
  };

function compileLikeTest(
  { value, pattern, escapeBy }: Extract<Expression, { kind: 'like' }>,
  compile: (part: Expression) => Evaluate,
): Evaluate {
  const [text, form] = [compile(value), compile(pattern)];
  const mark = escapeBy ? compile(escapeBy) : () => '';
  return (frame) => {
    const [subject, shape, char] = [text(frame), form(frame), mark(frame)];
    if (typeof subject !== 'string' || typeof shape !== 'string' || typeof char !== 'string')
      return undefined;
    if (char.length > 1) throw badRequest('The ESCAPE of LIKE must be one character.');
    return like(shape, char)(subject);
  };
}

const compileObject =
  (properties: [string, Evaluate][]): Evaluate =>
  (frame) => {
    const object: JsonObject = {};
    for (const [name, evaluate] of properties) {
      const value = evaluate(frame);
      if (value !== undefined) setOwn(object, name, value);
    }
    return object;
  };

function compileCall(call: Extract<Expression, { kind: 'call' }>, context: CompileContext): Evaluate {
  if (call.udf) throw badRequest(`The user-defined function '${call.name}' does not exist.`);
  const start = findAggregate(call.name);
  if (start) return compileAggregate(call, start, context);
  const known = findFunction(call.name);
  if (!known) throw badRequest(`'${call.name.slice(0, 100)}' is not a recognized built-in function name.`);
  const count = call.parameters.length;
  if (count < known.min || count > known.max)
    throw badRequest(`The ${call.name} function requires ${known.min} to ${known.max} argument(s).`);
  const inner = call.parameters.map((parameter) => compileExpression(parameter, context));
  return (frame) =>
    known.call(
      inner.map((evaluate) => evaluate(frame)),
      { nowMs: frame.nowMs, root: frame.slots[rootSlot] },
    );
}

function compileAggregate(
  call: Extract<Expression, { kind: 'call' }>,
  start: AggregateSpec['start'],
  context: CompileContext,
): Evaluate {
  const { aggregates } = context;
  const [argument] = call.parameters;
  if (!aggregates) throw badRequest(`The aggregate ${call.name} cannot be used here.`);
  if (!argument || call.parameters.length > 1)
    throw badRequest(`The ${call.name} function requires 1 argument.`);
  const index = aggregates.length;
  aggregates.push({ start, argument: compileExpression(argument, { ...context, aggregates: undefined }) });
  return (frame) => frame.aggregates[index];
}

function compileSubqueryUse(
  expression: Extract<Expression, { kind: 'exists' | 'arrayQuery' | 'scalarQuery' }>,
  context: CompileContext,
): Evaluate {
  const rows = context.compileSubquery(expression.query, context.scope);
  if (expression.kind === 'exists') return (frame) => rows(frame).length > 0;
  if (expression.kind === 'arrayQuery') return rows;
  return (frame) => {
    const values = rows(frame);
    if (values.length > 1)
      throw badRequest('The cardinality of a scalar subquery result set cannot be greater than one.');
    return values[0];
  };
}
