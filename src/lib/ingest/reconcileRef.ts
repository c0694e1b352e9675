import type { AuditableChange } from '../audit';
import type { Clock } from '../clock';
import { sha256OfJson, wellFormed } from '../commit';
import { StoreUnavailable } from '../errors';
import { appendAudit } from '../evidence';
import type { RefGap, RefItem, Store } from '../store';
import { breaksOf, type ChainBreak } from './refChain';

const turnsMax = 20;
/** Of the filled ones the latest are kept in the item; the audit log has them all. */
const filledKeptMax = 100;
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
  for (let turn = 0; turn < turnsMax; turn++) {
    const ref = await store.refs.get(tenantId, key);
    if (!ref) return { found: 0, filled: 0 };
    const next = reconciled(ref, clock().toISOString());
    if (next !== ref && !(await store.refs.write(next, ref))) continue;
    const changes = next.changes.map(
      ({ revision, action, at, contentHash, detail }): AuditableChange => ({
        tenantId,
        subject: key,
        revision,
        action,
        actor: 'system',
        at,
        contentHash,
        detail,
      }),
    );
    await appendAudit(store, tenantId, changes, clock);
    return { found: next.gapsFound - ref.gapsFound, filled: next.gapsFilled - ref.gapsFilled };
  }
  throw new StoreUnavailable(1, new Error('The ref kept changing'));
}

/** The ref with its gaps as its chain says; the very same object where nothing is to be changed. */
export function reconciled<T extends RefItem>(ref: T, at: string): T {
  const breaks = breaksOf(ref.chain, ref.ends, {
    origin: ref.firstPush.before,
    tip: ref.lastPush.after,
  });
  const open = ref.gaps.filter(({ filledAt }) => filledAt === undefined);
  const { kept, found, filled } = matched(open, breaks);
  const moved = kept.filter(({ gap, now }) => gap.before !== now.before || gap.lastKnown !== now.lastKnown);
  if (found.length + filled.length + moved.length === 0) return ref;
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
  for (const { gap, now } of kept) gaps.push({ ...now, foundAt: gap.foundAt, ...attemptsOf(gap, now) });
  for (const now of found) {
    const gap = { ...now, foundAt: at };
    gaps.push(gap);
    note('gap', gap);
  }
  return {
    ...ref,
    gaps: latest(gaps),
    gapsFound: ref.gapsFound + found.length,
    gapsFilled: ref.gapsFilled + filled.length,
    revision: changes.at(-1)?.revision ?? ref.revision,
    changes: changes.slice(-changesKeptMax),
  };
}

function latest(gaps: readonly RefGap[]): RefGap[] {
  const filled = gaps.filter(({ filledAt }) => filledAt !== undefined);
  return [...filled.slice(-filledKeptMax), ...gaps.filter(({ filledAt }) => filledAt === undefined)];
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

/** What was tried for other ends counts no more. */
function attemptsOf(gap: RefGap, now: ChainBreak): Partial<RefGap> {
  if (gap.before !== now.before || gap.lastKnown !== now.lastKnown) return {};
  const { attempts, error, nextAttemptAt } = gap;
  return {
    ...(attempts !== undefined && { attempts }),
    ...(error !== undefined && { error }),
    ...(nextAttemptAt !== undefined && { nextAttemptAt }),
  };
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
