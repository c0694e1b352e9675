import type { Container } from '@azure/cosmos';
import type { CommitItem } from '../commit';
import { Conditions, pages } from './query';

/** How many commits have each value of something. */
export type Counts = Record<string, number>;

/** The commits of one day, counted. */
export interface DayCounts {
  date: string;
  commits: number;
  byLevel: Counts;
  byReview: Counts;
  byRepository: Counts;
  byAuthor: Counts;
  byFramework: Counts;
}

type CountedCommit = Pick<
  CommitItem,
  'commitDate' | 'riskLevel' | 'author' | 'repositories' | 'compliance'
> & {
  review?: string;
  _ts: number;
  _etag: string;
};

interface TenantCounts {
  /** First day that is here. */
  from: string;
  days: Map<string, DayCounts>;
  /** Seconds: the latest write that is counted. */
  newest: number;
  /** The versions written shortly before, with their time: found again, they are counted already. */
  recent: Map<string, number>;
  readAtMs: number;
}

const fields =
  'c.commitDate, c.riskLevel, c.author, c.repositories, c.compliance, c.review.status AS review, c._ts, c._etag';
const rowsAPage = 2_000;
const daysAQuery = 100;
const tenantsMax = 200;
/** A write of another region may come late, with a time that was passed already. */
const keptMsMax = 60 * 60_000;
/** Writes of the second that was read last may have come after the reading. */
const overlapSeconds = 5;

/**
 * Counts of commits by day. The first question about a tenant reads its commits, a few fields of each; after that only the days
 * in which something was written since are read again, so that a dashboard costs what has changed.
 */
export class StatsStore {
  private readonly tenants = new Map<string, Promise<TenantCounts>>();

  constructor(private readonly container: Container) {}

  /** The counts of each day that has commits, the first day first. */
  async days(tenantId: string, startDate: string, endDate: string, now = Date.now()): Promise<DayCounts[]> {
    const known = this.tenants.get(tenantId);
    const counts = this.next(known, tenantId, startDate, now);
    this.remember(tenantId, counts);
    return [...(await counts).days.values()]
      .filter(({ date }) => date >= startDate && date <= endDate)
      .sort((a, b) => (a.date < b.date ? -1 : 1));
  }

  /** Questions about one tenant follow each other: the second finds what the first has read. */
  private async next(
    known: Promise<TenantCounts> | undefined,
    tenantId: string,
    startDate: string,
    now: number,
  ): Promise<TenantCounts> {
    const counts = await known?.catch(() => undefined);
    if (!counts || counts.from > startDate || now - counts.readAtMs > keptMsMax)
      return this.read(tenantId, startDate, now);
    return this.refreshed(tenantId, counts);
  }

  private remember(tenantId: string, counts: Promise<TenantCounts>): void {
    this.tenants.delete(tenantId);
    this.tenants.set(tenantId, counts);
    const [oldest] = this.tenants.keys();
    if (this.tenants.size > tenantsMax && oldest !== undefined) this.tenants.delete(oldest);
    counts.catch(() => {
      if (this.tenants.get(tenantId) === counts) this.tenants.delete(tenantId);
    });
  }

  private async read(tenantId: string, from: string, now: number): Promise<TenantCounts> {
    const counts: TenantCounts = { from, days: new Map(), newest: 0, recent: new Map(), readAtMs: now };
    await this.count(commitsFrom(tenantId, from), counts);
    return counts;
  }

  private async refreshed(tenantId: string, counts: TenantCounts): Promise<TenantCounts> {
    const changed = new Set<string>();
    const since = commitsFrom(tenantId, counts.from).add('c._ts >= ?', counts.newest - overlapSeconds);
    const spec = since.query('SELECT c.commitDate, c._etag');
    for await (const page of pages<CountedCommit>(this.container, spec, rowsAPage)) {
      for (const { commitDate, _etag } of page) if (!counts.recent.has(_etag)) changed.add(commitDate);
    }
    if (changed.size === 0) return counts;
    const next: TenantCounts = { ...counts, days: new Map(counts.days), recent: new Map(counts.recent) };
    const days = [...changed];
    for (const day of days) next.days.delete(day);
    for (let at = 0; at < days.length; at += daysAQuery) {
      const conditions = commitsFrom(tenantId, counts.from).addIn(
        'c.commitDate',
        days.slice(at, at + daysAQuery),
      );
      await this.count(conditions, next);
    }
    return next;
  }

  private async count(conditions: Conditions, counts: TenantCounts): Promise<void> {
    const spec = conditions.query(`SELECT ${fields}`);
    for await (const page of pages<CountedCommit>(this.container, spec, rowsAPage)) {
      for (const commit of page) {
        const day = counts.days.get(commit.commitDate) ?? emptyDay(commit.commitDate);
        counts.days.set(commit.commitDate, day);
        note(counts, commit);
        addTo(day, commit);
      }
    }
    for (const [etag, writtenAt] of counts.recent)
      if (writtenAt < counts.newest - overlapSeconds) counts.recent.delete(etag);
  }
}

function note(counts: TenantCounts, { _ts, _etag }: CountedCommit): void {
  counts.newest = Math.max(counts.newest, _ts);
  if (_ts >= counts.newest - overlapSeconds) counts.recent.set(_etag, _ts);
}

function commitsFrom(tenantId: string, date: string): Conditions {
  return new Conditions()
    .add('c.tenantId = ?', tenantId)
    .add('c.commitDate >= ?', date)
    .add('IS_DEFINED(c.commitHash)');
}

/** Names come from people: none may be taken for a member that every object has. */
const noCounts = (): Counts => Object.create(null) as Counts;

const emptyDay = (date: string): DayCounts => ({
  date,
  commits: 0,
  byLevel: noCounts(),
  byReview: noCounts(),
  byRepository: noCounts(),
  byAuthor: noCounts(),
  byFramework: noCounts(),
});

function addTo(day: DayCounts, commit: CountedCommit): void {
  day.commits++;
  add(day.byLevel, commit.riskLevel);
  add(day.byReview, commit.review ?? 'unreviewed');
  add(day.byAuthor, commit.author);
  for (const repository of commit.repositories) add(day.byRepository, repository);
  for (const framework of commit.compliance) add(day.byFramework, framework);
}

function add(counts: Counts, name: string, by = 1): void {
  counts[name] = (counts[name] ?? 0) + by;
}

/** Several counts as one, the largest first. */
export function sumCounts(all: readonly Counts[]): [name: string, commits: number][] {
  const sum = noCounts();
  for (const counts of all) for (const [name, commits] of Object.entries(counts)) add(sum, name, commits);
  return Object.entries(sum).sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1));
}
