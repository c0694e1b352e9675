/** The inline constraints of ASP.NET Core routes. They decide whether a value matches; they do not convert it. */
export type Constraint = (value: string) => boolean;

const int = /^[+-]?\d+$/;
const decimal = /^[+-]?(\d+(,\d+)*)?(\.\d*)?$/;
const float = /^[+-]?(\d+(,\d+)*)?(\.\d*)?(e[+-]?\d+)?$/i;

const plain: Record<string, Constraint> = {
  int: (value) => int.test(value) && within(BigInt(value), -(2n ** 31n), 2n ** 31n - 1n),
  long: (value) => int.test(value) && within(BigInt(value), -(2n ** 63n), 2n ** 63n - 1n),
  guid: (value) =>
    /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(value.replace(/^\{(.*)\}$|^\((.*)\)$/, '$1$2')),
  bool: (value) => /^(true|false)$/i.test(value),
  datetime: (value) => /\d/.test(value) && /[-/: ]/.test(value) && !Number.isNaN(Date.parse(value)),
  decimal: (value) => /\d/.test(value) && decimal.test(value),
  double: (value) => /\d/.test(value) && float.test(value),
  float: (value) => /\d/.test(value) && float.test(value),
  alpha: (value) => /^[a-z]*$/i.test(value),
  required: (value) => value.length > 0,
  file: (value) => isFileName(value),
  nonfile: (value) => !isFileName(value),
};

const withArguments: Record<string, (argument: string) => Constraint> = {
  length: (argument) => {
    const [least = 0, most = least] = argument.split(',').map(Number);
    return (value) => value.length >= least && value.length <= most;
  },
  minlength: (argument) => (value) => value.length >= Number(argument),
  maxlength: (argument) => (value) => value.length <= Number(argument),
  min: (argument) => (value) => int.test(value) && BigInt(value) >= BigInt(argument),
  max: (argument) => (value) => int.test(value) && BigInt(value) <= BigInt(argument),
  range: (argument) => {
    const [least = '0', most = '0'] = argument.split(',').map((part) => part.trim());
    return (value) => int.test(value) && within(BigInt(value), BigInt(least), BigInt(most));
  },
  regex: (argument) => {
    const pattern = new RegExp(argument, 'i');
    return (value) => pattern.test(value);
  },
};

/**
 * @param text one constraint as written, `guid` or `length(1,5)`
 * @throws Error for a constraint that ASP.NET Core does not know.
 */
export function parseConstraint(text: string): Constraint {
  const [, name = '', argument] = /^([^(]*)(?:\((.*)\))?$/s.exec(text) ?? [];
  const constraint =
    argument === undefined ? plain[name.toLowerCase()] : withArguments[name.toLowerCase()]?.(argument);
  if (!constraint) {
    throw new Error(`The constraint reference '${name}' could not be resolved to a type.`);
  }
  return constraint;
}

function within(value: bigint, least: bigint, most: bigint): boolean {
  return value >= least && value <= most;
}

function isFileName(value: string): boolean {
  const last = value.slice(value.lastIndexOf('/') + 1);
  return last.includes('.') && !last.endsWith('.');
}
