import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { isAlive } from './singleton';

const processId = randomUUID();

/** Names one function of this process in the leases it holds: machine, process, a random id for the process, function. */
export function leaseOwner(functionName: string): string {
  return [hostname(), process.pid, processId, functionName].join('/');
}

/**
 * Whether the owner certainly is no more: a process of this machine that has ended. The real host has to wait until the lease
 * expires; on one machine there is no need to, and a restarted stack goes on at once.
 */
export function isGone(owner: string): boolean {
  const [machine, pid, ownerProcessId] = owner.split('/');
  if (machine !== hostname()) return false;
  return Number(pid) === process.pid ? ownerProcessId !== processId : !isAlive(Number(pid));
}
