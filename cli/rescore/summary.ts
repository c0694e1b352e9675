import type { RescoredCommit, RescoredPage } from './rescoredPages';

const levels = ['unscored', 'low', 'medium', 'high', 'critical'] as const;

/** Sums up the pages; keeps the largest changes and no other commit. */
export class RescoreSummary {
  commits = 0;
  changed = 0;
  failed = 0;
  riskModel = '';
  largest: RescoredCommit[] = [];
  readonly #moves = new Map<string, number>();

  /** @param largestMax so many of the largest changes are kept */
  constructor(private readonly largestMax: number) {}

  add(page: RescoredPage): void {
    this.riskModel = page.riskModel;
    this.changed += page.changed;
    this.failed += page.failed;
    for (const { from, to, commits } of page.levels) {
      this.commits += commits;
      this.#moves.set(`${from} ${to}`, this.moved(from, to) + commits);
    }
    this.largest = [...this.largest, ...page.results]
      .sort((a, b) => changeOf(b) - changeOf(a))
      .slice(0, this.largestMax);
  }

  /** How many commits went from one level to another, or stayed. */
  moved(from: string, to: string): number {
    return this.#moves.get(`${from} ${to}`) ?? 0;
  }

  /** The levels that any commit has, before or after, the lowest first. */
  get levels(): string[] {
    const seen = [...this.#moves.keys()].flatMap((move) => move.split(' '));
    return levels.filter((level) => seen.includes(level));
  }

  get totals() {
    const moves = [...this.#moves].map(([move, commits]) => {
      const [from = '', to = ''] = move.split(' ');
      return { from, to, commits };
    });
    const sum = (wanted: (move: (typeof moves)[number]) => boolean): number =>
      moves.filter(wanted).reduce((total, { commits }) => total + commits, 0);
    const isHigh = (level: string): boolean => level === 'high' || level === 'critical';
    return {
      riskModel: this.riskModel,
      commits: this.commits,
      changed: this.changed,
      failed: this.failed,
      otherLevel: sum(({ from, to }) => from !== to),
      highBefore: sum(({ from }) => isHigh(from)),
      highAfter: sum(({ to }) => isHigh(to)),
      levels: moves,
    };
  }
}

/** How far a score moves; one that appears or goes is as far as can be. */
function changeOf({ before, after }: RescoredCommit): number {
  if (before.riskScore === undefined && after.riskScore === undefined) return 0;
  if (before.riskScore === undefined || after.riskScore === undefined) return 1;
  return Math.abs(after.riskScore - before.riskScore);
}
