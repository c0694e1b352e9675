import fc from 'fast-check';
import { contentHashOf, fittingMessage, parseCommitInput, wellFormed } from '../../../src/lib/commit';
import { recordCommit } from '../../../src/lib/ingest/recordCommit';
import { auditableActor } from '../../../src/lib/ingest/revision';
import { defaultRiskPolicy } from '../../../src/lib/risk';

const input = {
  commitHash: 'abcdef1',
  message: 'fix: export',
  timestamp: '2025-01-15T10:00:00Z',
  author: 'ann@example.org',
};

describe('text of any kind', () => {
  it('is stored in a form that UTF-8 has, so that what is read back has the hash that was stored', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: fc.constantFrom('\ud83d', '\udc00', 'a', '\u0000') }),
        (a, b) => {
          const commit = parseCommitInput({ ...input, message: `${b}${a}`, filesChanged: [`x${b}`] }, 't1');
          const sighting = {
            commit,
            tenantId: 't1',
            source: 'api' as const,
            actor: b,
            at: '2025-01-15T10:00:00.000Z',
          };
          const recorded = recordCommit(undefined, sighting, defaultRiskPolicy).commit;
          const readBack = JSON.parse(Buffer.from(JSON.stringify(recorded), 'utf8').toString('utf8'));
          expect(contentHashOf(readBack)).toBe(recorded.contentHash);
          expect(JSON.stringify(recorded)).not.toMatch(/\\ud[89a-f]/i);
        },
      ),
    );
  });

  it('keeps whole characters beyond the basic plane', () => {
    expect(wellFormed({ 'a😀': ['\ud83d', '😀'] })).toEqual({ 'a😀': ['\ufffd', '😀'] });
  });

  it('names an actor as the audit log takes it', () => {
    expect(auditableActor('')).toBe('unknown');
    expect(auditableActor('a\u0000b\ud83d')).toBe('a\ufffdb\ufffd');
    expect(auditableActor('x'.repeat(1_000))).toHaveLength(320);
  });
});

describe('a message', () => {
  it('of more bytes than an item has room for is refused by its place', () => {
    for (const message of ['x'.repeat(500_001), '界'.repeat(200_000), '\u0001'.repeat(100_000)])
      expect(() => parseCommitInput({ ...input, message }, 't1')).toThrow('/message');
  });

  it('that comes with a push is cut to what fits, at a whole character', () => {
    const cut = fittingMessage('😀'.repeat(300_000));
    expect(Buffer.byteLength(JSON.stringify(cut))).toBeLessThanOrEqual(500_000);
    expect(cut.length).toBeGreaterThan(100_000);
    expect(cut).toBe(wellFormed(cut));
  });
});
