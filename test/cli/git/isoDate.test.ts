import { isoDate } from '../../../cli/git/logParser';
import { toInstant } from '../../../src/lib/commit';

describe("git's raw dates", () => {
  it.each([
    ['UTC', '0 +0000', '1970-01-01T00:00:00Z'],
    ['west of UTC', '1736984733 -0500', '2025-01-15T18:45:33-05:00'],
    ['half an hour off', '1736984733 +0530', '2025-01-16T05:15:33+05:30'],
    ['negative zero', '1736984733 -0000', '2025-01-15T23:45:33Z'],
    ['an offset no clock has', '1736984733 +5130', '2025-01-15T23:45:33Z'],
    ['minutes no clock has', '1736984733 +0099', '2025-01-15T23:45:33Z'],
    ['an offset that is none', '1736984733 +051800', '2025-01-15T23:45:33Z'],
    ['an offset that leads before 1970', '3600 -0500', '1970-01-01T01:00:00Z'],
    ['before 1970', '-5 +0000', '1970-01-01T00:00:00Z'],
    ['past the year 9999', '999999999999 +0000', '9999-12-31T23:59:59Z'],
    ['nothing', '', '1970-01-01T00:00:00Z'],
  ])('become ISO 8601 that the API takes: %s', (_, raw, expected) => {
    expect(isoDate(raw)).toBe(expected);
    expect(toInstant(isoDate(raw))).toBeDefined();
  });
});
