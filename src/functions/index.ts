// The entry of the app: tells the host of every function. What runs one is loaded with the first call, so that a cold start
// neither reads nor evaluates it before.
import { app } from '@azure/functions';
import './telemetry';
import { loadConfig } from '../lib/config';
import { onChangesOf } from './changeFeed';
import { type RouteName, routes } from './routes';

type Handlers = typeof import('./handlers');
const { cosmos, digestSchedule, gitHub } = loadConfig();

function later<A extends unknown[], R>(handlerIn: (handlers: Handlers) => (...call: A) => R) {
  return async (...call: A): Promise<Awaited<R>> => await handlerIn(await import('./handlers'))(...call);
}

for (const name of Object.keys(routes) as RouteName[]) {
  const { method, route } = routes[name];
  // Tokens say who calls; a platform key would be one more shared secret that does not.
  const options = { methods: [method], route, authLevel: 'anonymous' as const };
  app.http(name, { ...options, handler: later((handlers) => handlers[name]) });
}

app.cosmosDB('processDelivery', {
  ...onChangesOf('deliveries', 'processDelivery'),
  handler: later(({ processDelivery }) => processDelivery),
});
app.cosmosDB('auditCommit', {
  ...onChangesOf(cosmos.commitsContainer, 'auditCommit'),
  // Four full transactions of the audit log: of a hundred changes the last would need one of its own.
  maxItemsPerInvocation: 4 * 99,
  handler: later(({ auditCommit }) => auditCommit),
});
app.cosmosDB('auditSettings', {
  ...onChangesOf('tenants', 'auditSettings'),
  handler: later(({ auditSettings }) => auditSettings),
});

app.timer('dailyDigest', {
  schedule: digestSchedule,
  handler: later(({ dailyDigest }) => dailyDigest),
});
// Every minute: with the second or two that the audit log is behind, a critical commit is told within two minutes.
app.timer('sendMessages', {
  schedule: '0 * * * * *',
  handler: later(({ sendMessages }) => sendMessages),
});
// Without credentials there is nobody to ask.
if (gitHub.credentials !== undefined) {
  app.timer('enrichCommits', {
    schedule: '0 * * * * *',
    handler: later(({ enrichCommits }) => enrichCommits),
  });
  app.timer('redeliverWebhooks', {
    schedule: '0 */10 * * * *',
    handler: later(({ redeliverWebhooks }) => redeliverWebhooks),
  });
}

// A whole range as CSV or NDJSON must never be in memory at once. With this every HTTP handler returns a response object.
app.setup({ enableHttpStream: true });
