import fc from 'fast-check';
import {
  type AuditableChange,
  AuditEntry,
  AuditHead,
  chainChanges,
  genesisHash,
  hashEntry,
  hashHead,
} from '../../../src/lib/audit';
import { changeOf, changesOf } from './chains';

const noon = new Date('2026-01-31T12:00:00.000Z');
const nextNoon = new Date('2026-02-02T12:00:00.000Z');

describe('chainChanges', () => {
  it('numbers entries from 1, links each to the one before and the first to 64 zeros', () => {
    const { entries, head } = chainChanges(undefined, changesOf(3), noon);
    expect(entries.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(entries.map(({ previousHash }) => previousHash)).toEqual([
      genesisHash,
      entries[0]?.hash,
      entries[1]?.hash,
    ]);
    expect(head).toMatchObject({
      id: 'head-1',
      sequence: 3,
      firstSequence: 1,
      entries: 3,
      previousHead: null,
    });
    expect(head.hash).toBe(entries[2]?.hash);
  });

  it('makes entries and heads that their schemas accept and that carry the right hash', () => {
    const first = chainChanges(undefined, changesOf(2), noon);
    const { entries, head } = chainChanges(
      first.head,
      [changeOf(9, { detail: { status: 'approved' } })],
      nextNoon,
    );
    for (const entry of [...first.entries, ...entries]) {
      expect(AuditEntry.parse(entry)).toEqual(entry);
      expect(hashEntry(entry)).toBe(entry.hash);
    }
    for (const each of [first.head, head]) {
      expect(AuditHead.parse(each)).toEqual(each);
      expect(hashHead(each)).toBe(each.headHash);
    }
  });

  it('goes on within a day and begins a new count, linked to the last head, on the next', () => {
    const morning = chainChanges(undefined, changesOf(2), noon);
    const evening = chainChanges(morning.head, [changeOf(3)], new Date('2026-01-31T20:00:00.000Z'));
    expect(evening.head).toMatchObject({ sequence: 3, firstSequence: 1, entries: 3, previousHead: null });
    expect(evening.entries[0]).not.toHaveProperty('previousAuditDate');

    const later = chainChanges(evening.head, [changeOf(4), changeOf(5)], nextNoon);
    expect(later.head).toMatchObject({
      auditDate: '2026-02-02',
      sequence: 5,
      firstSequence: 4,
      entries: 2,
      previousHead: {
        auditDate: '2026-01-31',
        sequence: 3,
        hash: evening.head.hash,
        headHash: evening.head.headHash,
      },
    });
    expect(later.entries.map(({ previousAuditDate }) => previousAuditDate)).toEqual([
      '2026-01-31',
      undefined,
    ]);
  });

  it('never goes back a day when the clock does', () => {
    const { head } = chainChanges(undefined, changesOf(1), nextNoon);
    const { entries } = chainChanges(head, [changeOf(2)], noon);
    expect(entries[0]).toMatchObject({ auditDate: '2026-02-02', recordedAt: noon.toISOString() });
  });

  it('makes one entry of a change that is given twice', () => {
    const { entries } = chainChanges(undefined, [changeOf(1), changeOf(2), changeOf(1)], noon);
    expect(entries.map(({ sequence }) => sequence)).toEqual([1, 2]);
  });

  it('keeps the head as it is where nothing changed', () => {
    const { head } = chainChanges(undefined, changesOf(1), noon);
    expect(chainChanges(head, [], nextNoon)).toEqual({ entries: [], head });
  });

  it.each<[string, AuditableChange[], RegExp]>([
    ['no change and no head', [], /cannot begin/],
    ['two tenants', [changeOf(1), changeOf(2, { tenantId: 'other' })], /one tenant/],
    ['one revision with two contents', [changeOf(1), changeOf(1, { actor: 'eve' })], /Two different changes/],
    ['a lone surrogate', [changeOf(1, { actor: 'a\ud800' })], /well-formed/],
    [
      'another subject that reads like a commit hash',
      [changeOf(1, { subject: 'settings', commitHash: undefined })],
      /commit hash/,
    ],
  ])('refuses %s', (_name, changes, message) => {
    expect(() => chainChanges(undefined, changes, noon)).toThrow(message);
  });

  it('gives the same subjects in the same order however the changes are split into batches', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.integer({ min: 1, max: 9 })),
        (count, sizes) => {
          const changes = changesOf(count);
          const whole = chainChanges(undefined, changes, noon).entries;
          const parts: AuditEntry[] = [];
          let head: AuditHead | undefined;
          for (let from = 0, batch = 0; from < count; batch += 1) {
            const size = sizes[batch] ?? count;
            const part = chainChanges(head, changes.slice(from, from + size), noon);
            parts.push(...part.entries);
            head = part.head;
            from += size;
          }
          expect(parts).toEqual(whole);
        },
      ),
    );
  });
});
