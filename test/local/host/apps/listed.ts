import { app, output } from '@azure/functions';

const handler = (): { body: string } => ({ body: process.env.VERSION ?? 'as built' });
app.http('zeta', { methods: ['GET'], route: 'same/{id}', handler });
app.http('alpha', { methods: ['GET', 'POST'], route: 'same/{id}', handler });
app.http('other', { methods: ['PUT'], route: 'same/{id}', handler });
app.http('%20', { handler });
app.http('host', { handler });
app.http('builtIn', { route: 'administrators', handler });
app.http('badRoute', { route: 'x/{id:nothing}', handler });
app.http('needsSetting', { route: '%MISSING%/x', handler });
app.http('withSetting', { route: '%PRESENT%/x', handler });
app.http('off', { handler });
app.http('slow', { handler: () => new Promise(() => undefined) });
app.http('writes', {
  extraOutputs: [output.cosmosDB({ connection: 'X', databaseName: 'd', containerName: 'c' })],
  handler,
});
app.timer('nightly', { schedule: '0 0 3 * * *', handler: () => undefined });
app.storageQueue('queued', { queueName: 'q', connection: 'X', handler: () => undefined });
app.cosmosDB('noConnection', {
  connection: 'NOT_SET',
  databaseName: 'd',
  containerName: 'c',
  handler: () => undefined,
});
app.cosmosDB('sameContainer', {
  connection: 'NOT_SET',
  databaseName: 'd',
  containerName: 'leases',
  handler: () => undefined,
});
