import {
  type AuditEntry,
  type AuditHead,
  type AuditProblem,
  chainChanges,
  hashEntry,
  parseWitness,
  type VerificationReport,
  verifyExport,
  type Witness,
} from '../../src/lib/audit';
import type { CommitItem } from '../../src/lib/commit';
import { verifyAudit } from '../../src/lib/evidence';
import { hasPython, verifyInPython } from '../lib/audit/python';
import {
  dateOf,
  days,
  exported,
  fill,
  hashOf,
  itemsIn,
  openAuditedStore,
  record,
  verifyOnline,
} from './auditedStore';

// Somebody with the keys of the database changes what is stored; the verifiers must see it.

const [first, second, third] = days.map(dateOf) as [string, string, string];

let opened: Awaited<ReturnType<typeof openAuditedStore>>;

beforeAll(async () => {
  opened = await openAuditedStore();
});

afterAll(() => opened?.close());

/** The stored log of one tenant, and hands on it. */
async function logOf(tenantId: string) {
  const items = await itemsIn<AuditEntry | AuditHead>(opened.audit, tenantId);
  const isHead = (item: AuditEntry | AuditHead): item is AuditHead => 'headHash' in item;
  const found = <T>(item: T | undefined): T => {
    if (item === undefined) throw new Error('the log has no such item');
    return item;
  };
  const entry = (sequence: number) =>
    found(items.find((item): item is AuditEntry => !isHead(item) && item.sequence === sequence));
  const heads = items.filter(isHead).sort((a, b) => a.sequence - b.sequence);
  const head = (date: string) => found(heads.findLast(({ auditDate }) => auditDate === date));
  const at = ({ id, auditDate }: { id: string; auditDate: string }) =>
    opened.audit.item(id, [tenantId, auditDate]);
  return {
    tenantId,
    entry,
    head,
    firstHead: (date: string) => found(heads.find(({ auditDate }) => auditDate === date)),
    replace: (item: AuditEntry | AuditHead, change: object) => at(item).replace({ ...item, ...change }),
    remove: (item: AuditEntry | AuditHead) => at(item).delete(),
    create: (item: object) => opened.audit.items.create(item),
    of: (date: string) => items.filter(({ auditDate }) => auditDate === date),
    /** Makes a day anew with all hashes right, of these entries by that actor. */
    rewrite: async (date: string, before: AuditHead, numbers: readonly number[], actor?: string) => {
      const changes = numbers.map(entry).map(({ subject, commitHash, revision, action, ...rest }) => ({
        ...{ tenantId, subject, commitHash, revision, action, contentHash: rest.contentHash },
        ...{ at: rest.changedAt, actor: actor ?? rest.actor },
      }));
      const made = chainChanges(before, changes, new Date(`${date}T12:00:00.000Z`));
      for (const item of items.filter(({ auditDate }) => auditDate === date)) await at(item).delete();
      for (const item of [...made.entries, made.head]) await opened.audit.items.create(item);
    },
  };
}
type Log = Awaited<ReturnType<typeof logOf>>;

/** The commit item that the tampering is about. */
const commitItem = async (tenantId: string, name: string) => {
  const stored = opened.commits.item(hashOf(name), [tenantId, first]);
  const { resource: item } = await stored.read<CommitItem>();
  if (!item) throw new Error(`there is no commit ${name}`);
  return { stored, item };
};

function idOf(number: number | 'forged'): string {
  if (number === 'forged') return `${hashOf(number)}:1`;
  return number < 14 ? `${hashOf(`${number}`)}:1` : `${hashOf(`${number - 12}`)}:2`;
}
const dateAt = (number: number) => (number > 10 ? third : number > 5 ? second : first);
const at = (number: number) => ({ sequence: number, id: idOf(number), auditDate: dateAt(number) });

interface Tampering {
  name: string;
  tamper(log: Log): Promise<unknown>;
  /** What is wrong with the chain, found online and in an export, by both verifiers. */
  chain: Partial<AuditProblem>[];
  /** The entries whose records are found, online only, not to be what the log says. */
  differs: (number | 'forged')[];
  /** What a witness who kept the last head finds besides. Without it and `chain`, nothing shows in an export. */
  witnessed?: Partial<AuditProblem>[];
}

const forged = (log: Log, sequence: number, change: Partial<AuditEntry> = {}): AuditEntry => {
  const commitHash = hashOf('forged');
  const { previousAuditDate: _, ...like } = log.entry(sequence);
  const entry = { ...like, id: `${commitHash}:1`, revision: 1, subject: commitHash, commitHash, ...change };
  return { ...entry, hash: hashEntry(entry) };
};

const tamperings: Tampering[] = [
  {
    name: 'a byte of a commit is changed',
    tamper: async ({ tenantId }) => {
      const { stored, item } = await commitItem(tenantId, '4');
      await stored.replace({ ...item, message: 'fix: 5' });
    },
    chain: [],
    differs: [4],
  },
  {
    name: 'a commit is deleted',
    tamper: async ({ tenantId }) => (await commitItem(tenantId, '4')).stored.delete(),
    chain: [],
    differs: [4],
  },
  {
    name: 'a commit is put back as it was before its review',
    tamper: async ({ tenantId }) => {
      const { stored, item } = await commitItem(tenantId, '2');
      const [recorded] = item.changes;
      await stored.replace({ ...item, review: null, revision: 1, changes: [recorded] });
    },
    chain: [],
    differs: [14],
  },
  {
    name: 'a byte of an entry is changed',
    tamper: (log) => log.replace(log.entry(7), { actor: 'test:eve' }),
    chain: [{ kind: 'altered', ...at(7) }],
    differs: [7],
  },
  {
    name: 'an entry is rewritten with a right hash',
    tamper: (log) => {
      const entry = { ...log.entry(7), actor: 'test:eve' };
      return log.replace(entry, { hash: hashEntry(entry) });
    },
    chain: [{ kind: 'altered', ...at(7) }],
    differs: [7],
  },
  {
    name: 'a byte of a head is changed',
    tamper: (log) => log.replace(log.head(second), { updatedAt: `${second}T11:59:59.000Z` }),
    chain: [{ kind: 'altered', id: 'head-5', auditDate: second }],
    differs: [],
  },
  {
    name: 'a byte of a head that another one has followed is changed',
    tamper: (log) => log.replace(log.firstHead(second), { updatedAt: `${second}T11:59:59.000Z` }),
    chain: [{ kind: 'altered', id: 'head-1', auditDate: second }],
    differs: [],
  },
  {
    name: 'the last head of a day is deleted',
    tamper: (log) => log.remove(log.head(second)),
    chain: [{ kind: 'removed', id: 'head-5', auditDate: second }],
    differs: [],
  },
  {
    name: 'a head that another one has followed is deleted',
    tamper: (log) => log.remove(log.firstHead(second)),
    chain: [{ kind: 'removed', id: 'head-1', auditDate: second }],
    differs: [],
  },
  {
    name: 'the last head is deleted',
    tamper: (log) => log.remove(log.head(third)),
    chain: [{ kind: 'inserted', sequence: 15, auditDate: third }],
    differs: [],
  },
  {
    name: 'an entry is deleted',
    tamper: (log) => log.remove(log.entry(8)),
    chain: [{ kind: 'removed', sequence: 8, auditDate: second }],
    differs: [8],
  },
  {
    name: 'the last entry is deleted',
    tamper: (log) => log.remove(log.entry(15)),
    chain: [{ kind: 'truncated', sequence: 15, auditDate: third }],
    differs: [15],
  },
  {
    name: 'a day is deleted',
    tamper: async (log) => {
      for (const item of log.of(second)) await log.remove(item);
    },
    chain: [{ kind: 'removed', sequence: 6, auditDate: second }],
    differs: [6, 7, 8, 9, 10],
  },
  {
    name: 'the last day is deleted, its head and all',
    tamper: async (log) => {
      for (const item of log.of(third)) await log.remove(item);
    },
    chain: [],
    differs: [11, 12, 13, 14, 15],
    witnessed: [{ kind: 'truncated', sequence: 11, auditDate: second }],
  },
  {
    name: 'two entries are swapped',
    tamper: async (log) => {
      await log.replace(log.entry(7), { sequence: 8 });
      await log.replace(log.entry(8), { sequence: 7 });
    },
    chain: [
      { kind: 'reordered', ...at(8), sequence: 7 },
      { kind: 'reordered', ...at(7), sequence: 8 },
    ],
    differs: [7, 8],
  },
  {
    name: 'an entry is inserted',
    tamper: (log) => log.create({ ...forged(log, 7), hash: 'f'.repeat(64) }),
    chain: [{ kind: 'inserted', sequence: 7, id: `${hashOf('forged')}:1`, auditDate: second }],
    differs: [],
  },
  {
    name: 'an entry is inserted behind the last one',
    tamper: (log) => log.create(forged(log, 15, { sequence: 16, previousHash: log.entry(15).hash })),
    chain: [{ kind: 'inserted', sequence: 16, auditDate: third }],
    differs: ['forged'],
  },
  {
    name: 'the partition of a past day is replaced by an old copy',
    tamper: (log) => log.rewrite(second, log.head(first), [6, 7, 8]),
    chain: [{ kind: 'truncated', sequence: 9, auditDate: second }],
    differs: [9, 10],
  },
  {
    name: 'the partition of the last day is replaced by an old copy',
    tamper: (log) => log.rewrite(third, log.head(second), [11, 12, 13]),
    chain: [],
    differs: [14, 15],
    witnessed: [{ kind: 'truncated', sequence: 14, auditDate: third }],
  },
  {
    name: 'a whole past day is rewritten with right hashes',
    tamper: (log) => log.rewrite(second, log.head(first), [6, 7, 8, 9, 10], 'test:eve'),
    chain: [{ kind: 'forked', ...at(10) }],
    differs: [6, 7, 8, 9, 10],
  },
  {
    name: 'the whole last day is rewritten with right hashes',
    tamper: (log) => log.rewrite(third, log.head(second), [11, 12, 13, 14, 15], 'test:eve'),
    chain: [],
    differs: [11, 12, 13, 14, 15],
    witnessed: [{ kind: 'forked', sequence: 15 }],
  },
];

const places = ({ problems }: Pick<VerificationReport, 'problems'>) =>
  problems.map(({ message: _, ...place }) => place);
const offline = async (text: string, trustedHeads: Witness[]) =>
  places(await verifyExport([Buffer.from(text)], { trustedHeads }));

describe('the stored log', () => {
  it.each(tamperings.map((tampering, index) => ({ ...tampering, tenantId: `tampered-${index}` })))(
    'tells, with its records and its exports, that $name',
    async ({ tenantId, tamper, chain, differs, witnessed = [] }) => {
      await fill(opened.store, tenantId);
      expect(await verifyOnline(opened.store, tenantId)).toMatchObject({
        valid: true,
        entries: 15,
        problems: [],
        notes: [],
      });
      const log = await logOf(tenantId);
      const kept = `15:${log.entry(15).hash}`;
      const trustedHeads = [parseWitness(kept)].filter((witness) => witness !== undefined);
      await tamper(log);

      const online = places(await verifyOnline(opened.store, tenantId));
      expect(online.filter(({ kind }) => kind !== 'store-differs')).toEqual(chain);
      const found = online.filter(({ kind }) => kind === 'store-differs').map(({ id }) => id);
      expect([...new Set(found)].sort()).toEqual(differs.map(idOf).sort());

      const days = { startDate: first, endDate: third };
      const asked = { retentionDays: 2557, clock: () => new Date() };
      expect(places(await verifyAudit(opened.store, tenantId, days, asked))).toEqual(
        expect.arrayContaining(chain),
      );

      const text = await exported(opened.store, tenantId);
      expect(await offline(text, [])).toEqual(chain);
      const withHead = await offline(text, trustedHeads);
      expect(withHead).toEqual(expect.arrayContaining([...chain, ...witnessed]));
      const onlineWithHead = places(
        await verifyAudit(opened.store, tenantId, {}, { ...asked, trustedHeads }),
      );
      expect(onlineWithHead.filter(({ kind }) => kind !== 'store-differs')).toEqual(withHead);
      if (!hasPython) return;
      expect(places(verifyInPython(text))).toEqual(chain);
      expect(places(verifyInPython(text, '--head', kept))).toEqual(withHead);
    },
  );

  it('holds the commits of a range of days against their entries', async () => {
    const tenantId = 'range';
    await fill(opened.store, tenantId);
    const asked = { retentionDays: 2557, clock: () => new Date() };
    const kindsIn = async (range: { startDate: string; endDate: string }) =>
      (await verifyAudit(opened.store, tenantId, range, asked)).problems.map(
        ({ kind, id }) => `${kind} ${id}`,
      );
    const { stored, item } = await commitItem(tenantId, '2');
    await stored.replace({ ...item, message: 'fix: another' });
    expect(await kindsIn({ startDate: second, endDate: second })).toEqual([]);
    expect(await kindsIn({ startDate: first, endDate: first })).toEqual([`store-differs ${idOf(14)}`]);
    expect(await kindsIn({ startDate: third, endDate: third })).toEqual([`store-differs ${idOf(14)}`]);
  });

  const changes = Number(process.env.AUDIT_CHANGES ?? 10_000);

  it(`of ${changes} changes that nobody touched verifies clean, online and as an export`, async () => {
    const tenantId = 'untouched';
    for (let from = 0; from < changes; from += 500) {
      const names = Array.from({ length: Math.min(500, changes - from) }, (_, index) => `u${from + index}`);
      const day = days[Math.floor((from / changes) * days.length)] ?? new Date();
      await record(opened.store, tenantId, day, names);
    }
    const startedAt = performance.now();
    const report = await verifyOnline(opened.store, tenantId);
    const seconds = (performance.now() - startedAt) / 1000;
    expect(report).toMatchObject({ valid: true, entries: changes, problems: [], notes: [] });
    const text = await exported(opened.store, tenantId);
    const ours = await verifyExport([Buffer.from(text)]);
    expect(ours).toMatchObject({ valid: true, entries: changes });
    if (hasPython) expect(verifyInPython(text)).toMatchObject({ valid: true, entries: changes });
    if (process.env.AUDIT_CHANGES !== undefined)
      process.stdout.write(
        `${changes} changes verified online in ${seconds.toFixed(1)} s; ${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB resident, emulator included\n`,
      );
  }, 1_200_000);
});
