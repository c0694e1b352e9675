import fc from 'fast-check';
import * as z from 'zod';
import { Problem } from '../../../src/lib/errors';
import { decodeCursor, encodeCursor } from '../../../src/lib/http';

const Position = z.strictObject({ timestamp: z.string(), commitHash: z.string() });
const position = { timestamp: '2025-01-15T00:00:00.000Z', commitHash: 'abcdef1' };
const query = { tenantId: 't1', startDate: '2025-01-01' };

describe('a cursor', () => {
  it('gives its place back to the same query of the same tenant', () => {
    expect(decodeCursor(encodeCursor(query, position), query, Position)).toEqual(position);
  });

  it.each([
    ['another tenant', { ...query, tenantId: 't10' }],
    ['another range', { ...query, startDate: '2025-01-02' }],
    ['one more filter', { ...query, level: 'high' }],
  ])('is refused by %s', (_, other) => {
    expect(() => decodeCursor(encodeCursor(query, position), other, Position)).toThrow(Problem);
  });

  it('is refused, and never crashes anything, where it is made up', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String(),
          fc.json().map((text) => Buffer.from(text).toString('base64url')),
        ),
        (text) => {
          expect(() => decodeCursor(text, query, Position)).toThrow(
            expect.objectContaining({ code: 'invalid-cursor' }),
          );
        },
      ),
    );
  });
});
