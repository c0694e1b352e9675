import type { Binding } from './contract';

/** The options of a Cosmos DB trigger, defaults filled in; times in ms. */
export interface CosmosTriggerOptions {
  connection: string;
  databaseName: string;
  containerName: string;
  leaseConnection: string;
  leaseDatabaseName: string;
  leaseContainerName: string;
  leaseContainerPrefix: string;
  createLeaseContainer: boolean;
  leasesContainerThroughput: number | undefined;
  feedPollDelayMs: number;
  leaseAcquireIntervalMs: number;
  leaseExpirationIntervalMs: number;
  leaseRenewIntervalMs: number;
  maxItemCount: number;
  /** Where to begin while there is no lease: the beginning, a time, or (undefined) when the host starts. */
  startFrom: 'beginning' | Date | undefined;
  preferredLocations: string;
}

/**
 * @throws Error in the host's words for a binding that cannot work.
 */
export function readCosmosOptions(binding: Binding): CosmosTriggerOptions {
  const connection = required(binding, 'connection');
  const databaseName = required(binding, 'databaseName');
  const options: CosmosTriggerOptions = {
    connection,
    databaseName,
    containerName: required(binding, 'containerName'),
    leaseConnection: text(binding, 'leaseConnection') ?? connection,
    leaseDatabaseName: text(binding, 'leaseDatabaseName') ?? databaseName,
    leaseContainerName: text(binding, 'leaseContainerName') ?? 'leases',
    leaseContainerPrefix: text(binding, 'leaseContainerPrefix') ?? '',
    createLeaseContainer: binding.createLeaseContainerIfNotExists === true,
    leasesContainerThroughput: Number(binding.leasesContainerThroughput) || undefined,
    feedPollDelayMs: positive(binding.feedPollDelay, 5000),
    leaseAcquireIntervalMs: positive(binding.leaseAcquireInterval, 13_000),
    leaseExpirationIntervalMs: positive(binding.leaseExpirationInterval, 60_000),
    leaseRenewIntervalMs: positive(binding.leaseRenewInterval, 17_000),
    maxItemCount: positive(binding.maxItemsPerInvocation, 100),
    startFrom: startFrom(binding),
    preferredLocations: text(binding, 'preferredLocations') ?? '',
  };
  if (
    options.connection === options.leaseConnection &&
    options.databaseName === options.leaseDatabaseName &&
    options.containerName === options.leaseContainerName
  ) {
    throw new Error('The monitored container cannot be the same as the container storing the leases.');
  }
  if (binding.changeFeedMode && binding.changeFeedMode !== 'LatestVersion') {
    throw new Error(`The changeFeedMode '${binding.changeFeedMode}' is not supported here.`);
  }
  return options;
}

function startFrom(binding: Binding): 'beginning' | Date | undefined {
  const time = text(binding, 'startFromTime');
  if (time && binding.startFromBeginning === true) {
    throw new Error('Only one of StartFromBeginning or StartFromTime can be used');
  }
  if (!time) return binding.startFromBeginning === true ? 'beginning' : undefined;
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) {
    throw new Error(
      "The specified StartFromTime parameter is not in the correct format. Please use the ISO 8601 format with the UTC designator. For example: '2021-02-16T14:19:29Z'.",
    );
  }
  return at;
}

function required(binding: Binding, name: string): string {
  const value = text(binding, name);
  if (!value) throw new Error(`The Cosmos DB trigger has no '${name}'.`);
  return value;
}

function text(binding: Binding, name: string): string | undefined {
  const value = binding[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function positive(value: unknown, otherwise: number): number {
  return Number(value) > 0 ? Number(value) : otherwise;
}
