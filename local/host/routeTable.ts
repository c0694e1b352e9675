import { messageOf } from './errors';
import type { HostFunction } from './functions';
import { compileRoute, type RouteMatcher, splitPath } from './routeTemplate';

export interface HttpRoute {
  readonly fn: HostFunction;
  readonly bindingName: string;
  readonly methods: readonly string[];
  /** Prefix and route together, without a slash at either end. */
  readonly template: string;
  readonly authLevel: 'anonymous' | 'function' | 'admin';
}

export interface RouteMatch {
  route: HttpRoute;
  params: Record<string, string>;
}

const defaultMethods = ['GET', 'POST'];

/**
 * The routes of the app's HTTP functions. The first match in alphabetical order of the function names wins, however specific
 * the others are; the method is part of the match. Source: azure-functions-host, `WebScriptHostHttpRoutesManager.cs`.
 */
export class RouteTable {
  readonly routes: HttpRoute[] = [];
  readonly #matchers: { route: HttpRoute; matcher: RouteMatcher }[] = [];

  /** Functions whose route cannot be served get an error and are left out. */
  constructor(functions: HostFunction[], routePrefix: string) {
    for (const fn of functions) {
      if (fn.trigger.type.toLowerCase() !== 'httptrigger' || fn.errors.length > 0) continue;
      const route = routeOf(fn, routePrefix);
      const error = this.#conflict(route, fn);
      if (error) fn.errors.push(error);
      else this.#add(route);
    }
  }

  /** @param path as in the request line, without the query */
  match(method: string, path: string): RouteMatch | undefined {
    const segments = splitPath(path);
    for (const { route, matcher } of this.#matchers) {
      if (!route.methods.includes(method)) continue;
      const params = matcher(segments);
      if (params) return { route, params };
    }
    return undefined;
  }

  #add(route: HttpRoute): void {
    try {
      this.#matchers.push({ route, matcher: compileRoute(route.template) });
      this.routes.push(route);
    } catch (error) {
      route.fn.errors.push(`The route '${route.template}' is invalid: ${messageOf(error)}`);
    }
  }

  #conflict(route: HttpRoute, fn: HostFunction): string | undefined {
    const own = String(fn.trigger.route ?? fn.name);
    if (/^\/?(admin|runtime)/i.test(own))
      return 'The specified route conflicts with one or more built in routes.';
    const other = this.routes.find(
      ({ template, methods }) =>
        template.toLowerCase() === route.template.toLowerCase() &&
        methods.some((method) => route.methods.includes(method)),
    );
    return other && `The route specified conflicts with the route defined by function '${other.fn.name}'.`;
  }
}

function routeOf(fn: HostFunction, routePrefix: string): HttpRoute {
  const { trigger } = fn;
  const methods = trigger.methods as string[] | undefined;
  const template = [routePrefix, String(trigger.route ?? fn.name)].join('/');
  return {
    fn,
    bindingName: trigger.name,
    methods: methods?.length ? methods.map((method) => method.toUpperCase()) : defaultMethods,
    template: template.replace(/\/{2,}/g, '/').replace(/^\/|\/$/g, ''),
    authLevel: String(trigger.authLevel ?? 'anonymous').toLowerCase() as HttpRoute['authLevel'],
  };
}
