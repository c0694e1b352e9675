/** How much work a glob can make. */
export interface GlobBounds {
  /** How many globs it is once its braces are written out. */
  alternatives: number;
  /** The most runs of stars in any of them; each multiplies the time that a match can take. */
  starRuns: number;
}

/** Measures a glob without writing it out. Braces that do not pair are taken as they stand. */
export function globBounds(glob: string): GlobBounds {
  const open: { sequence: GlobBounds; branches: GlobBounds[] }[] = [];
  let sequence: GlobBounds = { alternatives: 1, starRuns: 0 };
  for (let i = 0; i < glob.length; i++) {
    const character = glob[i];
    if (character === '*' && glob[i - 1] !== '*') sequence.starRuns++;
    else if (character === '{') {
      open.push({ sequence, branches: [] });
      sequence = { alternatives: 1, starRuns: 0 };
    } else if (character === ',' && open.length > 0) {
      open.at(-1)?.branches.push(sequence);
      sequence = { alternatives: 1, starRuns: 0 };
    } else if (character === '}') {
      const group = open.pop();
      if (group) sequence = joined(group.sequence, [...group.branches, sequence]);
    }
  }
  for (const group of open.reverse()) sequence = joined(group.sequence, [...group.branches, sequence]);
  return sequence;
}

function joined(before: GlobBounds, branches: readonly GlobBounds[]): GlobBounds {
  return {
    alternatives: before.alternatives * branches.reduce((sum, branch) => sum + branch.alternatives, 0),
    starRuns: before.starRuns + Math.max(...branches.map((branch) => branch.starRuns)),
  };
}
