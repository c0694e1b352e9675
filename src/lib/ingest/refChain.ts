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

/**
 * Where pushes are missing. `origin` is the `before` of the first push: what came before it is nobody's loss. `tip` is the
 * `after` of the last one.
 */
export function breaksOf(chain: RefChain, origin: string, tip: string): ChainBreak[] {
  const starts: string[] = [];
  const ends: string[] = [];
  for (const { nodes, open } of chain) {
    const balances = Object.entries(open);
    for (const [name, balance] of balances)
      for (let count = Math.abs(balance); count > 0; count--) (balance < 0 ? starts : ends).push(name);
    // A closed round can be entered anywhere.
    const anywhere = nodes[0];
    if (balances.length === 0 && anywhere !== undefined) {
      const entry = nodes.includes(origin) ? origin : anywhere;
      starts.push(entry);
      ends.push(nodes.includes(tip) ? tip : entry);
    }
  }
  takeOut(starts, starts.find((name) => zeroHash.test(name)) ?? origin);
  takeOut(ends, tip);
  starts.sort();
  ends.sort();
  return starts.map((before, index) => {
    const lastKnown = ends[index];
    return { before, ...(lastKnown !== undefined && { lastKnown }) };
  });
}

/** Takes one out: this one, or any where it is not there. */
function takeOut(names: string[], name: string): void {
  names.splice(Math.max(0, names.indexOf(name)), 1);
}
