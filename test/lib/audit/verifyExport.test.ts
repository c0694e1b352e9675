import fc from 'fast-check';
import {
  type AuditEntry,
  type AuditHead,
  chainChanges,
  exportLines,
  parseWitness,
  type VerificationReport,
  type VerifyOptions,
  verifyExport,
} from '../../../src/lib/audit';
import { changeOf, itemsOf } from './chains';
import { hasPython, verifyInPython, verifyManyInPython } from './python';
import { days, entryAt, everyTampering } from './tampering';

const exportedAt = new Date('2026-02-03T00:00:00.000Z');

async function exportOf(items: unknown[], options: { startDate?: string } = {}): Promise<string> {
  let text = '';
  for await (const line of exportLines(items as (AuditEntry | AuditHead)[], { exportedAt, ...options }))
    text += line;
  return text;
}

const verify = (text: string | Buffer, options?: VerifyOptions) => verifyExport([Buffer.from(text)], options);
const places = ({ problems }: VerificationReport) => problems.map(({ message, ...place }) => place);
const itWithPython = hasPython ? it : it.skip;
const inPython = hasPython ? '' : ' (skipped: there is no python3)';

/** What both verifiers say, which must be the same; where there is no Python, what ours says. */
async function verifyTwice(text: string | Buffer, options: VerifyOptions = {}, ...args: string[]) {
  const report = await verify(text, options);
  if (hasPython) {
    const other = verifyInPython(text, ...args);
    expect(places(other)).toEqual(places(report));
    const { valid, entries, head, problemsFound } = report;
    expect(other).toMatchObject({ valid, entries, head, problemsFound });
    expect(other.notes.map(({ message, ...place }) => place)).toEqual(
      report.notes.map(({ message, ...place }) => place),
    );
  }
  return report;
}

describe('verifyExport', () => {
  it('finds an untouched export valid, and so does docs/verify.py', async () => {
    const report = await verifyTwice(await exportOf(itemsOf([...days])));
    expect(report).toMatchObject({ valid: true, entries: 15, problems: [] });
    expect(report.manifests).toMatchObject([{ entries: 15, heads: 3, firstSequence: 1, lastSequence: 15 }]);
  });

  itWithPython.each(everyTampering)(
    `is at one with docs/verify.py where $name, $entriesPerBatch entries a batch${inPython}`,
    async ({ entriesPerBatch, ...tampering }) => {
      const items = itemsOf([...days], 5, entriesPerBatch);
      const witnesses = tampering.witnesses?.(items) ?? [];
      const trustedHeads = witnesses.flatMap((text) => parseWitness(text) ?? []);
      const text = await exportOf(tampering.tamper(items));
      const report = await verifyTwice(
        text,
        { trustedHeads },
        ...witnesses.flatMap((each) => ['--head', each]),
      );
      expect(places(report)).toEqual(tampering.found(items));
    },
  );

  it.each<[string, (lines: string[]) => string[], object[]]>([
    [
      'a record that is not JSON',
      (lines) => [...lines.slice(0, 6), '{', ...lines.slice(7)],
      [{ kind: 'altered', sequence: 6 }],
    ],
    [
      'a blank in a record',
      (lines) => lines.map((line, index) => (index === 6 ? line.replace(':', ': ') : line)),
      [{ kind: 'altered', sequence: 6 }],
    ],
    [
      'a member given twice',
      (lines) => lines.map((line, index) => (index === 6 ? line.replace('{', '{"actor":"eve",') : line)),
      [{ kind: 'altered', sequence: 6 }],
    ],
    ['an end without a manifest', (lines) => lines.slice(0, -1), [{ kind: 'truncated', id: 'manifest' }]],
    [
      'a last day without its end, head and all',
      (lines) => [...lines.slice(0, 12), ...lines.slice(-1)],
      [{ kind: 'truncated', id: 'manifest' }],
    ],
    [
      'an altered manifest',
      (lines) => [...lines.slice(0, -1), (lines.at(-1) ?? '').replace('"entries":15', '"entries":16')],
      [{ kind: 'altered', id: 'manifest' }],
    ],
    [
      'an empty line',
      (lines) => [...lines.slice(0, 3), '', ...lines.slice(3)],
      [{ kind: 'inserted', sequence: 4 }],
    ],
  ])('names %s', async (_name, edit, found) => {
    const lines = (await exportOf(itemsOf([...days]))).trimEnd().split('\n');
    const report = await verifyTwice(`${edit(lines).join('\n')}\n`);
    expect(report.problems).toMatchObject(found);
    expect(report.valid).toBe(false);
  });

  it('takes a text that looks like a member, or a detail that is named hash, for what it is', async () => {
    const changes = [
      changeOf(1, { actor: `,"hash":"${'0'.repeat(64)}"` }),
      changeOf(2, { detail: { a: ',', hash: 'x' } }),
      changeOf(3, { actor: 'hash', detail: { hash: '0'.repeat(64) } }),
    ];
    const { entries, head } = chainChanges(undefined, changes, exportedAt);
    expect(await verifyTwice(await exportOf([...entries, head]))).toMatchObject({ valid: true, entries: 3 });
  });

  it('splits lines at line feeds alone, wherever the chunks end', async () => {
    const actor = 'a\u2028é\u{1f600}';
    const { entries, head } = chainChanges(
      undefined,
      [changeOf(1, { actor }), changeOf(2, { actor })],
      exportedAt,
    );
    const bytes = Buffer.from(await exportOf([...entries, head]));
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const report = await verifyExport([bytes.subarray(0, cut), bytes.subarray(cut)]);
      expect(report).toMatchObject({ valid: true, entries: 2 });
    }
  });

  it('accepts an export in parts and names a part that is missing', async () => {
    const items = itemsOf([...days]);
    const part = (day: string) => exportOf(items.filter(({ auditDate }) => auditDate === day));
    const [one = '', two = '', three = ''] = await Promise.all(days.map(part));
    expect((await verifyTwice(one + two + three)).valid).toBe(true);
    expect(places(await verifyTwice(one + three))).toEqual([
      { kind: 'removed', sequence: 6, auditDate: days[1] },
    ]);
  });

  it('notes, and does not miss, what lies before the range that was exported', async () => {
    const items = itemsOf([...days]).filter(({ auditDate }) => auditDate > days[0]);
    const report = await verifyTwice(await exportOf(items, { startDate: days[1] }));
    expect(report).toMatchObject({ valid: true, notes: [{ kind: 'outside-range', sequence: 1 }] });
  });

  it('notes what expired lawfully', async () => {
    const items = itemsOf([...days]).filter(({ auditDate }) => auditDate > days[0]);
    const text = await exportOf(items);
    const now = new Date('2033-02-01T00:00:00.000Z');
    const args = ['--retention-days', '2557', '--now', now.toISOString()];
    const report = await verifyTwice(text, { now, retentionDays: 2557 }, ...args);
    expect(report).toMatchObject({ valid: true, notes: [{ kind: 'expired', sequence: 1 }] });
  });

  it('lets a witness check that the export extends what it saw', async () => {
    const items = itemsOf([...days]);
    const kept = `7:${entryAt(items, 7).hash}`;
    const witness = parseWitness(kept);
    const report = await verifyTwice(
      await exportOf(items),
      { trustedHeads: witness ? [witness] : [] },
      '--head',
      kept,
    );
    expect(report.valid).toBe(true);
  });

  it('leaves out what Cosmos DB and a legal hold add to an item', async () => {
    const items = itemsOf([...days]);
    const stored = items.map((item) => ({ ...item, _rid: 'a', _etag: 'b', _ts: 1, _lsn: 2, ttl: -1 }));
    expect(await exportOf(stored)).toBe(await exportOf(items));
  });

  it('is broken by any byte that is flipped, wherever it is', async () => {
    const bytes = Buffer.from(await exportOf(itemsOf([...days])));
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 2), fc.integer({ min: 1, max: 255 }), async (position, mask) => {
        const flipped = Buffer.from(bytes);
        flipped[position] = (flipped[position] ?? 0) ^ mask;
        const { valid, problems } = await verify(flipped);
        expect(valid).toBe(false);
        expect(problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  itWithPython(`is at one with docs/verify.py whatever bytes are flipped${inPython}`, async () => {
    const bytes = Buffer.from(await exportOf(itemsOf([...days])));
    const flips = fc.array(fc.tuple(fc.nat(bytes.length - 2), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 3,
    });
    const texts = fc.sample(flips, Number(process.env.AUDIT_FUZZ_RUNS ?? 200)).map((places) => {
      const flipped = Buffer.from(bytes);
      for (const [position, mask] of places) flipped[position] = (bytes[position] ?? 0) ^ mask;
      return flipped;
    });
    const theirs = verifyManyInPython(texts);
    for (const [index, text] of texts.entries()) {
      const { valid, entries, head, problemsFound, ...ours } = await verify(text);
      expect(valid).toBe(false);
      expect(theirs[index]).toMatchObject({
        valid,
        entries,
        head,
        problemsFound,
        problems: places({ ...ours, valid, entries, head, problemsFound }),
      });
    }
  });
});

describe('verifyExport, however records are moved, copied, deleted and changed', () => {
  const items = itemsOf([...days], 4, 2);
  const entriesIn = (list: object[]) => list.filter((item) => !('headHash' in item));
  const headsIn = (list: object[]) => list.filter((item) => 'headHash' in item);
  const last = entryAt(items, 12);
  const trustedHeads = [{ sequence: 12, hash: last.hash }];

  const place = fc.nat(items.length - 1);
  const edit = fc.record({
    what: fc.constantFrom('delete', 'copy', 'move', 'swap', 'number', 'day'),
    from: place,
    to: place,
  });
  type Edit = typeof edit extends fc.Arbitrary<infer Value> ? Value : never;

  function edited(edits: Edit[]): object[] {
    const list: object[] = [...items];
    for (const { what, from, to } of edits) {
      const item = list[from];
      const other = list[to];
      if (!item || !other) continue;
      if (what === 'delete') list.splice(from, 1);
      if (what === 'copy') list.splice(to, 0, item);
      if (what === 'move') list.splice(to, 0, ...list.splice(from, 1));
      if (what === 'swap') [list[from], list[to]] = [other, item];
      if (what === 'number') list[from] = { ...item, sequence: to };
      if (what === 'day') list[from] = { ...item, auditDate: days[to % 3] };
    }
    return list;
  }

  const edits = fc.array(edit, { minLength: 1, maxLength: 3 });

  it('is valid only where every entry is there, in order and as it was, and every head', async () => {
    await fc.assert(
      fc.asyncProperty(edits, async (made) => {
        const list = edited(made);
        const { valid } = await verify(await exportOf(list), { trustedHeads });
        if (!valid) return;
        expect(entriesIn(list)).toEqual(entriesIn(items));
        expect(headsIn(list)).toEqual(headsIn(items));
      }),
      { numRuns: Number(process.env.AUDIT_FUZZ_RUNS ?? 300) },
    );
  });

  itWithPython(`is at one with docs/verify.py${inPython}`, async () => {
    const lists = fc.sample(edits, Number(process.env.AUDIT_FUZZ_RUNS ?? 300)).map(edited);
    const texts = await Promise.all(lists.map(async (list) => Buffer.from(await exportOf(list))));
    const theirs = verifyManyInPython(texts);
    for (const [index, text] of texts.entries()) {
      const report = await verify(text);
      const { valid, entries, head, problemsFound } = report;
      expect(theirs[index]).toMatchObject({ valid, entries, head, problemsFound, problems: places(report) });
    }
  });
});
