import type { IncomingCommit } from '../commit';
import type { DeliveryItem, PushFacts, Store } from '../store';

/** Cosmos DB refuses items above 2 MB. */
const partBytesMax = 1_500_000;
/** Leaves room beside the commits for what every part repeats. */
const filesChunkBytesMax = 1_300_000;

export interface Delivery {
  tenantId: string;
  /** The forge's own id of the delivery; the same again is a duplicate. */
  deliveryId: string;
  receivedAt: Date;
  push: PushFacts;
  commits: readonly IncomingCommit[];
}

/** Puts a delivery into the inbox. Once this returns, the delivery will be processed, whatever happens to this process. */
export async function receiveDelivery(store: Store, delivery: Delivery): Promise<'stored' | 'duplicate'> {
  await store.tenants.register(delivery.tenantId, delivery.receivedAt);
  return store.deliveries.add(partsOf(delivery));
}

/** A delivery in parts below the size of an item. A commit too large for one part continues in the next ones. */
export function partsOf(delivery: Delivery, bytesMax = partBytesMax): DeliveryItem[] {
  const { tenantId, deliveryId, push } = delivery;
  const groups: IncomingCommit[][] = [[]];
  let room = bytesMax;
  for (const { commit, bytes } of delivery.commits.flatMap((whole) =>
    chunksOf(whole, Math.min(bytesMax, filesChunkBytesMax)),
  )) {
    const size = bytes + 1;
    if (size > room && groups.at(-1)?.length) {
      groups.push([]);
      room = bytesMax;
    }
    groups.at(-1)?.push(commit);
    room -= size;
  }
  return groups.map((commits, part) => ({
    id: `part-${part}`,
    tenantId,
    deliveryId,
    part,
    parts: groups.length,
    event: 'push',
    status: 'pending',
    receivedAt: delivery.receivedAt.toISOString(),
    push,
    commits,
  }));
}

/** The commits of a delivery whose parts come in their order. */
export function commitsOfParts(parts: readonly Pick<DeliveryItem, 'commits'>[]): IncomingCommit[] {
  const commits: IncomingCommit[] = [];
  for (const commit of parts.flatMap((part) => part.commits)) {
    const last = commits.at(-1);
    if (last?.commitHash === commit.commitHash)
      commits[commits.length - 1] = { ...last, files: eachPathOnce([...last.files, ...commit.files]) };
    else commits.push(commit);
  }
  return commits;
}

/** Measured once: a large push has tens of megabytes. */
interface Chunk {
  commit: IncomingCommit;
  bytes: number;
}

/** A push may name one commit twice. */
function eachPathOnce(files: IncomingCommit['files']): IncomingCommit['files'] {
  return [...new Map(files.map((file) => [file.path, file])).values()];
}

function chunksOf(commit: IncomingCommit, bytesMax: number): Chunk[] {
  const whole = byteLength(commit);
  if (whole <= bytesMax) return [{ commit, bytes: whole }];
  const room = bytesMax - byteLength({ ...commit, files: [] });
  const chunks: IncomingCommit['files'][] = [[]];
  let used = 0;
  for (const file of commit.files) {
    const size = byteLength(file) + 1;
    if (used + size > room && chunks.at(-1)?.length) {
      chunks.push([]);
      used = 0;
    }
    chunks.at(-1)?.push(file);
    used += size;
  }
  return chunks.map((files) => {
    const chunk = { ...commit, files };
    return { commit: chunk, bytes: byteLength(chunk) };
  });
}

function byteLength(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
