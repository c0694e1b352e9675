import type { AuditableChange } from '../audit';
import type { Clock } from '../clock';
import { sha256OfJson, wellFormed } from '../commit';
import { StoreUnavailable } from '../errors';
import { appendAudit } from '../evidence';
import type { RefGap, RefItem, Store } from '../store';
import { breaksOf, type ChainBreak, withPush } from './refChain';

const turnsMax = 20;
/** Of the filled ones the latest are kept in the item; the audit log has them all. */
const filledKeptMax = 100;
/** Of the open ones about so many: an older one stays open for good, in the counts and in the audit log, and is looked for no more. */
const openKeptMax = 500;
/** So many changes are kept in the item, and no more are made in one write: what the log has not yet is never dropped. */
const changesKeptMax = 200;

/**
 * Compares the breaks in the chain of a ref with the gaps that are on record, records what is new and what was filled, and
 * brings both into the audit log. Runs when a ref has changed; any number of times.
 * @throws StoreUnavailable: run it again
 */
export async function reconcileRef(
  store: Store,
  tenantId: string,
  key: string,
  clock: Clock,
): Promise<{ found: number; filled: number }> {
  const done = { found: 0, filled: 0 };
  for (let turn = 0; turn < turnsMax; turn++) {
    const ref = await store.refs.get(tenantId, key);
    if (!ref) return done;
    await appendAudit(store, tenantId, auditable(ref), clock);
    const next = reconciled(ref, clock().toISOString());
    if (next === ref) return done;
    if (!(await store.refs.write(next, ref))) continue;
    done.found += next.gapsFound - ref.gapsFound;
    done.filled += next.gapsFilled - ref.gapsFilled;
  }
  throw new StoreUnavailable(1, new Error('The ref kept changing'));
}

function auditable({ tenantId, deliveryId, changes }: RefItem): AuditableChange[] {
  return changes.map(({ revision, action, at, contentHash, detail }) => ({
    tenantId,
    subject: deliveryId,
    revision,
    action,
    actor: 'system',
    at,
    contentHash,
    detail,
  }));
}

/**
 * The ref with its gaps as its chain says, or nearer to that by so many as one write records; the very same object where
 * nothing is to be changed.
 */
export function reconciled<T extends RefItem>(ref: T, at: string, keptMax = openKeptMax): T {
  const open = ref.gaps.filter(({ filledAt }) => filledAt === undefined);
  const { kept, ...changed } = matched(open, breaksIn(ref));
  const isStill = kept.every(({ gap, now }) => isAt(gap, now));
  if (changed.found.length + changed.filled.length === 0 && isStill) return ref;
  const found = changed.found.slice(0, changesKeptMax);
  const filled = changed.filled.slice(0, changesKeptMax - found.length);
  const changes = [...ref.changes];
  const gaps = ref.gaps.filter(({ filledAt }) => filledAt !== undefined);
  const note = (action: 'gap' | 'gap-filled', gap: RefGap) => {
    const detail = detailOf(ref, gap);
    const revision = (changes.at(-1)?.revision ?? ref.revision) + 1;
    changes.push({ revision, action, at, contentHash: sha256OfJson(detail), detail });
  };
  for (const gap of filled) {
    gaps.push({ ...gap, filledAt: at });
    note('gap-filled', gap);
  }
  const stillOpen = [...changed.filled.slice(filled.length), ...kept.map(movedTo)];
  for (const now of found) {
    const gap = { ...now, foundAt: at };
    stillOpen.push(gap);
    note('gap', gap);
  }
  const isWhole = found.length === changed.found.length;
  return {
    ...ref,
    ...(isWhole && stillOpen.length > keptMax
      ? withOldestLetGo(ref, stillOpen, gaps.slice(-filledKeptMax), keptMax)
      : { gaps: [...gaps.slice(-filledKeptMax), ...stillOpen] }),
    gapsFound: ref.gapsFound + found.length,
    gapsFilled: ref.gapsFilled + filled.length,
    revision: changes.at(-1)?.revision ?? ref.revision,
    changes: changes.slice(-changesKeptMax),
  };
}

function breaksIn({ chain, ends, firstPush, lastPush }: RefItem): ChainBreak[] {
  return breaksOf(chain, ends, { origin: firstPush.before, tip: lastPush.after });
}

/** Joins the chain where its oldest gaps are, so that they are not found again. They stay counted as open. */
function withOldestLetGo(
  ref: RefItem,
  open: readonly RefGap[],
  filled: readonly RefGap[],
  keptMax: number,
): Pick<RefItem, 'chain' | 'gaps'> {
  const newestFirst = [...open].sort((a, b) => (a.foundAt > b.foundAt ? -1 : a.foundAt < b.foundAt ? 1 : 0));
  const chain = newestFirst
    .slice(keptMax)
    .reduce((joined, { lastKnown, before }) => withPush(joined, lastKnown ?? before, before), ref.chain);
  const { kept } = matched(newestFirst, breaksIn({ ...ref, chain }));
  return { chain, gaps: [...filled, ...kept.map(movedTo)] };
}

/** The gap where it is now. What was tried for other ends counts no more. */
function movedTo({ gap, now }: { gap: RefGap; now: ChainBreak }): RefGap {
  return isAt(gap, now) ? gap : { ...now, foundAt: gap.foundAt };
}

function isAt(gap: RefGap, { before, lastKnown }: ChainBreak): boolean {
  return gap.before === before && gap.lastKnown === lastKnown;
}

/** A push that comes late may move one end of a gap: it is the same gap as long as there are not fewer of them. */
function matched(open: readonly RefGap[], breaks: readonly ChainBreak[]) {
  const left = [...breaks];
  const kept: { gap: RefGap; now: ChainBreak }[] = [];
  let unmatched = [...open];
  const rules: ((gap: RefGap, now: ChainBreak) => boolean)[] = [
    (gap, now) => gap.before === now.before,
    (gap, now) => gap.lastKnown !== undefined && gap.lastKnown === now.lastKnown,
    () => true,
  ];
  for (const isSame of rules) {
    unmatched = unmatched.filter((gap) => {
      const index = left.findIndex((now) => isSame(gap, now));
      const [now] = index < 0 ? [] : left.splice(index, 1);
      if (now) kept.push({ gap, now });
      return !now;
    });
  }
  return { kept, found: left, filled: unmatched };
}

function detailOf({ repository, ref }: RefItem, { lastKnown, before }: RefGap): Record<string, string> {
  return {
    repository: plain(repository),
    ref: plain(ref),
    ...(lastKnown !== undefined && { lastKnown }),
    before,
  };
}

/** As the audit log takes it. */
function plain(text: string): string {
  return wellFormed(text.replace(/\p{Cc}/gu, '\uFFFD').slice(0, 1024));
}
