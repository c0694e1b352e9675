import { gunzipSync, gzipSync } from 'node:zlib';
import type { Container } from '@azure/cosmos';
import type { TenantCounts } from './dayCounts';
import { onStore } from './faults';

/** Grows when what is kept changes: what another version kept is not read. */
const version = 1;
/** In the partition of no day; all that asks for commits asks for their hash, which this item lacks. */
const id = 'stats';
const keptSeconds = 30 * 86_400;
const bytesMax = 1_000_000;
const recentMax = 5_000;

interface SnapshotItem {
  id: string;
  tenantId: string;
  commitDate: string;
  version: number;
  ttl: number;
  /** JSON of the counts, compressed, base64. */
  counts: string;
}

/** Names come from people: none may be taken for a member that every object has. */
const withoutPrototype = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.assign(Object.create(null), value)
    : value;

/** The counts that some process kept last; what cannot be read counts as none. */
export async function loadCounts(container: Container, tenantId: string): Promise<TenantCounts | undefined> {
  const { resource } = await onStore(() => container.item(id, [tenantId, id]).read<SnapshotItem>());
  if (resource?.version !== version) return undefined;
  try {
    const text = gunzipSync(Buffer.from(resource.counts, 'base64')).toString();
    const { days, recent, ...counts } = JSON.parse(text, withoutPrototype);
    return { ...counts, days: new Map(days), recent: new Set(recent) };
  } catch {
    return undefined;
  }
}

/**
 * Keeps counts for processes that start later. Whichever comes last stands: any of them is right as of its own time. Counts too
 * many to keep, or that cannot be written, are made again by who needs them.
 */
export async function saveCounts(
  container: Container,
  tenantId: string,
  counts: TenantCounts,
): Promise<boolean> {
  if (counts.recent.size > recentMax) return false;
  const text = JSON.stringify({ ...counts, days: [...counts.days], recent: [...counts.recent] });
  const packed = gzipSync(text).toString('base64');
  if (packed.length > bytesMax) return false;
  const item: SnapshotItem = { id, tenantId, commitDate: id, version, ttl: keptSeconds, counts: packed };
  return onStore(() => container.items.upsert(item)).then(
    () => true,
    () => false,
  );
}
