import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { IncomingCommit } from '../commit';
import type { DeliveryItem, PushFacts, Store } from '../store';

/** Cosmos DB refuses items above 2 MB. */
const partBytesMax = 1_500_000;
const pack = promisify(gzip);
const unpack = promisify(gunzip);

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
  return store.deliveries.add(await partsOf(delivery));
}

/**
 * A delivery in parts below the size of an item. What is too large for one is packed first: the paths of a large push repeat
 * themselves, and each byte that is written costs request units and time before the answer.
 */
export async function partsOf(delivery: Delivery, bytesMax = partBytesMax): Promise<DeliveryItem[]> {
  const { tenantId, deliveryId, push, commits } = delivery;
  const json = Buffer.from(JSON.stringify(commits));
  const pieces: Pick<DeliveryItem, 'commits' | 'packedCommits'>[] =
    json.length <= bytesMax
      ? [{ commits }]
      : inSlices((await pack(json, { level: 1 })).toString('base64'), bytesMax).map((packedCommits) => ({
          packedCommits,
        }));
  return pieces.map((piece, part) => ({
    id: `part-${part}`,
    tenantId,
    deliveryId,
    part,
    parts: pieces.length,
    event: 'push',
    status: 'pending',
    receivedAt: delivery.receivedAt.toISOString(),
    push,
    ...piece,
  }));
}

/** The commits of a delivery whose parts come in their order. */
export async function commitsOfParts(
  parts: readonly Pick<DeliveryItem, 'commits' | 'packedCommits'>[],
): Promise<readonly IncomingCommit[]> {
  const packed = parts.map(({ packedCommits = '' }) => packedCommits).join('');
  if (packed === '') return parts[0]?.commits ?? [];
  return JSON.parse((await unpack(Buffer.from(packed, 'base64'))).toString()) as IncomingCommit[];
}

function inSlices(text: string, length: number): string[] {
  return Array.from({ length: Math.ceil(text.length / length) }, (_, index) =>
    text.slice(index * length, (index + 1) * length),
  );
}
