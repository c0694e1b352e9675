import { endpoint, kindOf } from './endpoint';

export const healthReady = endpoint('healthReady', async ({ store, context }) => {
  try {
    await store.ping();
    return { jsonBody: { status: 'ok', parts: { cosmos: 'ok' } } };
  } catch (error) {
    context.warn('not ready', { part: 'cosmos', error: kindOf(error) });
    return {
      status: 503,
      headers: { 'retry-after': '5' },
      jsonBody: { status: 'unavailable', parts: { cosmos: 'unreachable' } },
    };
  }
});
