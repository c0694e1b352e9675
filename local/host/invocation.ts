import { randomUUID } from 'node:crypto';
import type { App, RegisteredFunction } from './app';
import type {
  CoreInvocationContext,
  InvocationRequest,
  InvocationResponse,
  RetryContext,
  TraceContext,
  TypedData,
} from './contract';
import { withDeferredWeb } from './deferredWeb';
import { WorkerError } from './errors';
import { readOnly } from './hooks';

export interface InvocationInput {
  /** Data of each binding, by the binding's name; the trigger's comes first. */
  inputData: { name: string; data: TypedData }[];
  triggerMetadata?: Record<string, TypedData>;
  /** W3C trace context of whoever caused the invocation, if anybody. */
  traceParent?: string;
  traceState?: string;
  retryContext?: RetryContext;
  invocationId?: string;
}

interface Outcome {
  inputs: unknown[];
  result: unknown;
  error: unknown;
}

/** A version, a trace id, a parent id and flags: https://www.w3.org/TR/trace-context/#traceparent-header */
const traceParentPattern = /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/;

/**
 * Runs one function once, in the real worker's order: arguments, preInvocation hooks, function, postInvocation hooks, response.
 * @throws whatever the function or a hook threw, unless a postInvocation hook cleared it.
 */
export async function invoke(
  app: App,
  fn: RegisteredFunction,
  input: InvocationInput,
): Promise<InvocationResponse> {
  if (!app.programmingModel) throw new WorkerError('The app has set no programming model.');
  const core = new InvocationCore(app, fn, invocationRequest(fn, input));
  const model = await app.programmingModel.getInvocationModel(core);
  const { context, inputs } = await deferring(app, () => model.getArguments());
  core.invocationContext = context;

  const before = { inputs, functionCallback: fn.callback };
  if (app.hooks.has('preInvocation')) await core.runHooks('preInvocation', before);

  const after: Outcome = { inputs: before.inputs, result: null, error: null };
  core.state = 'invocation';
  try {
    const running = model.invokeFunction(context, before.inputs, before.functionCallback);
    after.result = await (app.functionTimeoutMs === Number.POSITIVE_INFINITY
      ? running
      : within(app.functionTimeoutMs, fn, running));
  } catch (error) {
    after.error = error;
  }
  core.state = undefined;
  if (app.hooks.has('postInvocation')) await core.runHooks('postInvocation', after);
  if (after.error !== null && after.error !== undefined) throw after.error;
  return await deferring(app, () => model.getResponse(context, after.result));
}

/** A streamed answer needs the real `Response`; without streams the library's web objects can be put off. */
function deferring<T>(app: App, work: () => T): T {
  return app.workerUri === undefined ? withDeferredWeb(work) : work();
}

/**
 * Fails a function that runs longer than host.json's functionTimeout. The real host ends the whole worker process then; here
 * the function is left to itself.
 */
async function within<T>(timeoutMs: number, fn: RegisteredFunction, running: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const text = `Timeout value of ${timeoutMs / 1000} s exceeded by function '${fn.metadata.name}'.`;
    timer = setTimeout(() => reject(new Error(text)), Math.min(timeoutMs, 2 ** 31 - 1));
  });
  try {
    return await Promise.race([running, late]);
  } finally {
    clearTimeout(timer);
  }
}

function invocationRequest(fn: RegisteredFunction, input: InvocationInput): InvocationRequest {
  const { invocationId = randomUUID(), inputData, triggerMetadata = {}, retryContext } = input;
  const traceContext = childOf(invocationId, input.traceParent, input.traceState);
  return { invocationId, functionId: fn.id, inputData, triggerMetadata, traceContext, retryContext };
}

/** A new span in the caller's trace, or in a trace of its own. The ids are random because the UUIDs are. */
function childOf(invocationId: string, traceParent: string | undefined, traceState = ''): TraceContext {
  const spanId = invocationId.replaceAll('-', '').slice(0, 16);
  const known = traceParent === undefined ? null : traceParentPattern.exec(traceParent);
  const traceId = known?.[1] ?? randomUUID().replaceAll('-', '');
  return { traceParent: `00-${traceId}-${spanId}-${known?.[2] ?? '01'}`, traceState, attributes: {} };
}

/** What the programming model is given of an invocation. */
class InvocationCore implements CoreInvocationContext {
  readonly invocationId: string;
  readonly request: InvocationRequest;
  readonly metadata;
  readonly hookData: Record<string, unknown> = {};
  state: CoreInvocationContext['state'];
  invocationContext: unknown;
  readonly #app: App;

  constructor(app: App, fn: RegisteredFunction, request: InvocationRequest) {
    this.#app = app;
    this.invocationId = request.invocationId;
    this.request = request;
    this.metadata = fn.metadata;
  }

  log: CoreInvocationContext['log'] = (level, category, message) => {
    this.#app.log(level, category, message, {
      functionName: this.metadata.name,
      invocation: this,
      invocationContext: this.invocationContext,
      hookData: this.hookData,
    });
  };

  async runHooks(name: 'preInvocation' | 'postInvocation', properties: object): Promise<void> {
    const { hooks } = this.#app;
    const { hookData, invocationContext } = this;
    const shared = { hookData, appHookData: hooks.appHookData, invocationContext };
    this.state = `${name}Hooks`;
    try {
      await hooks.run(name, readOnly(properties, shared));
    } finally {
      this.state = undefined;
    }
  }
}
