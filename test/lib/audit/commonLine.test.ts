import fc from 'fast-check';
import { type AuditEntry, canonicalJson, chainChanges, hashEntry } from '../../../src/lib/audit';
import { readCommonLine } from '../../../src/lib/audit/commonLine';
import { readEntry } from '../../../src/lib/audit/seen';
import { changeOf } from './chains';

const at = new Date('2026-01-31T12:00:00.000Z');
const { entries } = chainChanges(undefined, [changeOf(1), changeOf(2)], at);
const entry: Partial<AuditEntry> = entries[1] ?? {};
const { commitHash = '' } = entry;
const line = canonicalJson(entry);

/** The line with the hash that its text has now, so that only its form can be wrong. */
function rehashed(text: string): string {
  const member = /,"hash":"[^"]*"/;
  try {
    return text.replace(member, `,"hash":"${hashEntry(JSON.parse(text))}"`);
  } catch {
    return text;
  }
}

/** What the reader of all lines says; undefined where it finds a fault. */
function readByParsing(text: string) {
  try {
    const item = JSON.parse(text);
    if (canonicalJson(item) !== text) return undefined;
    const seen = readEntry(item);
    return seen.fault === undefined ? seen : undefined;
  } catch {
    return undefined;
  }
}

const member = (name: string, value: unknown) => rehashed(canonicalJson({ ...entry, [name]: value }));

describe('readCommonLine', () => {
  it('reads the line of a recorded commit as the reader of all lines does', () => {
    expect(readCommonLine(line)).toEqual(readByParsing(line));
    expect(readCommonLine(line)).toMatchObject({ item: entry, fault: undefined });
  });

  it.each<[string, string]>([
    ['another actor', member('actor', 'issuer-1|Jo [the reviewer]')],
    ['version 1', member('formatVersion', 1)],
    [
      'a commit of a SHA-256 repository',
      rehashed(line.replaceAll(commitHash, `${commitHash}${'0'.repeat(24)}`)),
    ],
    ['the last day of a month', member('auditDate', '2026-04-30')],
  ])('reads %s', (_name, text) => {
    expect(readByParsing(text)).toBeDefined();
    expect(readCommonLine(text)).toEqual(readByParsing(text));
  });

  it.each<[string, string]>([
    ['a member more', member('other', 1)],
    ['a detail', member('detail', { ref: 'refs/heads/main' })],
    ['an actor in letters beyond ASCII', member('actor', 'Zoë')],
    ['an actor with a quote', member('actor', 'Jo "the reviewer"')],
    ['a 29 February', member('auditDate', '2028-02-29')],
    ['a short commit hash', rehashed(line.replaceAll(commitHash, 'abc1234'))],
  ])('leaves %s, which is sound, to the reader of all lines', (_name, text) => {
    expect(readByParsing(text)).toBeDefined();
    expect(readCommonLine(text)).toBeUndefined();
  });

  it.each<[string, string]>([
    ['an actor without letters', member('actor', '')],
    ['an actor that is too long', member('actor', 'a'.repeat(641))],
    ['an actor with a control character', member('actor', 'a\u007f')],
    ['a day that no calendar has', member('auditDate', '2026-02-30')],
    ['an hour that no clock has', member('changedAt', '2026-01-31T24:00:00.000Z')],
    ['an instant without milliseconds', member('recordedAt', '2026-01-31T12:00:00Z')],
    ['a subject that is not the commit', member('subject', 'abc1234')],
    ['a revision that the id does not name', member('revision', 2)],
    ['revision 0', rehashed(line.replace(':1"', ':0"').replace('"revision":1', '"revision":0'))],
    ['a number beyond the safe integers', member('sequence', 2 ** 53)],
    ['a broken number', member('sequence', 1.5)],
    ['a number as a text', member('sequence', '2')],
    ['a newer version', member('formatVersion', 3)],
    ['a commit hash in capitals', rehashed(line.replaceAll(commitHash, commitHash.toUpperCase()))],
    ['a member twice', rehashed(line.replace('{', '{"action":"amended",'))],
    ['two members in each other’s place', rehashed(line.replace(/("revision":1),("sequence":2)/, '$2,$1'))],
    ['a blank', line.replace(':', ': ')],
    ['a carriage return at its end', `${line}\r`],
    ['a line feed at its end', `${line}\n`],
    ['an escape that the canonical form does not use', rehashed(line.replace('github', '\\u0067ithub'))],
    ['a zero before a number', rehashed(line.replace('"sequence":2', '"sequence":02'))],
    ['a wrong hash', line.replace('"actor":"g', '"actor":"h')],
  ])('takes no line with %s', (_name, text) => {
    expect(text).not.toBe(line);
    expect(readByParsing(text)).toBeUndefined();
    expect(readCommonLine(text)).toBeUndefined();
  });

  it('takes nothing that the reader of all lines finds at fault, whatever is put into a line', () => {
    const edit = fc.record({
      from: fc.nat(line.length),
      length: fc.nat(3),
      put: fc.oneof(
        fc.stringMatching(/^[0-9a-f]{0,3}$/),
        fc.string({ maxLength: 2 }),
        fc.tuple(fc.nat(line.length), fc.nat(80)).map(([start, size]) => line.slice(start, start + size)),
      ),
    });
    let read = 0;
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 2 }), (edits) => {
        let text = line;
        for (const { from, length, put } of edits)
          text = text.slice(0, from) + put + text.slice(from + length);
        text = rehashed(text);
        const seen = readCommonLine(text);
        if (!seen) return;
        read += 1;
        expect(seen).toEqual(readByParsing(text));
      }),
      { numRuns: Number(process.env.AUDIT_FUZZ_RUNS ?? 3000) },
    );
    expect(read).toBeGreaterThan(0);
  });
});
