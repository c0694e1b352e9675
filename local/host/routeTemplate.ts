import { type Constraint, parseConstraint } from './routeConstraints';

interface Parameter {
  name: string;
  constraints: Constraint[];
  isOptional: boolean;
  isCatchAll: boolean;
  defaultValue: string | undefined;
}

type Part = string | Parameter;

/** One path segment: a literal, one parameter, or literals and parameters in a row (`v{major}.{minor}`). */
interface Segment {
  literal?: string;
  parameter?: Parameter;
  pattern?: RegExp;
  parameters: Parameter[];
}

/** Answers the route's parameters for a path, or undefined where it does not match. */
export type RouteMatcher = (segments: readonly string[]) => Record<string, string> | undefined;

/**
 * Compiles an ASP.NET Core route template: `{id}`, `{id?}`, `{id=5}`, `{*rest}`, `{id:int:min(1)}`, braces in a regex doubled.
 * Letters match in either case. The matcher takes the path's segments as `splitPath` gives them.
 * Source: https://learn.microsoft.com/aspnet/core/fundamentals/routing#route-templates
 * @throws Error saying what is wrong with the template.
 */
export function compileRoute(template: string): RouteMatcher {
  const segments = parseSegments(template);
  return (values) => match(segments, values);
}

/**
 * The segments of a request path, percent-decoded. An encoded slash stays encoded and what is no valid encoding stays as it
 * is, as in the real host. A slash at the end makes no segment.
 */
export function splitPath(path: string): string[] {
  const trimmed = path.slice(1, path.endsWith('/') ? -1 : undefined);
  if (trimmed === '') return [];
  const segments = trimmed.split('/');
  return trimmed.includes('%') ? segments.map(decodeSegment) : segments;
}

function decodeSegment(segment: string): string {
  return segment
    .split(/(%2f)/i)
    .map((part, index) => {
      if (index % 2 === 1 || !part.includes('%')) return part;
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    })
    .join('');
}

function match(segments: Segment[], values: readonly string[]): Record<string, string> | undefined {
  const found: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const { parameter } = segment;
    if (parameter?.isCatchAll) {
      return bind(found, parameter, values.slice(index).join('/')) ? found : undefined;
    }
    const value = values[index];
    if (segment.literal !== undefined) {
      if (value?.toLowerCase() !== segment.literal) return undefined;
    } else if (parameter) {
      if (!bind(found, parameter, value ?? '')) return undefined;
    } else if (!bindAll(found, segment, value ?? '')) {
      return undefined;
    }
  }
  return values.length > segments.length ? undefined : found;
}

function bind(found: Record<string, string>, parameter: Parameter, value: string): boolean {
  if (value === '') {
    if (parameter.defaultValue !== undefined) found[parameter.name] = parameter.defaultValue;
    return parameter.isOptional || parameter.isCatchAll || parameter.defaultValue !== undefined;
  }
  for (const constraint of parameter.constraints) if (!constraint(value)) return false;
  found[parameter.name] = value;
  return true;
}

function bindAll(found: Record<string, string>, segment: Segment, value: string): boolean {
  const captured = segment.pattern?.exec(value);
  if (!captured) return false;
  return segment.parameters.every((parameter, index) => bind(found, parameter, captured[index + 1] ?? ''));
}

function parseSegments(template: string): Segment[] {
  const segments: Segment[] = [];
  const names = new Set<string>();
  for (const parts of split(template)) {
    const parameters = parts.filter((part) => typeof part !== 'string');
    for (const { name } of parameters) {
      if (names.has(name.toLowerCase()))
        throw new Error(`The route parameter name '${name}' appears more than one time.`);
      names.add(name.toLowerCase());
    }
    const [first] = parts;
    if (parts.length > 1) segments.push({ parameters, pattern: patternOf(parts) });
    else if (typeof first === 'string') segments.push({ parameters, literal: first.toLowerCase() });
    else segments.push({ parameters, parameter: first });
  }
  const misplaced = segments.slice(0, -1).some((segment) => segment.parameter?.isCatchAll);
  if (misplaced)
    throw new Error('A catch-all parameter can only appear as the last segment of the route template.');
  return segments;
}

/** A dot before an optional last parameter goes with it: `{name}.{ext?}` matches `report`. */
function patternOf(parts: Part[]): RegExp {
  let source = '';
  for (const [index, part] of parts.entries()) {
    const next = parts[index + 1];
    if (typeof part === 'string') {
      const endsOptionally = typeof next === 'object' && next.isOptional && index === parts.length - 2;
      source += endsOptionally ? `(?:${escapeLiteral(part)}(.+))?` : escapeLiteral(part);
    } else if (!(part.isOptional && index === parts.length - 1)) {
      source += index === parts.length - 1 ? '(.+)' : '(.+?)';
    }
  }
  return new RegExp(`^${source}$`, 'i');
}

function escapeLiteral(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Cuts the template into segments of literals and parameters; a slash within braces belongs to a regex. */
function split(template: string): Part[][] {
  const segments: Part[][] = [];
  let parts: Part[] = [];
  let literal = '';
  const endLiteral = (): void => {
    if (literal) parts.push(literal);
    literal = '';
  };
  const endSegment = (): void => {
    endLiteral();
    if (parts.length > 0) segments.push(parts);
    parts = [];
  };
  for (let at = 0; at < template.length; at++) {
    const character = template[at];
    if (character === '/') {
      endSegment();
    } else if (character === '{' && template[at + 1] !== '{') {
      endLiteral();
      const end = endOfParameter(template, at + 1);
      parts.push(parseParameter(template.slice(at + 1, end)));
      at = end;
    } else {
      if (character === '{' || character === '}') at++;
      literal += character;
    }
  }
  endSegment();
  return segments;
}

function endOfParameter(template: string, start: number): number {
  for (let at = start; at < template.length; at++) {
    const isDoubled = template[at + 1] === template[at];
    if (template[at] === '{' || template[at] === '}') {
      if (isDoubled) at++;
      else if (template[at] === '}') return at;
    }
  }
  throw new Error(`There is an incomplete parameter in the route template '${template}'.`);
}

function parseParameter(text: string): Parameter {
  const [, stars = '', name = '', rest = ''] = /^(\*{0,2})([^:=?]*)(.*)$/s.exec(text) ?? [];
  if (name === '') throw new Error(`The route parameter '{${text}}' has no name.`);
  const [constraints, tail] = splitConstraints(rest);
  return {
    name,
    constraints: constraints.map((constraint) =>
      parseConstraint(constraint.replaceAll('{{', '{').replaceAll('}}', '}')),
    ),
    isCatchAll: stars !== '',
    isOptional: tail === '?',
    defaultValue: tail.startsWith('=') ? tail.slice(1) : undefined,
  };
}

/** `:int:range(1,5)?` is two constraints and a tail; within brackets nothing ends a constraint. */
function splitConstraints(text: string): [string[], string] {
  const constraints: string[] = [];
  let depth = 0;
  let start = -1;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (depth === 0 && (character === ':' || character === '?' || character === '=')) {
      if (start >= 0) constraints.push(text.slice(start, at));
      start = at + 1;
      if (character !== ':') return [constraints, text.slice(at)];
    }
  }
  if (start >= 0) constraints.push(text.slice(start));
  return [constraints, ''];
}
