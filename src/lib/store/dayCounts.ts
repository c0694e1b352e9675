import type { CommitItem } from '../commit';

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

export interface CountedDay extends DayCounts {
  /** By our clock. */
  countedAtMs: number;
}

export interface TenantCounts {
  /** First day that is here; every day since then is, with or without commits. */
  from: string;
  days: Map<string, CountedDay>;
  /** When it was last asked what has changed, by our clock: what was written well before is counted. */
  askedAtMs: number;
  /** The versions written shortly before that, or since: found again, they are counted already. */
  recent: Set<string>;
}

/** What is read of a commit to count it. */
export type CountedCommit = Pick<
  CommitItem,
  'commitDate' | 'riskLevel' | 'author' | 'repositories' | 'compliance'
> & {
  review?: string;
  _ts: number;
  _etag: string;
};

/** Names come from people: none may be taken for a member that every object has. */
const noCounts = (): Counts => Object.create(null) as Counts;

export const emptyDay = (date: string): DayCounts => ({
  date,
  commits: 0,
  byLevel: noCounts(),
  byReview: noCounts(),
  byRepository: noCounts(),
  byAuthor: noCounts(),
  byFramework: noCounts(),
});

export function addTo(day: DayCounts, commit: CountedCommit): void {
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
