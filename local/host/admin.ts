import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import type { HostFunction } from './functions';
import { readBody } from './httpRequest';
import { answerEmpty } from './httpResponse';
import { keyOf } from './httpTrigger';
import type { Keys } from './keys';
import type { RouteTable } from './routeTable';

export interface AdminOptions {
  functions: HostFunction[];
  routes: RouteTable;
  keys: Keys;
  isAuthEnforced: boolean;
  /** Address of the host, as in `http://127.0.0.1:7071`. */
  url: string;
  /** Runs a timer or Cosmos DB function in the background with the input's text. */
  run(fn: HostFunction, input: string): void;
}

interface Answer {
  status: number;
  body?: unknown;
}

const notFound: Answer = { status: 404 };
const bodyBytesMax = 10_000_000;
const instanceId = randomUUID();

/** The `/admin` endpoints of the host that need no portal. Source: azure-functions-host, `Controllers`. */
export class Admin {
  readonly #options: AdminOptions;

  constructor(options: AdminOptions) {
    this.#options = options;
  }

  async handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<undefined> {
    const { status, body } = await this.#answer(request, path.toLowerCase().split('/').slice(2));
    if (body === undefined) answerEmpty(response, status);
    else answerJson(response, status, body);
  }

  async #answer(request: IncomingMessage, [area, ...rest]: string[]): Promise<Answer> {
    const isRead = request.method === 'GET';
    if (area === 'host' && rest[0] === 'ping') return { status: 200 };
    if (!this.#isAllowed(request)) return { status: 401 };
    if (area === 'host' && isRead) return this.#host(rest.join('/'));
    if (area === 'functions') return await this.#functions(request, isRead, rest);
    return notFound;
  }

  async #functions(request: IncomingMessage, isRead: boolean, [name, detail]: string[]): Promise<Answer> {
    const { functions } = this.#options;
    if (!name) return isRead ? { status: 200, body: functions.map((fn) => this.#describe(fn)) } : notFound;
    const fn = functions.find((candidate) => candidate.name.toLowerCase() === name);
    if (!fn) return notFound;
    if (isRead) return this.#read(fn, detail);
    return request.method === 'POST' && !detail ? await this.#run(request, fn) : notFound;
  }

  #isAllowed(request: IncomingMessage): boolean {
    const key = keyOf(request);
    return (
      !this.#options.isAuthEnforced || (key !== undefined && this.#options.keys.accessOf(key) === 'admin')
    );
  }

  #host(what: string): Answer {
    const { keys } = this.#options;
    if (what === 'status') return { status: 200, body: this.#status() };
    if (what === 'keys') return { status: 200, body: keyList(keys.hostKeys) };
    if (what === 'systemkeys/_master')
      return { status: 200, body: { name: '_master', value: keys.masterKey } };
    return notFound;
  }

  #read(fn: HostFunction, detail: string | undefined): Answer {
    if (!detail) return { status: 200, body: this.#describe(fn) };
    if (detail === 'status') return { status: 200, body: fn.errors.length > 0 ? { errors: fn.errors } : {} };
    if (detail === 'keys') return { status: 200, body: keyList(this.#options.keys.functionKeys(fn.name)) };
    return notFound;
  }

  /** 202 at once; the function runs in the background. A disabled function is run too, a broken one is not. */
  async #run(request: IncomingMessage, fn: HostFunction): Promise<Answer> {
    const body = await readBody(request, bodyBytesMax);
    if (!body) return { status: 413 };
    const sent = objectIn(body.toString('utf8'));
    if (!sent) return { status: 400 };
    if (fn.errors.length > 0) return notFound;
    this.#options.run(fn, typeof sent.input === 'string' ? sent.input : '');
    return { status: 202 };
  }

  #status(): object {
    return {
      id: hostname().toLowerCase(),
      state: 'Running',
      version: '4.1040.0',
      versionDetails: 'local',
      platformVersion: '',
      instanceId,
      computerName: hostname(),
      processUptime: Math.round(process.uptime() * 1000),
      functionAppContentEditingState: 'NotAllowed',
      extensionBundle: { id: 'Microsoft.Azure.Functions.ExtensionBundle', version: '4.38.0' },
    };
  }

  #describe(fn: HostFunction): object {
    const { url } = this.#options;
    const route = this.#options.routes.routes.find((candidate) => candidate.fn === fn);
    const bindings = Object.entries(fn.registered.metadata.bindings);
    return {
      name: fn.name,
      href: `${url}/admin/functions/${fn.name}`,
      config: { name: fn.name, bindings: bindings.map(([name, binding]) => ({ ...binding, name })) },
      isDisabled: fn.isDisabled,
      isDirect: true,
      isProxy: false,
      language: 'node',
      invoke_url_template: route && `${url}/${route.template}`,
    };
  }
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function keyList(keys: Record<string, string>): object {
  return { keys: Object.entries(keys).map(([name, value]) => ({ name, value })), links: [] };
}

function answerJson(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  const length = Buffer.byteLength(body);
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': length });
  response.end(body);
}
