import type { PhysicalRange } from './ranges';

interface Partitioned {
  ranges: PhysicalRange[];
  gone: string[];
}

const asNumber = (key: string): bigint => BigInt(`0x${key.padEnd(32, '0').slice(0, 32)}`);

/** The hex in the middle of a range. `FF` stands above every hash, which never passes `3FFF…`. */
function middle({ minInclusive, maxExclusive }: PhysicalRange): string {
  const low = minInclusive === '' ? 0n : asNumber(minInclusive);
  const high = maxExclusive === 'FF' ? asNumber('4') : asNumber(maxExclusive);
  return ((low + high) / 2n).toString(16).toUpperCase().padStart(32, '0');
}

const width = ({ minInclusive, maxExclusive }: PhysicalRange): bigint =>
  (maxExclusive === 'FF' ? asNumber('4') : asNumber(maxExclusive)) -
  (minInclusive === '' ? 0n : asNumber(minInclusive));

/**
 * Splits the widest ranges in two until there are `wanted`, as the service does when throughput grows. It never
 * merges. The halves name the ranges they come from; those ids are gone.
 */
export function splitRanges({ ranges, gone }: Partitioned, wanted: number): Partitioned {
  const now = [...ranges];
  const lost = [...gone];
  let nextId = Math.max(...[...ranges.map(({ id }) => id), ...gone].map(Number)) + 1;
  while (now.length < wanted) {
    const index = now.reduce((best, range, i) => (width(range) > width(now[best] ?? range) ? i : best), 0);
    const parent = now[index];
    if (!parent) break;
    const cut = middle(parent);
    const parents = [...parent.parents, parent.id];
    const left = { id: String(nextId), minInclusive: parent.minInclusive, maxExclusive: cut, parents };
    const right = { id: String(nextId + 1), minInclusive: cut, maxExclusive: parent.maxExclusive, parents };
    nextId += 2;
    now.splice(index, 1, left, right);
    lost.push(parent.id);
  }
  return { ranges: now, gone: lost };
}
