import type { Lease } from './leases';

/**
 * Which leases a host should take now so that all hosts end up with equal shares: those that nobody holds first, up to its
 * share; where there are none, one from the host that holds the most, if it holds more than its share.
 * Source: azure-cosmos-dotnet-v3, `EqualPartitionsBalancingStrategy.cs`.
 * @param held ids of the leases that the host holds already
 * @param isFree whether nobody holds the lease: no owner, or one that let it expire
 */
export function leasesToTake(
  leases: Lease[],
  owner: string,
  held: ReadonlySet<string>,
  isFree: (lease: Lease) => boolean,
): Lease[] {
  const free = leases.filter((lease) => !held.has(lease.id) && (lease.owner === owner || isFree(lease)));
  const byOwner = new Map<string, Lease[]>([[owner, []]]);
  for (const lease of leases) {
    if (lease.owner === null || free.includes(lease)) continue;
    byOwner.set(lease.owner, [...(byOwner.get(lease.owner) ?? []), lease]);
  }
  const share = Math.ceil(leases.length / byOwner.size);
  const needed = share - held.size;
  if (needed <= 0) return [];
  if (free.length > 0) return shuffle(free).slice(0, needed);
  const richest = [...byOwner.entries()]
    .filter(([other]) => other !== owner)
    .map(([, theirs]) => theirs)
    .sort((one, other) => other.length - one.length)[0];
  return richest && richest.length > share - (needed > 1 ? 1 : 0) ? richest.slice(0, 1) : [];
}

/** Hosts that look at the same moment would otherwise all reach for the same lease. */
function shuffle(leases: Lease[]): Lease[] {
  return leases
    .map((lease) => ({ lease, order: Math.random() }))
    .sort((one, other) => one.order - other.order)
    .map(({ lease }) => lease);
}
