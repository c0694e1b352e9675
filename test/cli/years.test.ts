import fc from 'fast-check';
import { years } from '../../cli/commands/years';
import { addDays } from '../../src/lib/commit';

it('parts of a range have at most 366 days and one, and every day of it once, the newest first', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 5_000 }), (from, length) => {
      const since = addDays('1970-01-01', from);
      const until = addDays(since, length);
      const parts = [...years({ since, until })];
      expect(parts[0]?.until).toBe(until);
      expect(parts.at(-1)?.since).toBe(since);
      for (const [index, part] of parts.entries()) {
        expect(part.since <= part.until).toBe(true);
        expect(addDays(part.since, 366) >= part.until).toBe(true);
        if (index > 0) expect(addDays(part.until, 1)).toBe(parts[index - 1]?.since);
      }
    }),
  );
});
