/**
 * The pushes of one ref as a graph: object names, and a push as an edge from `before` to `after`. All pushes were seen
 * exactly when one trail runs through every edge once (Euler); how many more trails are needed is how many breaks there are.
 * That number depends on the set of pushes alone and not on the order they came in.
 *
 * Kept is what later pushes can join: for each connected part the ends that are open, and the latest of its other names.
 */
export interface ChainPart {
  /** Names of this part, the latest last; all that are open, and of the others so many as `innerNodesMax`. */
  nodes: string[];
  /** Pushes that end at a name less pushes that begin there, where that is not 0. */
  open: Record<string, number>;
}

export type RefChain = ChainPart[];

/** Two ends that no push joins: the last name known before the break (where there is one) and the first one behind it. */
export interface ChainBreak {
  lastKnown?: string;
  before: string;
}

/** A push that comes late joins the chain again at any of so many names. */
const innerNodesMax = 100;

export const zeroHash = /^0+$/;

/** The chain with one more push. */
export function withPush(chain: RefChain, before: string, after: string): RefChain {
  const touches = ({ nodes }: ChainPart) => nodes.includes(before) || nodes.includes(after);
  const touched = chain.filter(touches);
  const open: Record<string, number> = {};
  const move = (name: string, by: number) => {
    const balance = (open[name] ?? 0) + by;
    if (balance === 0) delete open[name];
    else open[name] = balance;
  };
  for (const part of touched) for (const [name, balance] of Object.entries(part.open)) move(name, balance);
  move(before, -1);
  move(after, 1);
  const ends = [before, after];
  const nodes = [
    ...touched.flatMap((part) => part.nodes).filter((name) => !ends.includes(name)),
    ...new Set(ends),
  ];
  const inner = nodes.filter((name) => open[name] === undefined);
  const forgotten = new Set(inner.slice(0, -innerNodesMax));
  return [
    ...chain.filter((part) => !touches(part)),
    { nodes: nodes.filter((name) => !forgotten.has(name)), open },
  ];
}

/** How many parts and open ends it keeps. A row of pushes is 3, and so is each row that joins no other. */
export function sizeOf(chain: RefChain): number {
  return chain.reduce((size, { open }) => size + 1 + Object.keys(open).length, 0);
}

/**
 * Where the history of a ref begins and where it stands now, by the forge's clock in whole seconds: what the earliest pushes
 * moved it from and the latest ones moved it to, several where they fall into the same second.
 */
export interface ChainEnds {
  firstAt: string;
  origins: string[];
  lastAt: string;
  tips: string[];
}

const sameSecondMax = 10;

/** The ends with one more push. Undefined, for good, where a push tells no time. */
export function withEnds(
  ends: ChainEnds | undefined,
  push: { before: string; after: string; pushedAt?: string | undefined },
): ChainEnds | undefined {
  const { before, after, pushedAt } = push;
  if (!ends || pushedAt === undefined) return undefined;
  const { firstAt, origins, lastAt, tips } = ends;
  return {
    firstAt: pushedAt < firstAt ? pushedAt : firstAt,
    origins:
      pushedAt < firstAt ? [before] : pushedAt === firstAt ? [...new Set([...origins, before])] : origins,
    lastAt: pushedAt > lastAt ? pushedAt : lastAt,
    tips: pushedAt > lastAt ? [after] : pushedAt === lastAt ? [...new Set([...tips, after])] : tips,
  };
}

/** The ends after the first push that was seen. */
export function firstEnds(push: {
  before: string;
  after: string;
  pushedAt?: string | undefined;
}): ChainEnds | undefined {
  const { before, after, pushedAt } = push;
  if (pushedAt === undefined) return undefined;
  return { firstAt: pushedAt, origins: [before], lastAt: pushedAt, tips: [after] };
}

/**
 * Where pushes are missing. With known ends the trail must run from the one to the other, so that a branch made, moved and
 * deleted shows a missing move. Without them (pushes that tell no time, or too many in one second) any two ends will do.
 * @param seen the ends by our own clock: they choose which of several open ends a break is named by
 */
export function breaksOf(
  chain: RefChain,
  ends: ChainEnds | undefined,
  seen: { origin: string; tip: string },
): ChainBreak[] {
  if (!ends || ends.origins.length > sameSecondMax || ends.tips.length > sameSecondMax)
    return breaksOfAnyTrail(chain, seen.origin, seen.tip);
  let fewest: ChainBreak[] | undefined;
  for (const origin of ends.origins)
    for (const tip of ends.tips) {
      const breaks = breaksOfRound(withPush(chain, tip, origin));
      if (!fewest || breaks.length < fewest.length) fewest = breaks;
    }
  return fewest ?? [];
}

/** With its two ends joined, a whole history is one closed round. */
function breaksOfRound(chain: RefChain): ChainBreak[] {
  const { starts, ends } = openEnds(chain);
  for (const { nodes, open } of chain) {
    const [anywhere] = nodes;
    if (chain.length > 1 && anywhere !== undefined && Object.keys(open).length === 0) {
      starts.push(anywhere);
      ends.push(anywhere);
    }
  }
  return paired(starts, ends);
}

function breaksOfAnyTrail(chain: RefChain, origin: string, tip: string): ChainBreak[] {
  const { starts, ends } = openEnds(chain);
  for (const { nodes, open } of chain) {
    // A closed round can be entered anywhere.
    const [anywhere] = nodes;
    if (anywhere === undefined || Object.keys(open).length > 0) continue;
    const entry = nodes.includes(origin) ? origin : anywhere;
    starts.push(entry);
    ends.push(nodes.includes(tip) ? tip : entry);
  }
  takeOut(starts, starts.find((name) => zeroHash.test(name)) ?? origin);
  takeOut(ends, tip);
  return paired(starts, ends);
}

function openEnds(chain: RefChain): { starts: string[]; ends: string[] } {
  const starts: string[] = [];
  const ends: string[] = [];
  for (const { open } of chain)
    for (const [name, balance] of Object.entries(open))
      for (let count = Math.abs(balance); count > 0; count--) (balance < 0 ? starts : ends).push(name);
  return { starts, ends };
}

function paired(starts: readonly string[], ends: readonly string[]): ChainBreak[] {
  const known = [...ends].sort();
  return [...starts].sort().map((before, index) => {
    const lastKnown = known[index];
    return { before, ...(lastKnown !== undefined && { lastKnown }) };
  });
}

/** Takes one out: this one, or any where it is not there. */
function takeOut(names: string[], name: string): void {
  names.splice(Math.max(0, names.indexOf(name)), 1);
}
