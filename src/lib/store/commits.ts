import { BulkOperationType, type Container, type OperationInput } from '@azure/cosmos';
import pLimit from 'p-limit';
import { addDays, type CommitItem, join, type OverflowItem, overflowId, type Stored, split } from '../commit';
import { StoreUnavailable } from '../errors';
import { traceOfNow } from '../telemetry';
import { onStore, statusOf, transact } from './faults';
import { allRows, Conditions, pages } from './query';

/** A new record, or the next version of one (`etag` of the version it was made from). */
export interface CommitWrite {
  commit: CommitItem;
  etag: string | undefined;
}

/** Of a batch the store tells the version of each item and no more. */
export type WrittenCommit = CommitItem & Partial<Stored<object>> & Pick<Stored<object>, '_etag'>;

/** `conflict`: somebody else wrote the commit in the meantime; read it again and merge. */
export type WriteOutcome =
  | { kind: 'written'; item: WrittenCommit }
  | { kind: 'conflict' }
  /** The store will never take this item as it is: larger than 2 MB even without its files, or not well-formed. */
  | { kind: 'refused'; status: number }
  | { kind: 'unavailable'; error: StoreUnavailable };

export interface CommitFilter {
  tenantId: string;
  /** Inclusive, YYYY-MM-DD. */
  startDate: string;
  endDate: string;
  repository?: string | undefined;
  author?: string | undefined;
  minRisk?: number | undefined;
  level?: string | undefined;
  compliance?: string | undefined;
  review?: string | undefined;
  /** Changed by our clock at or after this instant. */
  updatedSince?: string | undefined;
}

/** What a digest needs to know of a commit. */
export type DigestedCommit = Pick<
  CommitItem,
  | 'commitHash'
  | 'commitDate'
  | 'message'
  | 'author'
  | 'repositories'
  | 'riskScore'
  | 'riskLevel'
  | 'riskFactors'
  | 'compliance'
  | 'review'
  | 'createdAt'
  | 'source'
>;

const digestedFields =
  'c.commitHash, c.commitDate, c.message, c.author, c.repositories, c.riskScore, c.riskLevel, c.riskFactors, c.compliance, c.review, c.createdAt, c.source';

/** Where a page ended: the sort values of its last commit. */
export interface CommitPosition {
  timestamp: string;
  commitHash: string;
}

/** The same of a page in the order of risk. */
export interface RiskPosition extends CommitPosition {
  riskScore: number;
}

/** A batch holds at most 100 operations and 2 MB. */
const batchOperationsMax = 100;
const batchBytesMax = 1_800_000;
const hashesAQuery = 500;
/** Items a page, where many are asked for; Cosmos DB ends a page at 4 MB before that. */
const pageSize = 500;
/** Any day that a commit can have. */
const dateFirst = '0000-01-01';
const dateLast = '9999-12-31';

export class CommitStore {
  private readonly parallel = pLimit(32);

  constructor(private readonly container: Container) {}

  /** The commits that exist among these, whole, by hash; one query for up to 500. */
  async find(tenantId: string, commitHashes: readonly string[]): Promise<Map<string, Stored<CommitItem>>> {
    const chunks: string[][] = [];
    for (let from = 0; from < commitHashes.length; from += hashesAQuery)
      chunks.push(commitHashes.slice(from, from + hashesAQuery));
    const rows = await Promise.all(
      chunks.map((hashes) => {
        const spec = new Conditions().add('c.tenantId = ?', tenantId).addIn('c.id', hashes).query('SELECT *');
        return allRows<Stored<CommitItem>>(this.container, spec, { maxItemCount: pageSize });
      }),
    );
    // Two writers that first saw a hash with two dates have made two items; until they are one again, everybody
    // takes the same one of them.
    const first = new Map<string, Stored<CommitItem>>();
    for (const item of rows.flat()) {
      const other = first.get(item.commitHash);
      if (!other || isBefore(item, other)) first.set(item.commitHash, item);
    }
    const found = await Promise.all([...first.values()].map((item) => this.whole(item)));
    return new Map(found.map((item) => [item.commitHash, item]));
  }

  /** One commit, or undefined. */
  async get(tenantId: string, commitHash: string): Promise<Stored<CommitItem> | undefined> {
    return (await this.find(tenantId, [commitHash])).get(commitHash);
  }

  /**
   * Writes each commit unless somebody else did in the meantime. Commits of one day share a transactional batch; a batch
   * that fails is taken apart, so that one commit never stops another. The outcomes come in the order of the writes.
   */
  async write(untraced: readonly CommitWrite[]): Promise<WriteOutcome[]> {
    const trace = traceOfNow();
    const writes = untraced.map(({ commit, etag }) => ({ commit: { ...commit, ...trace }, etag }));
    const outcomes = new Array<WriteOutcome>(writes.length);
    const groups = await Promise.all(
      batches(writes).map((group) =>
        this.parallel(async () => {
          const results =
            group.length > 1 ? await this.writeTogether(group.map(({ write }) => write)) : undefined;
          return group.map(({ index, write }, position) => ({ index, write, outcome: results?.[position] }));
        }),
      ),
    );
    await Promise.all(
      groups.map(async (group) => {
        const results = group[0]?.outcome
          ? group.map(({ outcome }) => outcome)
          : await this.writeEach(group.map(({ write }) => write));
        for (const [position, { index }] of group.entries())
          outcomes[index] = results[position] as WriteOutcome;
      }),
    );
    return outcomes;
  }

  /** One by one; where the store is out of reach for the first, the others are spared the wait. */
  private async writeEach([first, ...rest]: readonly CommitWrite[]): Promise<WriteOutcome[]> {
    if (!first) return [];
    const outcome = await this.parallel(() => this.writeAlone(first));
    if (outcome.kind === 'unavailable') return [outcome, ...rest.map(() => outcome)];
    return [
      outcome,
      ...(await Promise.all(rest.map((write) => this.parallel(() => this.writeAlone(write))))),
    ];
  }

  /** Undefined where the batch as a whole did not happen. */
  private async writeTogether(group: readonly CommitWrite[]): Promise<WriteOutcome[] | undefined> {
    const [first] = group;
    if (!first) return [];
    const operations = group.map(
      ({ commit, etag }): OperationInput =>
        etag === undefined
          ? { operationType: BulkOperationType.Create, resourceBody: asBody(commit) }
          : {
              operationType: BulkOperationType.Replace,
              id: commit.id,
              resourceBody: asBody(commit),
              ifMatch: etag,
            },
    );
    try {
      const { tenantId, commitDate } = first.commit;
      const results = await transact(this.container, operations, [tenantId, commitDate]);
      return group.map(({ commit }, position) => ({
        kind: 'written',
        item: { ...commit, _etag: results[position]?.eTag ?? '' },
      }));
    } catch {
      // The single writes that follow tell what is the matter, commit by commit.
      return undefined;
    }
  }

  private async writeAlone({ commit, etag }: CommitWrite): Promise<WriteOutcome> {
    const { item, overflow } = split(commit);
    const key = [item.tenantId, item.commitDate];
    try {
      // The overflow first: a commit that can be read always has all its files.
      for (const part of overflow) await onStore(() => this.container.items.upsert(part));
      const { resource } = await onStore(() =>
        etag === undefined
          ? this.container.items.create(item)
          : this.container
              .item(item.id, key)
              .replace(item, { accessCondition: { type: 'IfMatch', condition: etag } }),
      );
      return { kind: 'written', item: { ...(resource as unknown as Stored<CommitItem>), ...files(commit) } };
    } catch (error) {
      const status = statusOf(error);
      if (status === 409 || status === 412 || (status === 404 && etag !== undefined))
        return { kind: 'conflict' };
      if (status === 400 || status === 413) return { kind: 'refused', status };
      if (error instanceof StoreUnavailable) return { kind: 'unavailable', error };
      throw error;
    }
  }

  /** Newest first, after `position` where one is given; files beyond the first item are left out. */
  list(filter: CommitFilter, limit: number, position?: CommitPosition): Promise<Stored<CommitItem>[]> {
    const spec = filtered(filter, position).query(
      'SELECT *',
      `ORDER BY c.tenantId ASC, c.timestamp DESC, c.commitHash ASC OFFSET 0 LIMIT ${limit}`,
    );
    return allRows(this.container, spec, { maxItemCount: limit });
  }

  /** The same in the same order, all of it, a page at a time. */
  listAll(filter: CommitFilter): AsyncGenerator<Stored<CommitItem>[]> {
    const spec = filtered(filter, undefined).query(
      'SELECT *',
      'ORDER BY c.tenantId ASC, c.timestamp DESC, c.commitHash ASC',
    );
    return pages(this.container, spec, pageSize);
  }

  /** A page of all commits of a tenant, whole, newest first, after `position` where one is given. */
  async walk(tenantId: string, limit: number, position?: CommitPosition): Promise<Stored<CommitItem>[]> {
    const page = await this.list({ tenantId, startDate: dateFirst, endDate: dateLast }, limit, position);
    return Promise.all(page.map((item) => this.whole(item)));
  }

  /** Riskiest first, after `position` where one is given: made, or first seen, since a day. */
  highRisk(
    tenantId: string,
    threshold: number,
    since: { date: string; instant: string },
    limit: number,
    position?: RiskPosition,
  ): Promise<Stored<CommitItem>[]> {
    const spec = highRisk(tenantId, threshold, since, position).query(
      'SELECT *',
      `${riskiestFirst} OFFSET 0 LIMIT ${limit}`,
    );
    return allRows(this.container, spec, { maxItemCount: limit });
  }

  /** The same in the same order, all of it, a page at a time. */
  allHighRisk(
    tenantId: string,
    threshold: number,
    since: { date: string; instant: string },
  ): AsyncGenerator<Stored<CommitItem>[]> {
    return pages(
      this.container,
      highRisk(tenantId, threshold, since).query('SELECT *', riskiestFirst),
      pageSize,
    );
  }

  /** What the change feed's reader needs of these commits: their own history. The first seen come first. */
  async changesOf(
    tenantId: string,
    commitHashes: readonly string[],
  ): Promise<Pick<CommitItem, 'commitHash' | 'commitDate' | 'createdAt' | 'changes'>[]> {
    const spec = commitsOf(tenantId)
      .addIn('c.id', commitHashes)
      .query('SELECT c.commitHash, c.commitDate, c.createdAt, c.changes');
    const rows = await allRows<Pick<CommitItem, 'commitHash' | 'commitDate' | 'createdAt' | 'changes'>>(
      this.container,
      spec,
      { maxItemCount: pageSize },
    );
    return rows.sort((a, b) => (isBefore(a, b) ? -1 : 1));
  }

  /** Every item of one commit, whole, the first one first: one, or two where two writers saw it first with two dates. */
  async itemsOf(tenantId: string, commitHash: string): Promise<Stored<CommitItem>[]> {
    const spec = commitsOf(tenantId).add('c.id = ?', commitHash).query('SELECT *');
    const items = await allRows<Stored<CommitItem>>(this.container, spec);
    items.sort((a, b) => (isBefore(a, b) ? -1 : 1));
    return Promise.all(items.map((item) => this.whole(item)));
  }

  /** Takes one item of a commit away that has another. False where it has changed since it was read. */
  async removeTwin(item: Stored<CommitItem>): Promise<boolean> {
    try {
      await onStore(() =>
        this.container.item(item.id, [item.tenantId, item.commitDate]).delete({
          accessCondition: { type: 'IfMatch', condition: item._etag },
        }),
      );
      return true;
    } catch (error) {
      if (statusOf(error) === 404) return true;
      if (statusOf(error) === 412) return false;
      throw error;
    }
  }

  /** What a digest shows of these commits; at most 250. */
  digested(tenantId: string, commitHashes: readonly string[]): Promise<DigestedCommit[]> {
    const spec = commitsOf(tenantId).addIn('c.id', commitHashes).query(`SELECT ${digestedFields}`);
    return allRows(this.container, spec);
  }

  /** High and critical commits without a review: how many, since when the first of them is known, and the riskiest. */
  async unreviewed(
    tenantId: string,
    limit: number,
  ): Promise<{ total: number; oldestAt: string | null; commits: DigestedCommit[] }> {
    const waiting = () =>
      commitsOf(tenantId).addIn('c.riskLevel', ['high', 'critical']).add('IS_NULL(c.review)');
    const [totals, oldest, commits] = await Promise.all([
      allRows<number>(this.container, waiting().query('SELECT VALUE COUNT(1)')),
      allRows<string | undefined>(this.container, waiting().query('SELECT VALUE MIN(c.createdAt)')),
      allRows<DigestedCommit>(
        this.container,
        waiting().query(
          `SELECT ${digestedFields}`,
          `ORDER BY c.tenantId ASC, c.riskScore DESC, c.timestamp DESC, c.commitHash ASC OFFSET 0 LIMIT ${limit}`,
        ),
      ),
    ]);
    return { total: totals[0] ?? 0, oldestAt: oldest[0] ?? null, commits };
  }

  /** Every commit of a tenant, whole, in the order of their hashes, a page at a time. */
  async *everything(tenantId: string): AsyncGenerator<Stored<CommitItem>[]> {
    const spec = commitsOf(tenantId).query('SELECT *', 'ORDER BY c.commitHash ASC');
    const items = pages<Stored<CommitItem>>(this.container, spec, 500);
    for await (const page of items) yield Promise.all(page.map((item) => this.whole(item)));
  }

  private async whole(item: Stored<CommitItem>): Promise<Stored<CommitItem>> {
    const { filesOverflow } = item;
    if (!filesOverflow) return item;
    const parts = await Promise.all(
      Array.from({ length: filesOverflow.items }, (_, number) =>
        onStore(() =>
          this.container
            .item(overflowId(item.commitHash, filesOverflow.sha256, number), [item.tenantId, item.commitDate])
            .read<OverflowItem>(),
        ),
      ),
    );
    return join(
      item,
      parts.flatMap(({ resource }) => (resource ? [resource] : [])),
    );
  }
}

type FirstSeen = Pick<CommitItem, 'createdAt' | 'commitDate'>;

function isBefore(a: FirstSeen, b: FirstSeen): boolean {
  return a.createdAt === b.createdAt ? a.commitDate < b.commitDate : a.createdAt < b.createdAt;
}

function commitsOf(tenantId: string): Conditions {
  return new Conditions().add('c.tenantId = ?', tenantId).add('IS_DEFINED(c.commitHash)');
}

const riskiestFirst = 'ORDER BY c.tenantId ASC, c.riskScore DESC, c.timestamp DESC, c.commitHash ASC';

function highRisk(
  tenantId: string,
  threshold: number,
  since: { date: string; instant: string },
  position?: RiskPosition,
): Conditions {
  const conditions = commitsOf(tenantId)
    .add('c.riskScore >= ?', threshold)
    .add('(c.commitDate >= ? OR c.createdAt >= ?)', since.date, since.instant);
  if (!position) return conditions;
  const { riskScore, timestamp, commitHash } = position;
  return conditions
    .add('c.riskScore <= ?', riskScore)
    .add(
      'NOT (c.riskScore = ? AND (c.timestamp > ? OR (c.timestamp = ? AND c.commitHash <= ?)))',
      riskScore,
      timestamp,
      timestamp,
      commitHash,
    );
}

function filtered(filter: CommitFilter, position: CommitPosition | undefined): Conditions {
  // The days bound the partitions, the instants the index by time: each day has its own instants and no other's.
  const conditions = commitsOf(filter.tenantId)
    .add('c.commitDate >= ?', filter.startDate)
    .add('c.timestamp >= ?', filter.startDate);
  if (position) {
    const { timestamp, commitHash } = position;
    conditions.add('c.commitDate <= ?', timestamp.slice(0, 10));
    conditions.add(
      'c.timestamp <= ? AND NOT (c.timestamp = ? AND c.commitHash <= ?)',
      timestamp,
      timestamp,
      commitHash,
    );
  } else {
    conditions
      .add('c.commitDate <= ?', filter.endDate)
      .add('c.timestamp <= ?', `${filter.endDate}T23:59:59.999Z`);
  }
  if (filter.repository !== undefined) conditions.add('ARRAY_CONTAINS(c.repositories, ?)', filter.repository);
  if (filter.author !== undefined) conditions.add('c.author = ?', filter.author);
  if (filter.minRisk !== undefined) conditions.add('c.riskScore >= ?', filter.minRisk);
  if (filter.level !== undefined) conditions.add('c.riskLevel = ?', filter.level);
  if (filter.compliance !== undefined) conditions.add('ARRAY_CONTAINS(c.compliance, ?)', filter.compliance);
  if (filter.updatedSince !== undefined) conditions.add('c.updatedAt >= ?', filter.updatedSince);
  if (filter.review === 'unreviewed') conditions.add('IS_NULL(c.review)');
  else if (filter.review !== undefined) conditions.add('c.review.status = ?', filter.review);
  return conditions;
}

interface Indexed {
  index: number;
  write: CommitWrite;
}

/** Groups of writes that may share a transaction: one tenant and day, within the limits; a large commit goes alone. */
function batches(writes: readonly CommitWrite[]): Indexed[][] {
  const groups: Indexed[][] = [];
  const open = new Map<string, { group: Indexed[]; bytes: number }>();
  for (const [index, write] of writes.entries()) {
    const key = JSON.stringify([write.commit.tenantId, write.commit.commitDate]);
    const bytes = roughBytes(write.commit);
    const current = open.get(key);
    if (current && current.group.length < batchOperationsMax && current.bytes + bytes <= batchBytesMax) {
      current.group.push({ index, write });
      current.bytes += bytes;
      continue;
    }
    const group = [{ index, write }];
    groups.push(group);
    if (bytes <= batchBytesMax) open.set(key, { group, bytes });
  }
  return groups;
}

/** An upper estimate, cheap enough for every write. */
function roughBytes(commit: CommitItem): number {
  const paths = commit.filesChanged.reduce((sum, path) => sum + path.length * 3 + 4, 0);
  return (
    6_000 +
    commit.message.length * 3 +
    paths * (commit.fileChanges ? 2 : 1) +
    (commit.fileChanges?.length ?? 0) * 80 +
    commit.changes.length * 300
  );
}

const asBody = (commit: CommitItem) =>
  commit as unknown as NonNullable<Extract<OperationInput, { operationType: 'Create' }>['resourceBody']>;

const files = ({ filesChanged, fileChanges }: CommitItem) => ({
  filesChanged,
  ...(fileChanges && { fileChanges }),
});

/** The days to look at for "the last so many days", today included. */
export const sinceDays = (today: string, days: number) => sinceDay(addDays(today, -days));

/** A day and its first instant. */
export const sinceDay = (date: string): { date: string; instant: string } => ({
  date,
  instant: `${date}T00:00:00.000Z`,
});
