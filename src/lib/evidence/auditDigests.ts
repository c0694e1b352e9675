import type { Clock } from '../clock';
import { sha256OfJson } from '../commit';
import type { DigestEnvelope, Store } from '../store';
import { appendAudit } from './appendAudit';

/** What the entry of a digest vouches for; what becomes of its messages later is not part of it. */
interface MadeDigest extends DigestEnvelope {
  createdAt: string;
  fromSequence: number;
  auditHead: { sequence: number; hash: string } | null;
  channels?: unknown;
  isOpen?: unknown;
  /** Of a legal hold. */
  ttl?: unknown;
}

/** As many as are ever made at once. */
const digestsMax = 32;

/**
 * Brings the latest digests into the log as `digest:<day>`, each once; one whose entry a crash has cut off gets it with the
 * next run.
 * @throws StoreUnavailable: run it again
 */
export async function auditDigests(store: Store, tenantId: string, clock: Clock): Promise<number> {
  const digests = (await store.digests.latest(tenantId, digestsMax)) as unknown as MadeDigest[];
  const changes = digests.reverse().map((digest) => ({
    tenantId,
    subject: `digest:${digest.digestDate}`,
    revision: 1,
    action: 'digest',
    actor: 'system',
    at: digest.createdAt,
    contentHash: contentHashOfDigest(digest),
    detail: {
      fromSequence: digest.fromSequence,
      ...(digest.auditHead && { toSequence: digest.auditHead.sequence, head: digest.auditHead.hash }),
    },
  }));
  return appendAudit(store, tenantId, changes, clock);
}

function contentHashOfDigest(digest: MadeDigest): string {
  const { channels: _, isOpen: __, ttl: ___, ...rest } = digest;
  return sha256OfJson(Object.fromEntries(Object.entries(rest).filter(([name]) => !name.startsWith('_'))));
}
