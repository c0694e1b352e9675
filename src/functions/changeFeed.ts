import type { CosmosDBv4FunctionOptions } from '@azure/functions';
import { loadConfig } from '../lib/config';

/**
 * What the change-feed functions have in common. Each has leases of its own (its name is their prefix): with shared leases
 * each change would reach only one function. The retry policy has no end: without one the host passes a failed batch over.
 */
export function onChangesOf(container: string, name: string): Omit<CosmosDBv4FunctionOptions, 'handler'> {
  return {
    connection: 'COSMOS_CONNECTION',
    databaseName: loadConfig().cosmos.database,
    containerName: container,
    leaseContainerName: 'leases',
    leaseContainerPrefix: name,
    createLeaseContainerIfNotExists: false,
    startFromBeginning: true,
    feedPollDelay: 1_000,
    maxItemsPerInvocation: 100,
    retry: {
      strategy: 'exponentialBackoff',
      maxRetryCount: -1,
      minimumInterval: { seconds: 1 },
      maximumInterval: { minutes: 5 },
    },
  };
}
