import {
  type AuditableChange,
  type AuditEntry,
  type AuditHead,
  type AuditProblem,
  chainChanges,
  hashEntry,
  hashHead,
} from '../../../src/lib/audit';
import { changeOf } from './chains';

export type Item = AuditEntry | AuditHead;
type Found = Omit<AuditProblem, 'message'>;

export interface Tampering {
  name: string;
  tamper(items: Item[]): unknown[];
  /** Every finding of the verifiers, in order. */
  found(items: Item[]): Found[];
  /** What witnesses kept of the chain before (`HASH` or `SEQUENCE:HASH`). */
  witnesses?(items: Item[]): string[];
  /** Only where each day has one head, or several. */
  heads?: 'one' | 'several';
}

/** The chain that is tampered with has five entries on each of these days: 1 to 5, 6 to 10, 11 to 15. */
export const days = ['2026-01-30', '2026-01-31', '2026-02-02'] as const;
const [first, second, third] = days;
type Day = (typeof days)[number];

const isEntry = (item: Item): item is AuditEntry => !('headHash' in item);
const rehash = (entry: AuditEntry): AuditEntry => ({ ...entry, hash: hashEntry(entry) });
const rehashHead = (head: AuditHead): AuditHead => ({ ...head, headHash: hashHead(head) });

export function entryAt(items: Item[], sequence: number): AuditEntry {
  const entry = items.find((item) => isEntry(item) && item.sequence === sequence);
  if (!entry || !isEntry(entry)) throw new Error(`no entry ${sequence}`);
  return entry;
}

function headOf(items: Item[], auditDate: Day): AuditHead {
  const head = items.findLast((item) => !isEntry(item) && item.auditDate === auditDate);
  if (!head || isEntry(head)) throw new Error(`no head ${auditDate}`);
  return head;
}

/** Each item as `edit` returns it; null removes it, several stand in its place. */
const each = (items: Item[], edit: (item: Item) => Item | Item[] | null) =>
  items.flatMap((item) => edit(item) ?? []);
const entry = (items: Item[], sequence: number, edit: (entry: AuditEntry) => Item | Item[] | null) =>
  each(items, (item) => (isEntry(item) && item.sequence === sequence ? edit(item) : item));
const head = (items: Item[], auditDate: Day, edit: (head: AuditHead) => Item | Item[] | null) =>
  each(items, (item) => (!isEntry(item) && item === headOf(items, auditDate) ? edit(item) : item));
const firstHead = (items: Item[], auditDate: Day, edit: (head: AuditHead) => Item | null) =>
  each(items, (item) =>
    !isEntry(item) && item.id === 'head-1' && item.auditDate === auditDate ? edit(item) : item,
  );
const dayRemoved = (items: Item[], auditDate: Day) => items.filter((item) => item.auditDate !== auditDate);

/** As a query of the store gives them back. */
const sorted = (items: Item[]) =>
  [...items].sort(
    (a, b) =>
      a.auditDate.localeCompare(b.auditDate) ||
      a.sequence - b.sequence ||
      Number(isEntry(b)) - Number(isEntry(a)),
  );

/** The items with the whole day made anew, all hashes right, of the changes of these numbers. */
function dayRemade(
  items: Item[],
  auditDate: Day,
  numbers: number[],
  overrides: Partial<AuditableChange> = {},
) {
  const dayBefore = days[days.indexOf(auditDate) - 1];
  const changes = numbers.map((number) =>
    changeOf(number, { at: `${auditDate}T09:00:00.000Z`, ...overrides }),
  );
  const made = chainChanges(
    dayBefore && headOf(items, dayBefore),
    changes,
    new Date(`${auditDate}T09:00:01.000Z`),
  );
  return sorted([...dayRemoved(items, auditDate), ...made.entries, made.head]);
}

/** A forger's entry in the place of that number, hash and link right. */
const forged = (items: Item[], sequence: number) => {
  const { auditDate, previousHash } = entryAt(items, sequence);
  const { hash: _, ...forgery } = entryAt(items, 1);
  const { commitHash = '' } = changeOf(900);
  return rehash({
    ...forgery,
    ...{ id: `${commitHash}:1`, subject: commitHash, commitHash },
    ...{ auditDate, sequence, previousHash, hash: '' },
  });
};

const at = (items: Item[], sequence: number) => {
  const { id, auditDate } = entryAt(items, sequence);
  return { sequence, id, auditDate };
};
const headAt = (items: Item[], auditDate: Day) => ({ id: headOf(items, auditDate).id, auditDate });
const forgedAt = (items: Item[], sequence: number) => {
  const { id, auditDate } = forged(items, sequence);
  return { sequence, id, auditDate };
};
const lastOf = (items: Item[]) => [`15:${entryAt(items, 15).hash}`];
const flipped = (text: string) => (text.startsWith('0') ? '1' : '0') + text.slice(1);

const tamperings: Tampering[] = [
  {
    name: 'a byte of an entry is changed',
    tamper: (items) => entry(items, 7, (old) => ({ ...old, actor: `${old.actor}x` })),
    found: (items) => [{ kind: 'altered', ...at(items, 7) }],
  },
  {
    name: 'a byte of the hash of an entry is changed',
    tamper: (items) => entry(items, 7, (old) => ({ ...old, hash: flipped(old.hash) })),
    found: (items) => [{ kind: 'altered', ...at(items, 7) }],
  },
  {
    name: 'an entry gets another member',
    tamper: (items) => entry(items, 7, (old) => ({ ...old, note: 'approved' })),
    found: (items) => [{ kind: 'altered', ...at(items, 7) }],
  },
  {
    name: 'an entry is rewritten with a right hash',
    tamper: (items) => entry(items, 7, (old) => rehash({ ...old, actor: 'eve' })),
    found: (items) => [{ kind: 'altered', ...at(items, 7) }],
  },
  {
    name: 'the first entry of the chain is rewritten with a right hash',
    tamper: (items) => entry(items, 1, (old) => rehash({ ...old, actor: 'eve' })),
    found: (items) => [{ kind: 'altered', ...at(items, 1) }],
  },
  {
    name: 'the link of an entry is rewritten with a right hash',
    tamper: (items) => entry(items, 7, (old) => rehash({ ...old, previousHash: flipped(old.previousHash) })),
    found: (items) => [{ kind: 'altered', ...at(items, 7) }],
  },
  {
    name: 'the last entry of a day is rewritten with a right hash',
    tamper: (items) => entry(items, 10, (old) => rehash({ ...old, actor: 'eve' })),
    found: (items) => [{ kind: 'altered', ...at(items, 10) }],
  },
  {
    name: 'the last entry of all is rewritten with a right hash',
    tamper: (items) => entry(items, 15, (old) => rehash({ ...old, actor: 'eve' })),
    found: (items) => [{ kind: 'altered', ...at(items, 15) }],
  },
  {
    name: 'the first entry of a day is altered',
    tamper: (items) => entry(items, 6, (old) => ({ ...old, actor: 'eve' })),
    found: (items) => [{ kind: 'altered', ...at(items, 6) }],
  },
  {
    name: 'an entry is dated into the next day',
    tamper: (items) => entry(items, 7, (old) => ({ ...old, auditDate: third })),
    found: (items) => [{ kind: 'altered', ...at(items, 7), auditDate: third }],
  },
  {
    name: 'a byte of a head is changed',
    tamper: (items) => head(items, second, (old) => ({ ...old, hash: flipped(old.hash) })),
    found: (items) => [{ kind: 'altered', ...headAt(items, second) }],
  },
  {
    name: 'the day of a head is changed',
    tamper: (items) => head(items, second, (old) => ({ ...old, auditDate: '2026-02-01' })),
    found: (items) => [{ kind: 'altered', ...headAt(items, second), auditDate: '2026-02-01' }],
  },
  {
    name: 'a head is rewritten with a right hash',
    tamper: (items) =>
      head(items, second, (old) => rehashHead({ ...old, updatedAt: '2026-01-31T10:00:00.000Z' })),
    found: (items) => [{ kind: 'altered', ...headAt(items, second) }],
  },
  {
    name: 'a head is rewritten with a right hash to name another last entry',
    tamper: (items) => head(items, second, (old) => rehashHead({ ...old, hash: flipped(old.hash) })),
    found: (items) => [{ kind: 'altered', ...headAt(items, second) }],
  },
  {
    name: 'the link of a head is rewritten with a right hash',
    tamper: (items) =>
      head(items, second, (old) =>
        rehashHead({
          ...old,
          previousHead: old.previousHead && {
            ...old.previousHead,
            headHash: flipped(old.previousHead.headHash),
          },
        }),
      ),
    found: (items) => [{ kind: 'altered', ...headAt(items, second) }],
  },
  {
    name: 'a head is replaced by an older copy of it',
    tamper: (items) =>
      head(items, second, () => headOf(dayRemade(items, second, [6, 7, 8]) as Item[], second)),
    found: () => [{ kind: 'removed', id: 'head-2', auditDate: second }],
    heads: 'one',
  },
  {
    name: 'a head is deleted',
    tamper: (items) => head(items, second, () => null),
    found: () => [{ kind: 'removed', id: 'head', auditDate: second }],
    heads: 'one',
  },
  {
    name: 'the last head of a day is deleted',
    tamper: (items) => head(items, second, () => null),
    found: (items) => [{ kind: 'removed', ...headAt(items, second) }],
    heads: 'several',
  },
  {
    name: 'all heads of a day are deleted',
    tamper: (items) => each(items, (item) => (!isEntry(item) && item.auditDate === second ? null : item)),
    found: () => [{ kind: 'removed', id: 'head', auditDate: second }],
    heads: 'several',
  },
  {
    name: 'the last head of all is deleted',
    tamper: (items) => head(items, third, () => null),
    found: () => [{ kind: 'inserted', sequence: 15, auditDate: third }],
    heads: 'several',
  },
  {
    name: 'the first head of a day is deleted',
    tamper: (items) => firstHead(items, second, () => null),
    found: () => [{ kind: 'removed', id: 'head-1', auditDate: second }],
    heads: 'several',
  },
  {
    name: 'a byte of the first head of a day is changed',
    tamper: (items) => firstHead(items, second, (old) => ({ ...old, hash: flipped(old.hash) })),
    found: () => [{ kind: 'altered', id: 'head-1', auditDate: second }],
    heads: 'several',
  },
  {
    name: 'the first head of a day is rewritten with a right hash to name another last entry',
    tamper: (items) => firstHead(items, second, (old) => rehashHead({ ...old, hash: flipped(old.hash) })),
    found: () => [{ kind: 'altered', id: 'head-1', auditDate: second }],
    heads: 'several',
  },
  {
    name: 'the first head of a day is rewritten with a right hash to begin elsewhere',
    tamper: (items) =>
      firstHead(items, second, (old) => rehashHead({ ...old, firstSequence: 5, entries: 3 })),
    found: () => [{ kind: 'altered', id: 'head-2', auditDate: second }],
    heads: 'several',
  },
  {
    name: 'the first head of a day stands behind its last',
    tamper: (items) => [
      ...firstHead(items, second, () => null).filter(({ auditDate }) => auditDate <= second),
      ...items.filter(({ id, auditDate }) => id === 'head-1' && auditDate === second),
      ...items.filter(({ auditDate }) => auditDate > second),
    ],
    found: () => [{ kind: 'reordered', id: 'head-1', auditDate: second }],
    heads: 'several',
  },
  {
    name: 'an entry is deleted',
    tamper: (items) => entry(items, 8, () => null),
    found: () => [{ kind: 'removed', sequence: 8, auditDate: second }],
  },
  {
    name: 'the first entry of the chain is deleted',
    tamper: (items) => entry(items, 1, () => null),
    found: () => [{ kind: 'removed', sequence: 1, auditDate: first }],
  },
  {
    name: 'the last entry of a day is deleted',
    tamper: (items) => entry(items, 10, () => null),
    found: () => [{ kind: 'truncated', sequence: 10, auditDate: second }],
  },
  {
    name: 'the last entry is deleted',
    tamper: (items) => entry(items, 15, () => null),
    found: () => [{ kind: 'truncated', sequence: 15, auditDate: third }],
  },
  {
    name: 'a day is deleted',
    tamper: (items) => dayRemoved(items, second),
    found: () => [{ kind: 'removed', sequence: 6, auditDate: second }],
  },
  {
    name: 'the first day is deleted',
    tamper: (items) => dayRemoved(items, first),
    found: () => [{ kind: 'removed', sequence: 1, auditDate: first }],
  },
  {
    name: 'the entries of a day are deleted and its head is left',
    tamper: (items) => each(items, (item) => (isEntry(item) && item.auditDate === second ? null : item)),
    found: () => [{ kind: 'removed', sequence: 6, auditDate: second }],
  },
  {
    name: 'the last day is deleted, and a witness saw it',
    tamper: (items) => dayRemoved(items, third),
    found: () => [{ kind: 'truncated', sequence: 11, auditDate: second }],
    witnesses: lastOf,
  },
  {
    name: 'two neighbours are swapped by their numbers',
    tamper: (items) =>
      sorted(
        each(items, (item) =>
          isEntry(item) && (item.sequence === 7 || item.sequence === 8)
            ? { ...item, sequence: 15 - item.sequence }
            : item,
        ),
      ),
    found: (items) => [
      { kind: 'reordered', ...at(items, 8), sequence: 7 },
      { kind: 'reordered', ...at(items, 7), sequence: 8 },
    ],
  },
  {
    name: 'two distant entries are swapped by their numbers',
    tamper: (items) =>
      sorted(
        each(items, (item) =>
          isEntry(item) && (item.sequence === 7 || item.sequence === 9)
            ? { ...item, sequence: 16 - item.sequence }
            : item,
        ),
      ),
    found: (items) => [
      { kind: 'reordered', ...at(items, 9), sequence: 7 },
      { kind: 'reordered', ...at(items, 7), sequence: 9 },
    ],
  },
  {
    name: 'two neighbours change places as they are',
    tamper: (items) =>
      each(
        entry(items, 8, () => null),
        (item) => (item === entryAt(items, 7) ? [entryAt(items, 8), item] : item),
      ),
    found: (items) => [
      { kind: 'reordered', ...at(items, 8) },
      { kind: 'reordered', sequence: 8, auditDate: second },
    ],
  },
  {
    name: 'an entry is moved back as it is',
    tamper: (items) =>
      each(
        entry(items, 7, () => null),
        (item) => (item === entryAt(items, 9) ? [item, entryAt(items, 7)] : item),
      ),
    found: (items) => [
      { kind: 'reordered', sequence: 7, auditDate: second },
      { kind: 'reordered', ...at(items, 7) },
    ],
  },
  {
    name: 'an entry is moved forward as it is',
    tamper: (items) =>
      each(
        entry(items, 9, () => null),
        (item) => (item === entryAt(items, 7) ? [entryAt(items, 9), item] : item),
      ),
    found: (items) => [
      { kind: 'reordered', ...at(items, 9) },
      { kind: 'reordered', sequence: 9, auditDate: second },
    ],
  },
  {
    name: 'an entry is moved to another day',
    tamper: (items) => sorted(entry(items, 7, (old) => ({ ...old, auditDate: third }))),
    found: (items) => [
      { kind: 'reordered', sequence: 7, auditDate: second },
      { kind: 'reordered', ...at(items, 7), auditDate: third },
    ],
  },
  {
    name: 'an entry is renumbered to a number that is taken',
    tamper: (items) => sorted(entry(items, 7, (old) => ({ ...old, sequence: 9 }))),
    found: (items) => [
      { kind: 'reordered', sequence: 7, auditDate: second },
      { kind: 'reordered', ...at(items, 7), sequence: 9 },
    ],
  },
  {
    name: 'a head is moved into the day before',
    tamper: (items) =>
      each(
        head(items, second, () => null),
        (item) => (item === entryAt(items, 2) ? [item, headOf(items, second)] : item),
      ),
    found: (items) => [{ kind: 'reordered', ...headAt(items, second) }],
    heads: 'one',
  },
  {
    name: 'a head is moved into the day after',
    tamper: (items) =>
      each(
        head(items, second, () => null),
        (item) => (item === entryAt(items, 12) ? [item, headOf(items, second)] : item),
      ),
    found: (items) => [{ kind: 'reordered', ...headAt(items, second) }],
    heads: 'one',
  },
  {
    name: 'a head is deleted behind one that is moved before it',
    tamper: (items) => [
      headOf(items, second),
      ...items.filter((item) => isEntry(item) || item.auditDate === third),
    ],
    found: (items) => [
      { kind: 'reordered', ...headAt(items, second) },
      { kind: 'removed', id: 'head', auditDate: first },
    ],
  },
  {
    name: 'a copy of an entry is added',
    tamper: (items) => entry(items, 7, (old) => [old, old]),
    found: (items) => [{ kind: 'inserted', ...at(items, 7) }],
  },
  {
    name: 'an older entry is added again',
    tamper: (items) => entry(items, 9, (old) => [old, entryAt(items, 6)]),
    found: (items) => [{ kind: 'inserted', ...at(items, 6) }],
  },
  {
    name: 'a forged entry with a wrong hash is added before the right one',
    tamper: (items) => entry(items, 7, (old) => [{ ...forged(items, 7), hash: flipped(old.hash) }, old]),
    found: (items) => [{ kind: 'inserted', ...forgedAt(items, 7) }],
  },
  {
    name: 'a forged entry with a wrong hash is added after the right one',
    tamper: (items) => entry(items, 7, (old) => [old, { ...forged(items, 7), hash: flipped(old.hash) }]),
    found: (items) => [{ kind: 'inserted', ...forgedAt(items, 7) }],
  },
  {
    name: 'a forged entry is linked in and all after it in its day are renumbered',
    tamper: (items) =>
      each(items, (item) => {
        if (item.auditDate !== third || !isEntry(item) || item.sequence < 14) return item;
        const renumbered = { ...item, sequence: item.sequence + 1 };
        return item.sequence === 14 ? [forged(items, 14), renumbered] : renumbered;
      }),
    found: (items) => [
      { kind: 'inserted', ...forgedAt(items, 14) },
      { kind: 'reordered', ...at(items, 14), sequence: 15 },
      { kind: 'reordered', ...at(items, 15), sequence: 16 },
    ],
  },
  {
    name: 'a forged entry is added behind the last one',
    tamper: (items) =>
      entry(items, 15, (old) => [
        old,
        rehash({ ...forged(items, 15), sequence: 16, previousHash: old.hash }),
      ]),
    found: () => [{ kind: 'inserted', sequence: 16, auditDate: third }],
  },
  {
    name: 'an entry of another tenant is added',
    tamper: (items) => entry(items, 7, (old) => [rehash({ ...forged(items, 7), tenantId: 'other' }), old]),
    found: (items) => [{ kind: 'inserted', ...forgedAt(items, 7) }],
  },
  {
    name: 'a second head is added',
    tamper: (items) => head(items, second, (old) => [old, rehashHead({ ...old, sequence: 9 })]),
    found: (items) => [{ kind: 'inserted', ...headAt(items, second) }],
  },
  {
    name: 'two entries follow the same one, both with right hashes',
    tamper: (items) => entry(items, 7, (old) => [old, forged(items, 7)]),
    found: (items) => [{ kind: 'forked', ...forgedAt(items, 7) }],
  },
  {
    name: 'the partition of a past day is replaced by an older copy of it',
    tamper: (items) => dayRemade(items, second, [6, 7, 8]),
    found: () => [{ kind: 'truncated', sequence: 9, auditDate: second }],
  },
  {
    name: 'the partition of the last day is replaced by an older copy, and a witness saw the new one',
    tamper: (items) => dayRemade(items, third, [11, 12, 13]),
    found: () => [{ kind: 'truncated', sequence: 14, auditDate: third }],
    witnesses: lastOf,
  },
  {
    name: 'a past day is rewritten with right hashes',
    tamper: (items) => dayRemade(items, second, [6, 7, 8, 9, 10], { actor: 'eve' }),
    found: (items) => [{ kind: 'forked', ...at(items, 10) }],
  },
  {
    name: 'a past day is rewritten with right hashes and more entries',
    tamper: (items) => dayRemade(items, second, [6, 7, 8, 901, 902, 9, 10]),
    found: () => [{ kind: 'forked', sequence: 12, id: `${changeOf(10).subject}:1`, auditDate: second }],
  },
  {
    name: 'the last day is rewritten with right hashes, and a witness saw it',
    tamper: (items) => dayRemade(items, third, [11, 12, 13, 14, 15], { actor: 'eve' }),
    found: () => [{ kind: 'forked', sequence: 15 }],
    witnesses: lastOf,
  },
  {
    name: 'the whole chain is rewritten, and a witness kept a hash alone',
    tamper: (items) => dayRemade(items.slice(0, 0), first, [1, 2, 3], { actor: 'eve' }),
    found: () => [{ kind: 'forked' }],
    witnesses: (items) => [entryAt(items, 2).hash],
  },
];

/** Each on a log with one head a day, and on one with several. */
export const everyTampering = [5, 2].flatMap((entriesPerBatch) =>
  tamperings
    .filter(({ heads }) => heads !== (entriesPerBatch === 5 ? 'several' : 'one'))
    .map((tampering) => ({ ...tampering, entriesPerBatch })),
);
