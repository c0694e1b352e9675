import type { Container, JSONObject, JSONValue } from '@azure/cosmos';
import pLimit from 'p-limit';
import type { LegalHold } from '../settings';
import { onStore, statusOf } from './faults';
import { Conditions, pages } from './query';

/** A container whose items expire, the path of the day that each of them has, and its partition key. */
interface Expiring {
  container: Container;
  date: 'commitDate' | 'auditDate' | 'digestDate';
  keyOf(item: HeldItem): string[];
}

interface HeldItem {
  id: string;
  tenantId: string;
  date: string;
}

type Days = Pick<LegalHold, 'startDate' | 'endDate'>;

const pageSize = 500;
const turnsMax = 5;

/**
 * Sets and takes back the time to live of single items, for a person who has the right to replace them. The app has it
 * in no part of the audit log and calls none of this.
 */
export class RetentionStore {
  private readonly expiring: Expiring[];
  private readonly parallel = pLimit(16);

  constructor(containers: { commits: Container; audit: Container; digests: Container }) {
    this.expiring = [
      { container: containers.commits, date: 'commitDate', keyOf: ({ tenantId, date }) => [tenantId, date] },
      { container: containers.audit, date: 'auditDate', keyOf: ({ tenantId, date }) => [tenantId, date] },
      { container: containers.digests, date: 'digestDate', keyOf: ({ tenantId }) => [tenantId] },
    ];
  }

  /** Keeps everything of a tenant in these days from expiring. Gives the number of items that were not kept before. */
  async hold(tenantId: string, { startDate, endDate }: Days): Promise<number> {
    return this.each(
      (date) =>
        new Conditions()
          .add('c.tenantId = ?', tenantId)
          .add(`c.${date} >= ? AND c.${date} <= ?`, startDate, endDate)
          .add('(NOT IS_DEFINED(c.ttl) OR c.ttl != -1)'),
      ({ ttl: _, ...item }) => ({ ...item, ttl: -1 }),
    );
  }

  /** Gives what is kept and lies in none of these days its container's time to live back, which begins anew. */
  async release(tenantId: string, held: readonly Days[]): Promise<number> {
    return this.each(
      (date) => {
        const conditions = new Conditions().add('c.tenantId = ?', tenantId).add('c.ttl = -1');
        for (const { startDate, endDate } of held)
          conditions.add(`NOT (c.${date} >= ? AND c.${date} <= ?)`, startDate, endDate);
        return conditions;
      },
      ({ ttl: _, ...item }) => item,
    );
  }

  private async each(
    conditionsOf: (date: Expiring['date']) => Conditions,
    change: (item: JSONObject) => JSONObject,
  ): Promise<number> {
    let changed = 0;
    for (const { container, date, keyOf } of this.expiring) {
      const spec = conditionsOf(date).query(`SELECT c.id, c.tenantId, c.${date} AS date`);
      for await (const page of pages<HeldItem>(container, spec, pageSize)) {
        const outcomes = page.map((item) =>
          this.parallel(() => rewrite(container, item.id, keyOf(item), change)),
        );
        changed += (await Promise.all(outcomes)).filter(Boolean).length;
      }
    }
    return changed;
  }
}

/** False where the item is gone, or kept being written by somebody else: the next run finds it. */
async function rewrite(
  container: Container,
  id: string,
  key: string[],
  change: (item: JSONObject) => JSONObject,
): Promise<boolean> {
  const partitionKey = key.length === 1 ? (key[0] as string) : key;
  for (let turn = 0; turn < turnsMax; turn++) {
    const { resource } = await onStore(() =>
      container.item(id, partitionKey).read<Record<string, JSONValue>>(),
    );
    if (!resource) return false;
    const condition = String(resource._etag);
    try {
      await onStore(() =>
        container
          .item(id, partitionKey)
          .replace(change(resource as JSONObject), { accessCondition: { type: 'IfMatch', condition } }),
      );
      return true;
    } catch (error) {
      if (![404, 412].includes(statusOf(error) ?? 0)) throw error;
    }
  }
  return false;
}
