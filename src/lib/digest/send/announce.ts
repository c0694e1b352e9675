import type { Clock } from '../../clock';
import type { Store } from '../../store';
import type { Announcement, DigestCommit } from '../digest';
import { type DigestChannel, openChannels } from '../makeDigest';
import { digestCommit, riskiest } from '../summary';

const shownMax = 20;

/**
 * Looks at what the audit log recorded since it last looked, and makes one announcement of the critical commits among it that nobody has
 * reviewed. The place it has come to and the announcement are written in one transaction, so each commit is announced
 * once, whoever else runs this at the same time. The first call begins at the end of the log: a history that was
 * taken in before is not news.
 */
export async function announceCritical(
  store: Store,
  tenantId: string,
  channels: readonly DigestChannel[],
  clock: Clock,
): Promise<Announcement | undefined> {
  const [cursor, head] = await Promise.all([
    store.digests.announced(tenantId),
    store.audit.latestHead(tenantId),
  ]);
  const sequence = head?.sequence ?? 0;
  if (cursor && cursor.sequence >= sequence) return undefined;
  const found = cursor ? await criticalBetween(store, tenantId, cursor.sequence, sequence) : [];
  const now = clock().toISOString();
  const id = `critical-${sequence}`;
  const announcement: Announcement | undefined =
    found.length === 0 || channels.length === 0
      ? undefined
      : {
          id,
          tenantId,
          digestDate: now.slice(0, 10),
          kind: 'announcement',
          createdAt: now,
          total: found.length,
          commits: riskiest(found, shownMax),
          ...openChannels(`${tenantId}/critical/${sequence}`, channels),
        };
  const isWritten = await store.digests.advance(tenantId, sequence, cursor, announcement);
  return isWritten ? announcement : undefined;
}

async function criticalBetween(
  store: Store,
  tenantId: string,
  after: number,
  upTo: number,
): Promise<DigestCommit[]> {
  const found: DigestCommit[] = [];
  for await (const hashes of store.audit.recordedBetween(tenantId, after, upTo)) {
    const commits = await store.commits.digested(tenantId, hashes);
    found.push(
      ...commits
        .filter(({ riskLevel, review }) => riskLevel === 'critical' && review === null)
        .map(digestCommit),
    );
  }
  return found;
}
