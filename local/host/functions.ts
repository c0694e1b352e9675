import type { App, RegisteredFunction } from './app';
import type { Binding } from './contract';
import { messageOf } from './errors';
import { readSetting, resolvePercent } from './settings';

/** A function as the host runs it: its trigger with `%SETTINGS%` filled in, and why it cannot run, if so. */
export interface HostFunction {
  readonly name: string;
  readonly registered: RegisteredFunction;
  readonly trigger: Binding & { name: string };
  readonly isDisabled: boolean;
  /** Functions with errors are listed and not started. */
  readonly errors: string[];
}

const validName = /^[a-z][a-z0-9_-]{0,127}$/i;

/** The app's functions in the host's order: by name, ignoring case. */
export function describeFunctions(app: App): HostFunction[] {
  return [...app.functions.values()]
    .map(describe)
    .sort((one, other) => compareIgnoringCase(one.name, other.name));
}

/** Ordinal comparison in upper case, which is how the real host sorts and compares names. */
export function compareIgnoringCase(one: string, other: string): number {
  const [left, right] = [one.toUpperCase(), other.toUpperCase()];
  return left < right ? -1 : left > right ? 1 : 0;
}

function describe(registered: RegisteredFunction): HostFunction {
  const { name, bindings } = registered.metadata;
  const errors: string[] = [];
  const [triggerName, binding] =
    Object.entries(bindings).find(([, { type }]) => /trigger$/i.test(type)) ?? [];
  if (!triggerName || !binding) errors.push('The function has no trigger.');
  if (!validName.test(name) || name.toLowerCase() === 'host') {
    errors.push(
      `'${name}' is not a valid function name: a letter, then letters, digits, '_' or '-', 128 at most.`,
    );
  }
  for (const [bindingName, { type }] of Object.entries(bindings)) {
    const isAnswer = bindingName === '$return' && type.toLowerCase() === 'http';
    if (bindingName !== triggerName && !isAnswer)
      errors.push(`The binding type '${type}' is not supported here.`);
  }
  let trigger: Binding = { type: 'none', direction: 'in', ...binding };
  try {
    trigger = resolveBinding(trigger);
  } catch (error) {
    errors.push(messageOf(error));
  }
  return {
    name,
    registered,
    trigger: { ...trigger, name: triggerName ?? '' },
    isDisabled: isDisabled(name),
    errors,
  };
}

/** A connection is a setting's name by itself and takes no percent signs. */
function resolveBinding(binding: Binding): Binding {
  const resolved: Binding = { ...binding };
  for (const [key, value] of Object.entries(binding)) {
    if (typeof value === 'string' && !/connection$/i.test(key)) resolved[key] = resolvePercent(value);
  }
  return resolved;
}

function isDisabled(name: string): boolean {
  const value = readSetting(`AzureWebJobs.${name}.Disabled`) ?? readSetting(`AzureWebJobs_${name}_Disabled`);
  return value === '1' || value?.toLowerCase() === 'true';
}
