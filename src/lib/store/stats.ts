import type { Container } from '@azure/cosmos';
import { addDays, utcDate } from '../commit';
import {
  addTo,
  type CountedCommit,
  type CountedDay,
  type DayCounts,
  emptyDay,
  type TenantCounts,
} from './dayCounts';
import { Conditions, pages } from './query';
import { loadCounts, saveCounts } from './statsSnapshot';

const fields =
  'c.commitDate, c.riskLevel, c.author, c.repositories, c.compliance, c.review.status AS review, c._ts, c._etag';
const rowsAPage = 2_000;
const daysAQuery = 100;
const tenantsMax = 200;
/** Days that nobody can ask for any more are forgotten. */
const keptDaysMax = 400;
/** Our clock and the one of `_ts` may differ by so much. */
const skewSeconds = 10;
/** A write of another region may come late, with a time that was passed already, and a deletion leaves no trace: days are counted again. */
const countedMsMax = 24 * 60 * 60_000;
const againCommitsMax = 1_000;
/** What has been counted since the counts were last kept, before they are kept again. */
const keptEveryCommits = 500;
/** Counts that are older than this may be older than what another process has kept. */
const ownMsMax = 10 * 60_000;
/** A question goes back so far at most. */
const askedDaysMax = 366;
/** Changes after which the days are counted that they are in; of a large tenant a share of its commits. */
const changesMin = 2_000;
const changesShare = 0.02;

/**
 * Counts of commits by day. Where nobody counted before, the first question about a tenant reads its commits, a few fields of each;
 * after that only the days in which something was written since are read again. The counts are kept in the store for
 * processes that start later, so that a dashboard costs what has changed.
 */
export class StatsStore {
  private readonly tenants = new Map<string, Promise<TenantCounts>>();
  /** Commits counted since the counts of a tenant were kept. */
  private readonly unkept = new Map<string, number>();
  /** Changes of commits that were told of since they were counted. */
  private readonly changes = new Map<string, number>();

  constructor(private readonly container: Container) {}

  /** The counts of each day that has commits, the first day first. `nowMs` is the real time: it is compared with the store's. */
  async days(tenantId: string, startDate: string, endDate: string, nowMs = Date.now()): Promise<DayCounts[]> {
    const counts = this.next(this.tenants.get(tenantId), tenantId, startDate, nowMs);
    this.remember(tenantId, counts);
    return [...(await counts).days.values()]
      .filter(({ date, commits }) => commits > 0 && date >= startDate && date <= endDate)
      .map(({ countedAtMs: _, ...day }) => day)
      .sort((a, b) => (a.date < b.date ? -1 : 1));
  }

  /**
   * Counts all days that can be asked for, so that whoever asks finds them counted. Asked daily, it also keeps what was kept from
   * expiring. Never throws: what cannot be counted now is counted by whoever asks. May run twice.
   */
  async countAhead(tenantId: string, nowMs = Date.now()): Promise<void> {
    const today = utcDate(new Date(nowMs).toISOString());
    await this.days(tenantId, addDays(today, -askedDaysMax), today, nowMs).catch(() => undefined);
  }

  /**
   * Tells of changes of commits. After a few thousand the counts are brought up to date, so that whoever asks next waits for the
   * rest alone. Changes of one day after the other cost one commit read for each; scattered over all days, at most 50.
   */
  async noteChanges(tenantId: string, changes: number, nowMs = Date.now()): Promise<void> {
    const noted = (this.changes.get(tenantId) ?? 0) + changes;
    this.changes.set(tenantId, noted);
    if (noted < changesMin) return;
    const known = await this.tenants.get(tenantId)?.catch(() => undefined);
    if (noted < changesShare * commitsIn(known)) return;
    this.changes.set(tenantId, 0);
    await this.countAhead(tenantId, nowMs);
  }

  /** Questions about one tenant follow each other: the second finds what the first has read. */
  private async next(
    before: Promise<TenantCounts> | undefined,
    tenantId: string,
    startDate: string,
    nowMs: number,
  ): Promise<TenantCounts> {
    const known = await this.latest(await before?.catch(() => undefined), tenantId, nowMs);
    const counting = new Counting(this.container, tenantId, nowMs, known);
    if (known) await counting.refresh();
    await counting.reachBackTo(startDate);
    const counts = counting.result();
    const unkept = (this.unkept.get(tenantId) ?? 0) + counting.commitsRead;
    const isKept = unkept >= keptEveryCommits && (await saveCounts(this.container, tenantId, counts));
    this.unkept.set(tenantId, isKept ? 0 : unkept);
    return counts;
  }

  /** What this process knows, or what another has kept since. */
  private async latest(
    known: TenantCounts | undefined,
    tenantId: string,
    nowMs: number,
  ): Promise<TenantCounts | undefined> {
    if (known && known.askedAtMs > nowMs - ownMsMax) return known;
    const kept = await loadCounts(this.container, tenantId);
    if (!kept || (known && (kept.askedAtMs <= known.askedAtMs || kept.from > known.from))) return known;
    this.unkept.delete(tenantId);
    return kept;
  }

  private remember(tenantId: string, counts: Promise<TenantCounts>): void {
    this.tenants.delete(tenantId);
    this.tenants.set(tenantId, counts);
    const [oldest] = this.tenants.keys();
    if (this.tenants.size > tenantsMax && oldest !== undefined) {
      this.tenants.delete(oldest);
      this.unkept.delete(oldest);
    }
    counts.catch(() => {
      if (this.tenants.get(tenantId) === counts) this.tenants.delete(tenantId);
    });
  }
}

/** The counts of a tenant being brought up to date. What was known stays as it was, for whoever else is looking at it. */
class Counting {
  commitsRead = 0;
  private from: string | undefined;
  private readonly days: Map<string, CountedDay>;
  private readonly recent = new Set<string>();

  constructor(
    private readonly container: Container,
    private readonly tenantId: string,
    private readonly nowMs: number,
    private readonly known: TenantCounts | undefined,
  ) {
    const oldest = addDays(utcDate(new Date(nowMs).toISOString()), -keptDaysMax);
    this.from = known && (known.from > oldest ? known.from : oldest);
    this.days = new Map([...(known?.days ?? [])].filter(([date]) => date >= oldest));
  }

  result(): TenantCounts {
    const { from = '', days, recent, nowMs } = this;
    return { from, days, recent, askedAtMs: nowMs };
  }

  /** Counts the days again in which something was written since the last question, and a few of those counted longest ago. */
  async refresh(): Promise<void> {
    const { known, from } = this;
    if (!known || from === undefined) return;
    const { askedAtMs, recent } = known;
    const changed = new Set<string>();
    const since = commitsFrom(this.tenantId, from)
      .add('c._ts >= ?', secondsOf(askedAtMs) - skewSeconds)
      .query('SELECT c.commitDate, c._ts, c._etag');
    for await (const page of pages<CountedCommit>(this.container, since, rowsAPage))
      for (const commit of page) {
        this.note(commit);
        if (!recent.has(commit._etag)) changed.add(commit.commitDate);
      }
    const again = [...new Set([...changed, ...this.countedLongAgo()])];
    for (let at = 0; at < again.length; at += daysAQuery) {
      const days = again.slice(at, at + daysAQuery);
      await this.count(commitsFrom(this.tenantId, from).addIn('c.commitDate', days), days);
    }
  }

  /** Counts what is missing before the first day that is here. */
  async reachBackTo(startDate: string): Promise<void> {
    const { from, nowMs } = this;
    if (from !== undefined && from <= startDate) return;
    const missing = commitsFrom(this.tenantId, startDate);
    if (from !== undefined) missing.add('c.commitDate < ?', from);
    const last = from === undefined ? utcDate(new Date(nowMs).toISOString()) : addDays(from, -1);
    const days: string[] = [];
    for (let day = startDate; day <= last; day = addDays(day, 1)) days.push(day);
    await this.count(missing, days);
    this.from = startDate;
  }

  private countedLongAgo(): string[] {
    const old = [...this.days.values()]
      .filter(({ countedAtMs }) => countedAtMs < this.nowMs - countedMsMax)
      .sort((a, b) => a.countedAtMs - b.countedAtMs);
    let commits = 0;
    const few = old.filter((day) => {
      const fits = commits < againCommitsMax;
      commits += day.commits;
      return fits;
    });
    return few.map(({ date }) => date);
  }

  /** Counts the commits that meet `conditions`; `days` are then counted, even those without any. */
  private async count(conditions: Conditions, days: readonly string[]): Promise<void> {
    const counted = new Map(days.map((date) => [date, emptyDay(date)]));
    for await (const page of pages<CountedCommit>(
      this.container,
      conditions.query(`SELECT ${fields}`),
      rowsAPage,
    )) {
      this.commitsRead += page.length;
      for (const commit of page) {
        const day = counted.get(commit.commitDate) ?? emptyDay(commit.commitDate);
        counted.set(commit.commitDate, day);
        this.note(commit);
        addTo(day, commit);
      }
    }
    for (const [date, day] of counted) this.days.set(date, { ...day, countedAtMs: this.nowMs });
  }

  private note({ _ts, _etag }: CountedCommit): void {
    if (_ts >= secondsOf(this.nowMs) - skewSeconds) this.recent.add(_etag);
  }
}

function commitsIn(counts: TenantCounts | undefined): number {
  let sum = 0;
  for (const { commits } of counts?.days.values() ?? []) sum += commits;
  return sum;
}

const secondsOf = (ms: number): number => Math.floor(ms / 1000);

function commitsFrom(tenantId: string, date: string): Conditions {
  return new Conditions()
    .add('c.tenantId = ?', tenantId)
    .add('c.commitDate >= ?', date)
    .add('IS_DEFINED(c.commitHash)');
}
