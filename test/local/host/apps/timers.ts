import { app, type InvocationContext, type Timer } from '@azure/functions';

function tell(timer: Timer, context: InvocationContext): void {
  context.log(`ran ${JSON.stringify({ ...timer, retry: context.retryContext?.retryCount })}`);
}

app.timer('everySecond', { schedule: '* * * * * *', handler: tell });
app.timer('daily', { schedule: '0 0 7 * * *', handler: tell });
app.timer('atStart', { schedule: '%YEARLY%', runOnStartup: true, handler: tell });
app.timer('unmonitored', { schedule: '0 0 7 * * *', useMonitor: false, handler: tell });
app.timer('invalid', { schedule: 'sometimes', handler: tell });

let failures = 0;
app.timer('retried', {
  schedule: '0 0 7 * * *',
  retry: { strategy: 'fixedDelay', delayInterval: 10, maxRetryCount: 5 },
  handler: (timer, context) => {
    if (failures++ < 2) throw new Error('not yet');
    tell(timer, context);
  },
});
