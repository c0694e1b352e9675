import fc from 'fast-check';
import { leasesToTake } from '../../../local/host/leaseBalance';
import type { Lease } from '../../../local/host/leases';

const lease = (id: string, owner: string | null): Lease => ({
  id,
  owner,
  feedRange: { minInclusive: '', maxExclusive: 'FF' },
  continuationToken: null,
  renewedAt: '2026-01-01T00:00:00Z',
});
const held = (leases: Lease[], owner: string): Set<string> =>
  new Set(leases.filter((one) => one.owner === owner).map(({ id }) => id));
const isFree = (one: Lease): boolean => one.owner === null;
const take = (leases: Lease[], owner = 'me', free = isFree): string[] =>
  leasesToTake(leases, owner, held(leases, owner), free).map(({ id }) => id);

it('takes everything while it is alone', () => {
  expect(take([lease('a', null), lease('b', null)]).sort()).toEqual(['a', 'b']);
});

it('takes its share of what is free beside another host', () => {
  expect(take([lease('a', 'other'), lease('b', null), lease('c', null), lease('d', null)])).toHaveLength(2);
});

it('takes nothing more once it has its share', () => {
  expect(take([lease('a', 'me'), lease('b', 'other')])).toEqual([]);
});

it('takes one lease at a time from the host that holds more than its share', () => {
  expect(take([lease('a', 'other'), lease('b', 'other'), lease('c', 'third')])).toHaveLength(1);
});

it('leaves a single lease with the host that holds it', () => {
  expect(take([lease('a', 'other')])).toEqual([]);
});

it('takes over what a dead host held', () => {
  expect(take([lease('a', 'dead')], 'me', (one) => one.owner === 'dead')).toEqual(['a']);
});

it('takes up a lease again that is its own and is not being read', () => {
  expect(leasesToTake([lease('a', 'me')], 'me', new Set(), isFree).map(({ id }) => id)).toEqual(['a']);
});

it('ends with every lease held and no host more than one ahead, whoever begins', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 5 }), (leaseCount, hostCount) => {
      const leases = Array.from({ length: leaseCount }, (_, index) => lease(`l${index}`, null));
      for (let round = 0; round < 40; round++) {
        const owner = `h${round % hostCount}`;
        for (const id of take(leases, owner)) {
          const taken = leases.find((one) => one.id === id);
          if (taken) taken.owner = owner;
        }
      }
      const counts = Array.from({ length: hostCount }, (_, index) => held(leases, `h${index}`).size);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(leaseCount);
      if (leaseCount >= hostCount) expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }),
  );
});
