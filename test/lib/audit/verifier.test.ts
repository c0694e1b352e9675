import { parseWitness, verifyChain } from '../../../src/lib/audit';
import { itemsOf } from './chains';
import { days, entryAt, everyTampering } from './tampering';

describe('verifyChain', () => {
  it('finds an untouched chain valid and says where it ends', async () => {
    const items = itemsOf([...days]);
    const report = await verifyChain(items);
    expect(report).toEqual({
      valid: true,
      entries: 15,
      head: { sequence: 15, auditDate: days[2], hash: entryAt(items, 15).hash },
      problems: [],
      problemsFound: 0,
      notes: [],
    });
  });

  it.each(everyTampering)(
    'names it: $name, $entriesPerBatch entries a batch',
    async ({ entriesPerBatch, ...tampering }) => {
      const items = itemsOf([...days], 5, entriesPerBatch);
      const trustedHeads = (tampering.witnesses?.(items) ?? []).flatMap((text) => parseWitness(text) ?? []);
      expect(await verifyChain(items, { trustedHeads })).toMatchObject({ valid: true });
      const report = await verifyChain(tampering.tamper(items), { trustedHeads });
      expect(report.problems.map(({ message, ...found }) => found)).toEqual(tampering.found(items));
      expect(report.valid).toBe(false);
    },
  );

  describe('where records were lawfully deleted', () => {
    const now = new Date('2033-02-01T00:00:00.000Z');
    const items = itemsOf([...days]);
    const kept = items.filter(({ auditDate, sequence }) => auditDate > days[0] && sequence > 7);

    it('notes what is old enough to be gone and finds no problem', async () => {
      const report = await verifyChain(kept, { now, retentionDays: 2557 });
      expect(report).toMatchObject({ valid: true, problems: [], notes: [{ kind: 'expired', sequence: 1 }] });
    });

    it('accepts days that a hold kept while those behind them expired', async () => {
      const held = items.filter(({ auditDate }) => auditDate !== days[1]);
      expect(await verifyChain(held, { now, retentionDays: 2557 })).toMatchObject({
        valid: true,
        problems: [],
      });
    });

    it('names what is gone too early', async () => {
      const early = new Date('2033-01-30T00:00:00.000Z');
      const report = await verifyChain(kept, { now: early, retentionDays: 2557 });
      expect(report).toMatchObject({
        valid: false,
        problems: [{ kind: 'removed', sequence: 1, auditDate: days[1] }],
      });
    });

    it('notes what lies before the first day asked for', async () => {
      const range = items.filter(({ auditDate }) => auditDate > days[0]);
      const report = await verifyChain(range, { startDate: days[1] });
      expect(report).toMatchObject({ valid: true, notes: [{ kind: 'outside-range', sequence: 1 }] });
    });
  });

  describe('a witness', () => {
    const items = itemsOf([...days]);
    const hashAt = (sequence: number) => entryAt(items, sequence).hash;
    const kindsFor = async (text: string, chain: unknown[] = items) => {
      const witness = parseWitness(text);
      const report = await verifyChain(chain, { trustedHeads: witness ? [witness] : [] });
      return report.problems.map(({ kind }) => kind);
    };

    it('is satisfied by a chain that extends what it saw', async () => {
      expect(await kindsFor(`7:${hashAt(7)}`)).toEqual([]);
      expect(await kindsFor(hashAt(7).toUpperCase())).toEqual([]);
    });

    it('is not satisfied by the right hash at another number', async () => {
      expect(await kindsFor(`8:${hashAt(7)}`)).toEqual(['forked']);
    });

    it('counts the link of the first record that is kept', async () => {
      const kept = items.filter(({ auditDate }) => auditDate > days[0]);
      expect(await kindsFor(`5:${hashAt(5)}`, kept)).toEqual(['removed']);
    });
  });

  it.each([
    ['longer', 14, 'inserted'],
    ['shorter', 16, 'truncated'],
  ])('says that a chain is %s than its caller expects', async (_name, sequence, kind) => {
    const items = itemsOf([...days]);
    const report = await verifyChain(items, { expectedHead: { sequence, hash: entryAt(items, 14).hash } });
    expect(report.problems).toMatchObject([{ kind }]);
  });

  it.each([
    [null],
    ['text'],
    [[]],
    [{}],
    [{ id: 'head' }],
    [{ sequence: 6, formatVersion: 9 }],
    [{ id: 'x\ud800' }],
  ])('reports %j among the entries and does not throw', async (intruder) => {
    const [first, ...rest] = itemsOf([...days]);
    const report = await verifyChain([first, intruder, ...rest]);
    expect(report.valid).toBe(false);
  });

  it('keeps the first problems of very many and counts all', async () => {
    const items = itemsOf([...days], 100).map((item) => ({ ...item, tenantId: 'other' }));
    const report = await verifyChain(items);
    expect(report.problems).toHaveLength(100);
    expect(report.problemsFound).toBe(303);
  });
});
