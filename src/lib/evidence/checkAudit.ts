import type { AuditProblem, VerificationReport, Witness } from '../audit';
import type { Clock } from '../clock';
import { addDays } from '../commit';
import type { Store } from '../store';
import type { DayRange } from './readChain';
import { verifyAudit } from './verifyAudit';

/** What the app found when it verified its own log. */
export interface AuditCheck {
  checkedAt: string;
  valid: boolean;
  /** Entries that were looked at. */
  entries: number;
  /** Whether that was the whole log; else the latest days, and a part of the older ones that is another one each day. */
  isWhole: boolean;
  problemsFound: number;
  /** At most 3. */
  problems: Omit<AuditProblem, 'message'>[];
}

/** A log of so many entries is verified as a whole; of a longer one, about so many of the older ones each day. */
const wholeEntriesMax = 50_000;
const recentDays = 3;
const problemsShown = 3;

/**
 * Verifies the log of a tenant as it can be done every day: all of it, or, where it is long, the latest days and one slice of what is
 * older, the next one each day, so that the whole is walked through again and again.
 * `kept` is what an earlier digest kept of the log: it must still be in it. Undefined where the log has no entry.
 * @throws StoreUnavailable
 */
export async function checkAudit(
  store: Store,
  tenantId: string,
  options: {
    retentionDays: number;
    clock: Clock;
    kept?: (Witness & { auditDate: string }) | undefined;
    wholeEntriesMax?: number;
  },
): Promise<AuditCheck | undefined> {
  const { retentionDays, clock, kept } = options;
  const now = clock();
  const [head, firstDate] = await Promise.all([
    store.audit.latestHead(tenantId),
    store.audit.firstDate(tenantId),
  ]);
  // A log that was emptied behind our back has no head, but it did when the last digest was made.
  if (!head && !kept) return undefined;
  const entries = head ? head.sequence : 0;
  const share = (options.wholeEntriesMax ?? wholeEntriesMax) / entries;
  const isWhole = firstDate === undefined || share >= 1;
  const today = now.toISOString().slice(0, 10);
  const ranges = isWhole ? [{}] : rangesOf(firstDate, today, share, kept?.auditDate);
  const reports: VerificationReport[] = [];
  for (const range of ranges) {
    const isLast = range === ranges.at(-1);
    const trustedHeads = isLast && kept ? [kept] : [];
    reports.push(await verifyAudit(store, tenantId, range, { retentionDays, clock, trustedHeads }));
  }
  const problemsFound = reports.reduce((sum, report) => sum + report.problemsFound, 0);
  return {
    checkedAt: now.toISOString(),
    valid: problemsFound === 0,
    entries: reports.reduce((sum, report) => sum + report.entries, 0),
    isWhole,
    problemsFound,
    problems: reports
      .flatMap(({ problems }) => problems)
      .slice(0, problemsShown)
      .map(({ message: _, ...place }) => place),
  };
}

/** Today's slice, such a share of the older days, and the latest days with that of the head that was kept. */
function rangesOf(firstDate: string, today: string, share: number, keptDate = today): DayRange[] {
  const daysAgo = addDays(today, -recentDays);
  const recentFrom = keptDate < daysAgo ? keptDate : daysAgo;
  const dayOf = (date: string) => Math.floor(Date.parse(date) / 86_400_000);
  const older = dayOf(recentFrom) - dayOf(firstDate);
  const recent = { startDate: recentFrom };
  if (older <= 0) return [recent];
  const days = Math.max(1, Math.floor(older * share));
  const startDate = addDays(firstDate, (dayOf(today) % Math.ceil(older / days)) * days);
  const endDate = addDays(startDate, days - 1);
  return [{ startDate, endDate: endDate < recentFrom ? endDate : addDays(recentFrom, -1) }, recent];
}
