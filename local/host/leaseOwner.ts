import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { isAlive } from './singleton';

/** Names this process in the leases it holds: machine, process and a random id. */
export const leaseOwner = `${hostname()}/${process.pid}/${randomUUID()}`;

/**
 * Whether the owner certainly is no more: a process of this machine that has ended. The real host has to wait until the lease
 * expires; on one machine there is no need to, and a restarted stack goes on at once.
 */
export function isGone(owner: string): boolean {
  const [machine, pid] = owner.split('/');
  return (
    machine === hostname() && owner !== leaseOwner && (Number(pid) === process.pid || !isAlive(Number(pid)))
  );
}
