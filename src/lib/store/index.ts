import type { CosmosClient } from '@azure/cosmos';
import type { Config } from '../config';
import { loadConfig } from '../config';
import { AccessStore } from './accesses';
import { AuditStore } from './audit';
import { createCosmosClient } from './client';
import { CommitStore } from './commits';
import { DeliveryStore } from './deliveries';
import { type DigestEnvelope, DigestStore } from './digests';
import { onStore } from './faults';
import { RefStore } from './refs';
import { RetentionStore } from './retention';
import { SettingsStore } from './settings';
import { StatsStore } from './stats';
import { TenantStore } from './tenants';

export { type AccessItem, accessId } from './accesses';
export { createCosmosClient } from './client';
export type {
  CommitFilter,
  CommitPosition,
  CommitWrite,
  DigestedCommit,
  WriteOutcome,
  WrittenCommit,
} from './commits';
export { sinceDay, sinceDays } from './commits';
export { type ContainerDefinition, containerDefinitions, type IndexingPolicy } from './containers';
export { type Counts, type DayCounts, sumCounts } from './dayCounts';
export type { DeliveryItem, DeliveryStatus, EnrichmentItem, PushFacts } from './deliveries';
export type { DigestEnvelope, DigestListing } from './digests';
export type { RefChange, RefGap, RefItem, SeenPush } from './refs';
export { RetentionStore } from './retention';
export type { SettingsChange, SettingsOutcome, SettingsRecord, SettingsStore } from './settings';
export type { TenantItem } from './tenants';
export { metered, type StoreUsage } from './usage';

/** Typed reads and writes of every container, on one client. */
export interface Store {
  commits: CommitStore;
  deliveries: DeliveryStore;
  refs: RefStore;
  audit: AuditStore;
  accesses: AccessStore;
  digests: DigestStore<DigestEnvelope>;
  tenants: TenantStore;
  settings: SettingsStore;
  stats: StatsStore;
  /** Throws `StoreUnavailable`, or what Cosmos DB says, where the database cannot be read. */
  ping(): Promise<void>;
}

export function createStore(
  client: CosmosClient,
  cosmos: Pick<Config['cosmos'], 'database' | 'commitsContainer'>,
): Store {
  const database = client.database(cosmos.database);
  const commits = database.container(cosmos.commitsContainer);
  return {
    commits: new CommitStore(commits),
    deliveries: new DeliveryStore(database.container('deliveries')),
    refs: new RefStore(database.container('deliveries')),
    audit: new AuditStore(database.container('audit')),
    accesses: new AccessStore(database.container('deliveries')),
    digests: new DigestStore(database.container('digests')),
    tenants: new TenantStore(database.container('tenants')),
    settings: new SettingsStore(database.container('tenants')),
    stats: new StatsStore(commits),
    ping: async () => {
      await onStore(() => commits.read());
    },
  };
}

/** What a person needs to apply legal holds with rights that the app does not have. */
export function createRetentionStore(
  client: CosmosClient,
  cosmos: Pick<Config['cosmos'], 'database' | 'commitsContainer'>,
): { settings: SettingsStore; retention: RetentionStore } {
  const database = client.database(cosmos.database);
  const retention = new RetentionStore({
    commits: database.container(cosmos.commitsContainer),
    audit: database.container('audit'),
    digests: database.container('digests'),
  });
  return { settings: new SettingsStore(database.container('tenants')), retention };
}

let store: Store | undefined;

/** The one store of this process, on its one client, made with the first call. */
export function getStore(): Store {
  const { cosmos } = loadConfig();
  store ??= createStore(createCosmosClient(cosmos), cosmos);
  return store;
}
