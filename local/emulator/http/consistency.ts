import { badRequest } from '../errors';

/** The account's consistency is Session; from strong to weak, what a request may ask for begins there. */
const levels = ['strong', 'boundedstaleness', 'session', 'consistentprefix', 'eventual'];
const accountLevel = levels.indexOf('session');

/**
 * Checks the consistency that a request asks for. It reads the latest state all the same.
 * @throws CosmosError 400 where it is stronger than the account's, or none
 */
export function requireConsistency(asked: string | undefined): void {
  if (!asked || levels.indexOf(asked.toLowerCase()) >= accountLevel) return;
  throw badRequest(
    `ConsistencyLevel ${asked} specified in the request is invalid when service is configured with consistency level Session. Ensure the request consistency level is not stronger than the service consistency level.`,
  );
}
