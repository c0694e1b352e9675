/** How well scores rank what turned out to be faulty; every figure treats equal scores as shuffled. */
export interface RankingQuality {
  commits: number;
  positives: number;
  /** Area under the ROC curve: the chance that a faulty commit scores above a sound one; 0.5 is chance. */
  roc: number;
  /** The same among commits of like size only: within bands of 0, 1-2, 3-6, 7-14, ... added source lines. */
  rocAtLikeSize: number;
  /** The same among commits that add source lines. */
  rocSourceOnly: number;
  /** Average precision; chance is `positives / commits`. */
  averagePrecision: number;
  /** The share of the faulty commits among the fifth that scores highest. */
  recallAtFifth: number;
}

/** One scored commit of which we know how it turned out. */
export interface RankedCommit {
  score: number;
  isFaulty: boolean;
  sourceLinesAdded: number;
}

/** Measures a ranking. Figures that need both kinds of commit are NaN where one kind is missing. */
export function rankingQuality(commits: readonly RankedCommit[]): RankingQuality {
  return {
    commits: commits.length,
    positives: commits.filter(({ isFaulty }) => isFaulty).length,
    roc: rocOf(commits).roc,
    rocAtLikeSize: rocWithinBands(commits),
    rocSourceOnly: rocOf(commits.filter(({ sourceLinesAdded }) => sourceLinesAdded > 0)).roc,
    averagePrecision: averagePrecisionOf(commits),
    recallAtFifth: recallAt(commits, 0.2),
  };
}

/** Commits in order of falling score, in groups of equal scores. */
function* tieGroups(commits: readonly RankedCommit[]): Generator<{ size: number; faulty: number }> {
  const sorted = [...commits].sort((a, b) => b.score - a.score);
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    let faulty = 0;
    const score = sorted[start]?.score;
    for (; sorted[end]?.score === score && end < sorted.length; end++)
      faulty += sorted[end]?.isFaulty ? 1 : 0;
    yield { size: end - start, faulty };
  }
}

function rocOf(commits: readonly RankedCommit[]): { roc: number; pairs: number } {
  let wins = 0;
  let faultyAbove = 0;
  for (const { size, faulty } of tieGroups(commits)) {
    wins += (size - faulty) * (faultyAbove + faulty / 2);
    faultyAbove += faulty;
  }
  const pairs = faultyAbove * (commits.length - faultyAbove);
  return { roc: pairs > 0 ? wins / pairs : Number.NaN, pairs };
}

function rocWithinBands(commits: readonly RankedCommit[]): number {
  const bands = new Map<number, RankedCommit[]>();
  for (const commit of commits) {
    const band = Math.floor(Math.log2(commit.sourceLinesAdded + 1));
    const members = bands.get(band);
    if (members) members.push(commit);
    else bands.set(band, [commit]);
  }
  let wins = 0;
  let total = 0;
  for (const band of bands.values()) {
    const { roc, pairs } = rocOf(band);
    if (pairs === 0) continue;
    wins += roc * pairs;
    total += pairs;
  }
  return total > 0 ? wins / total : Number.NaN;
}

function averagePrecisionOf(commits: readonly RankedCommit[]): number {
  let seen = 0;
  let hits = 0;
  let sum = 0;
  for (const { size, faulty } of tieGroups(commits)) {
    // Position k of a shuffled group is faulty with chance faulty/size; before it come k others in proportion.
    for (let k = 0; k < size; k++) {
      const before = size > 1 ? (k * (faulty - 1)) / (size - 1) : 0;
      sum += ((faulty / size) * (hits + 1 + before)) / (seen + k + 1);
    }
    seen += size;
    hits += faulty;
  }
  return hits > 0 ? sum / hits : Number.NaN;
}

function recallAt(commits: readonly RankedCommit[], share: number): number {
  const budget = share * commits.length;
  let used = 0;
  let found = 0;
  let positives = 0;
  for (const { size, faulty } of tieGroups(commits)) {
    found += faulty * Math.min(1, Math.max(0, (budget - used) / size));
    used += size;
    positives += faulty;
  }
  return positives > 0 ? found / positives : Number.NaN;
}
