/**
 * The library turns each request into a web `Request` and each answer into a web `Response`, of which most handlers use next to
 * nothing; building the two takes longer than all the rest of an invocation. While the library does so, and only then, it finds
 * these in their place: they hold the same arguments and make the real object when something is asked that needs it.
 */
const RealRequest = globalThis.Request;
const RealResponse = globalThis.Response;
const RealHeaders = globalThis.Headers;
const encoder = new TextEncoder();

const plainMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

class DeferredRequest {
  readonly #url: string;
  readonly #init: RequestInit;
  #headers: Headers | undefined;
  #real: Request | undefined;

  constructor(url: string, init: RequestInit) {
    this.#url = url;
    this.#init = init;
    // What the real one refuses or treats in its own way, it is left to.
    if (!plainMethods.has(init.method ?? '')) this.#real = new RealRequest(url, init);
  }

  get url(): string {
    return this.#real?.url ?? new URL(this.#url).href;
  }

  get method(): string {
    return this.#init.method ?? 'GET';
  }

  get headers(): Headers {
    this.#headers ??= this.#real?.headers ?? new RealHeaders(this.#init.headers);
    return this.#headers;
  }

  get body(): Request['body'] {
    return this.#request.body;
  }

  get bodyUsed(): boolean {
    return this.#real?.bodyUsed ?? false;
  }

  arrayBuffer(): Promise<ArrayBuffer> {
    return this.#request.arrayBuffer();
  }

  blob(): Promise<Blob> {
    return this.#request.blob();
  }

  formData(): Promise<FormData> {
    return this.#request.formData();
  }

  json(): Promise<unknown> {
    return this.#request.json();
  }

  text(): Promise<string> {
    return this.#request.text();
  }

  clone(): Request {
    return this.#request.clone();
  }

  get #request(): Request {
    this.#real ??= new RealRequest(this.#url, { ...this.#init, headers: this.headers });
    return this.#real;
  }
}

class DeferredResponse {
  readonly headers: Headers;

  constructor(
    readonly text: string,
    readonly status: number,
    headers: ResponseInit['headers'],
  ) {
    this.headers = new RealHeaders(headers);
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return encoder.encode(this.text).buffer as ArrayBuffer;
  }
}

/** Called with `new`, as a class is: a text of a usual status is put off, everything else is the real one's to judge. */
function ResponseInPlace(body: unknown, init: ResponseInit): object {
  const { status = 200, headers } = init;
  const isText = typeof body === 'string' || body === undefined || body === null;
  if (!isText || !Number.isInteger(status) || status < 200 || status > 599) {
    return new RealResponse(body as ConstructorParameters<typeof Response>[0], init);
  }
  const response = new DeferredResponse(body ?? '', status, headers);
  if (typeof body === 'string' && !response.headers.has('content-type')) {
    response.headers.set('content-type', 'text/plain;charset=UTF-8');
  }
  return response;
}

/** Runs the library's own code up to its first wait with the deferred classes in place. The app's code never sees them. */
export function withDeferredWeb<T>(work: () => T): T {
  globalThis.Request = DeferredRequest as unknown as typeof Request;
  globalThis.Response = ResponseInPlace as unknown as typeof Response;
  try {
    return work();
  } finally {
    globalThis.Request = RealRequest;
    globalThis.Response = RealResponse;
  }
}
