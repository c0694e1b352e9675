import type { Container, ItemResponse, JSONObject } from '@azure/cosmos';
import { type Stored, sha256OfJson } from '../commit';
import { StoreUnavailable } from '../errors';
import { defaultRiskPolicy, type RiskPolicy } from '../risk';
import { defaultTenantSettings, riskPolicyOf, type TenantSettings } from '../settings';
import { onStore, statusOf } from './faults';
import type { TenantItem } from './tenants';

/** One change of a tenant's settings. The change feed shows the latest version only, so the item carries them all. */
export interface SettingsChange {
  /** From 1, without gaps. */
  revision: number;
  actor: string;
  /** Our clock. */
  at: string;
  /** Of the settings as this change left them. */
  contentHash: string;
  /** The parts that changed. */
  changed: string[];
}

export interface SettingsRecord {
  settings: TenantSettings;
  revision: number;
  updatedAt: string;
  updatedBy: string;
  contentHash: string;
  changes: SettingsChange[];
}

/** The registry item of a tenant, where settings were ever made. */
interface TenantWithSettings extends TenantItem {
  settings?: SettingsRecord;
}

export interface SettingsWrite {
  settings: TenantSettings;
  actor: string;
  /** Our clock. */
  at: string;
  /** The revision that the writer looked at; any where absent. */
  revision?: number | undefined;
}

/** `changed`: the settings are not the revision that was looked at any more. */
export type SettingsOutcome = { kind: 'written' | 'unchanged'; record: SettingsRecord } | { kind: 'changed' };

const turnsMax = 8;
const cachedMsMax = 10_000;
const cachedTenantsMax = 2_000;

/** What each tenant has set, in its item of the registry; every version is kept beside it. */
export class SettingsStore {
  private readonly cache = new Map<string, { until: number; settings: Promise<TenantSettings> }>();
  private readonly policies = new WeakMap<TenantSettings, RiskPolicy>();

  constructor(private readonly container: Container) {}

  /** The record as it is now; undefined where nothing was ever set. */
  async get(tenantId: string): Promise<SettingsRecord | undefined> {
    return (await this.item(tenantId))?.settings;
  }

  /** The settings to work by, or the defaults; a change reaches every process within 10 seconds. */
  of(tenantId: string): Promise<TenantSettings> {
    const now = Date.now();
    const cached = this.cache.get(tenantId);
    if (cached && cached.until > now) return cached.settings;
    if (this.cache.size >= cachedTenantsMax) this.cache.clear();
    const settings = this.get(tenantId).then((record) => record?.settings ?? defaultTenantSettings);
    this.cache.set(tenantId, { until: now + cachedMsMax, settings });
    // A failure is the caller's to see, and nobody's to remember.
    settings.catch(() => this.cache.delete(tenantId));
    return settings;
  }

  /**
   * The risk policy of a tenant. Where its own part does not fit any more (a later version of this app asks for more), the
   * default scores on: nothing that was pushed may wait for somebody to mend settings.
   */
  async policyOf(tenantId: string): Promise<RiskPolicy> {
    const settings = await this.of(tenantId);
    const known = this.policies.get(settings);
    if (known) return known;
    const policy = mergedPolicy(settings);
    this.policies.set(settings, policy);
    return policy;
  }

  /**
   * Sets all of a tenant's settings, as one more change of its record; the same again writes nothing. The version is filed
   * before it takes effect, under a name made of its content, so a crash between leaves at most a version that never was.
   */
  async put(tenantId: string, write: SettingsWrite): Promise<SettingsOutcome> {
    for (let turn = 0; turn < turnsMax; turn++) {
      const item = await this.item(tenantId);
      const previous = item?.settings;
      if (write.revision !== undefined && write.revision !== (previous?.revision ?? 0))
        return { kind: 'changed' };
      const record = next(previous, write);
      if (record.contentHash === previous?.contentHash) return { kind: 'unchanged', record: previous };
      const tenant: TenantItem = item ?? { id: tenantId, createdAt: write.at };
      await onStore(() => this.container.items.upsert(version(tenantId, record)));
      if (await this.replace({ ...tenant, settings: record }, item?._etag)) {
        this.cache.delete(tenantId);
        return { kind: 'written', record };
      }
    }
    throw new StoreUnavailable(1, new Error('The settings kept changing'));
  }

  /** The record as one change left it; undefined where there was no such change. */
  async version(tenantId: string, revision: number): Promise<SettingsRecord | undefined> {
    const record = await this.get(tenantId);
    const change = record?.changes.find((one) => one.revision === revision);
    if (!record || !change) return undefined;
    const id = versionId(tenantId, change);
    const { resource } = await onStore(() => this.container.item(id, id).read<{ version: TenantSettings }>());
    const { actor, at, contentHash } = change;
    const changes = record.changes.slice(0, revision);
    return (
      resource && {
        settings: resource.version,
        revision,
        updatedAt: at,
        updatedBy: actor,
        contentHash,
        changes,
      }
    );
  }

  private async item(tenantId: string): Promise<Stored<TenantWithSettings> | undefined> {
    const answer: ItemResponse<Stored<TenantWithSettings>> = await onStore(() =>
      this.container.item(tenantId, tenantId).read<Stored<TenantWithSettings>>(),
    );
    return answer.resource;
  }

  /** False where somebody else wrote the item in the meantime. */
  private async replace(tenant: TenantWithSettings, etag: string | undefined): Promise<boolean> {
    try {
      await onStore(() =>
        etag === undefined
          ? this.container.items.create(tenant)
          : this.container
              .item(tenant.id, tenant.id)
              .replace(tenant, { accessCondition: { type: 'IfMatch', condition: etag } }),
      );
      return true;
    } catch (error) {
      if ([404, 409, 412].includes(statusOf(error) ?? 0)) return false;
      throw error;
    }
  }
}

function next(previous: SettingsRecord | undefined, write: SettingsWrite): SettingsRecord {
  const { actor, at } = write;
  // Whoever does not speak of holds releases none.
  const holds = write.settings.holds ?? previous?.settings.holds;
  const settings = holds === undefined ? write.settings : { ...write.settings, holds };
  const contentHash = sha256OfJson(settings);
  const revision = (previous?.revision ?? 0) + 1;
  const before = previous?.settings ?? defaultTenantSettings;
  const changed = (Object.keys(settings) as (keyof TenantSettings)[]).filter(
    (part) => sha256OfJson(settings[part] ?? null) !== sha256OfJson(before[part] ?? null),
  );
  const change = { revision, actor, at, contentHash, changed };
  return {
    settings,
    revision,
    updatedAt: at,
    updatedBy: actor,
    contentHash,
    changes: [...(previous?.changes ?? []), change],
  };
}

/** No tenant id has a colon, so a version is never taken for a tenant. */
const versionId = (tenantId: string, { revision, contentHash }: SettingsChange | SettingsRecord) =>
  `${tenantId}:settings:${revision}:${contentHash.slice(0, 16)}`;

function version(tenantId: string, record: SettingsRecord): JSONObject {
  const { settings, revision, contentHash, updatedAt, updatedBy } = record;
  return {
    id: versionId(tenantId, record),
    versionOf: tenantId,
    revision,
    contentHash,
    updatedAt,
    updatedBy,
    version: settings as unknown as JSONObject,
  };
}

function mergedPolicy(settings: TenantSettings): RiskPolicy {
  try {
    return riskPolicyOf(settings);
  } catch {
    return defaultRiskPolicy;
  }
}
