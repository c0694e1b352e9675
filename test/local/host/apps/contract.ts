import { app, type HookContext, type PostInvocationContext } from '@azure/functions';

/** Registered by hand as well, to see what the worker's own module does. */
declare const require: (id: string) => {
  version: string;
  hostVersion: string;
  registerHook(name: string, callback: () => void): void;
  registerFunction(metadata: object, callback: () => void): void;
  getProgrammingModel(): { name: string };
  Disposable: {
    new (callback: () => void): { dispose(): void };
    from(...all: object[]): { dispose(): void };
  };
};
const core = require('@azure/functions-core');

const happened: string[] = [];
app.hook.appStart((context: HookContext) => {
  context.hookData.startedAt = 'start';
  happened.push('appStart');
});
app.hook.appTerminate((context: HookContext) => {
  process.stdout.write(`terminated, after ${context.hookData.startedAt}\n`);
});
app.hook.preInvocation((context) => {
  happened.push(`pre ${context.invocationContext.functionName}`);
  context.hookData.seen = true;
  if (context.invocationContext.functionName === 'refused') throw new Error('refused by a hook');
  if (context.invocationContext.functionName === 'wrapped') {
    const { functionHandler } = context;
    context.functionHandler = async (...args) => ({ jsonBody: ['wrapped', await functionHandler(...args)] });
  }
  const { hookData } = context;
  try {
    (context as { hookData: object }).hookData = {};
  } catch (error) {
    hookData.refusal = (error as Error).message;
  }
});
app.hook.postInvocation((context: PostInvocationContext) => {
  happened.push(`post ${context.invocationContext.functionName} ${context.hookData.seen}`);
  if (context.invocationContext.functionName === 'healed') {
    context.error = null;
    context.result = { body: 'healed' };
  }
  if (context.invocationContext.functionName === 'replaced') context.result = { body: 'replaced' };
});
app.hook.log((context) => {
  if (context.message.includes('secret')) context.message = context.message.replace('secret', '[redacted]');
  if (context.message.includes('lower me')) context.level = 'debug';
});

app.get('happened', () => ({ jsonBody: happened }));
app.get('refused', () => ({ body: 'never' }));
app.get('wrapped', () => ({ body: 'inner' }));
app.get('healed', () => {
  throw new Error('to be cleared');
});
app.get('replaced', () => ({ body: 'original' }));
app.get('talks', (_request, context) => {
  context.log('a secret word');
  context.debug('not shown');
  context.warn('lower me');
  context.error('loud');
  return { body: '' };
});
app.get('module', () => {
  const disposed: string[] = [];
  const one = new core.Disposable(() => disposed.push('one'));
  core.Disposable.from(one, new core.Disposable(() => disposed.push('two'))).dispose();
  one.dispose();
  const attempt = (what: () => void): object => {
    try {
      what();
      return {};
    } catch (error) {
      const { name, message, isAzureFunctionsSystemError } = error as Error & {
        isAzureFunctionsSystemError?: boolean;
      };
      return { name, message, isAzureFunctionsSystemError };
    }
  };
  return {
    jsonBody: {
      version: core.version,
      hostVersion: core.hostVersion,
      model: core.getProgrammingModel().name,
      disposed,
      late: attempt(() => core.registerFunction({ name: 'late', bindings: {} }, () => undefined)),
      unknownHook: attempt(() => core.registerHook('unknown', () => undefined)),
      lateSetup: attempt(() => app.setup({ enableHttpStream: true })),
    },
  };
});
app.get('environment', () => ({
  jsonBody: {
    given: process.env.GIVEN,
    file: process.env.FROM_FILE,
    both: process.env.BOTH,
    empty: process.env.EMPTY,
    environment: process.env.AZURE_FUNCTIONS_ENVIRONMENT,
    hostname: process.env.WEBSITE_HOSTNAME,
    sql: process.env['ConnectionStrings:Sql'],
    nothing: process.env.NOTHING ?? null,
  },
}));
