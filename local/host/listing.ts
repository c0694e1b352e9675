import type { HostFunction } from './functions';
import { type HostOutput, paint } from './output';
import type { RouteTable } from './routeTable';

/** Lists the functions as Core Tools does: HTTP functions with methods and address, then the others with their trigger. */
export function listFunctions(
  output: HostOutput,
  functions: HostFunction[],
  routes: RouteTable,
  url: string,
): void {
  const shown = functions.filter((fn) => fn.errors.length === 0 && !fn.isDisabled);
  const isHttp = (fn: HostFunction): boolean => fn.trigger.type.toLowerCase() === 'httptrigger';
  output.line('');
  output.line(paint(output, 'bold', 'Functions:'));
  output.line('');
  for (const { fn, methods, template } of routes.routes) {
    if (fn.isDisabled) continue;
    const address = paint(output, 'green', `${url}/${template}`);
    output.line(`\t${paint(output, 'yellow', fn.name)}: [${methods.join(',')}] ${address}`);
    output.line('');
  }
  for (const fn of shown.filter((candidate) => !isHttp(candidate))) {
    output.line(`\t${paint(output, 'yellow', fn.name)}: ${fn.trigger.type}`);
    output.line('');
  }
  for (const fn of functions) {
    for (const error of fn.errors) {
      output.line(paint(output, 'red', `The '${fn.name}' function is in error: ${error}`));
    }
    if (fn.isDisabled) output.line(paint(output, 'yellow', `Function ${fn.name} is disabled.`));
  }
}
