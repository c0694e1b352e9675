import { encodeNumberV1 } from './effectiveKey';
import type { PartitionKeyDefinition } from './partitionKey';

/** A physical partition: the half-open range of effective keys (upper-case hex) that it holds. */
export interface PhysicalRange {
  id: string;
  minInclusive: string;
  maxExclusive: string;
  /** The ranges it was split from, oldest first. */
  parents: string[];
}

/** One physical partition serves at most this many request units a second (a documented limit). */
const ruPerPhysicalPartition = 10_000;

export const physicalPartitionsFor = (ruPerSecond: number): number =>
  Math.max(1, Math.ceil(ruPerSecond / ruPerPhysicalPartition));

/** Where to cut the key space so that `share` (0 to 1) of the hashes lie below. */
function boundary(share: number, { kind, version }: PartitionKeyDefinition): string {
  if (kind === 'Hash' && version !== 2)
    return encodeNumberV1(Math.floor(share * 2 ** 32))
      .toString('hex')
      .toUpperCase();
  const scale = 2n ** 40n;
  const cut = (((1n << 126n) - 1n) * BigInt(Math.round(share * Number(scale)))) / scale;
  return cut.toString(16).toUpperCase().padStart(32, '0');
}

/** Equal physical partitions from `""` to `"FF"` without a gap. */
export function initialRanges(count: number, definition: PartitionKeyDefinition): PhysicalRange[] {
  return Array.from({ length: count }, (_, index) => ({
    id: String(index),
    minInclusive: index === 0 ? '' : boundary(index / count, definition),
    maxExclusive: index === count - 1 ? 'FF' : boundary((index + 1) / count, definition),
    parents: [],
  }));
}

/** Whether an effective key, or a range of them, touches a half-open range. */
export const contains = (range: { minInclusive: string; maxExclusive: string }, key: string): boolean =>
  range.minInclusive <= key && key < range.maxExclusive;
