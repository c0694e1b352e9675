import { app, type CosmosDBFunctionOptions, type InvocationContext } from '@azure/functions';

interface Item {
  id: string;
  fail?: number;
}

const common = {
  connection: 'COSMOS',
  databaseName: '%DATABASE%',
  containerName: 'items',
  feedPollDelay: 100,
  leaseAcquireInterval: 300,
  leaseRenewInterval: 500,
  leaseExpirationInterval: 3000,
} as const;

const wanted = new Set((process.env.FUNCTIONS ?? '').split(','));
function register(name: string, options: Partial<CosmosDBFunctionOptions<Item>>): void {
  if (!wanted.has(name)) return;
  const attempts = new Map<string, number>();
  const handler = (documents: Item[], context: InvocationContext): void => {
    const batch = documents.map(({ id }) => id).join(',');
    context.log(
      `batch ${batch} retry ${context.retryContext?.retryCount}/${context.retryContext?.maxRetryCount}`,
    );
    if (process.env.SHOW) context.log(`documents ${JSON.stringify(documents)}`);
    const attempt = (attempts.get(batch) ?? 0) + 1;
    attempts.set(batch, attempt);
    if (documents.some(({ fail = 0 }) => attempt <= fail))
      throw new Error(`failed ${batch}, attempt ${attempt}`);
  };
  app.cosmosDB(name, {
    ...common,
    leaseContainerPrefix: name,
    handler,
    ...options,
  } as CosmosDBFunctionOptions);
}

register('beginning', { startFromBeginning: true });
register('twoAtATime', { startFromBeginning: true, maxItemsPerInvocation: 2 });
register('now', {});
register('fromTime', { startFromTime: process.env.START_TIME });
register('one', { startFromBeginning: true, leaseContainerPrefix: 'shared' });
register('two', { startFromBeginning: true, leaseContainerPrefix: 'shared' });
register('single', { startFromBeginning: true, maxItemsPerInvocation: 1 });
register('fixed', {
  startFromBeginning: true,
  maxItemsPerInvocation: 1,
  retry: { strategy: 'fixedDelay', maxRetryCount: 2, delayInterval: 400 },
});
register('forever', {
  startFromBeginning: true,
  maxItemsPerInvocation: 1,
  retry: { strategy: 'exponentialBackoff', maxRetryCount: -1, minimumInterval: 1000, maximumInterval: 5000 },
});
register('makesLeases', {
  startFromBeginning: true,
  leaseContainerName: 'made',
  createLeaseContainerIfNotExists: true,
});
app.get('alive', () => ({ body: 'alive' }));
