import fc from 'fast-check';
import { addDays, CalendarDate, toInstant, utcDate } from '../../../src/lib/commit';

describe('an instant', () => {
  it.each([
    [
      'an evening in New York is the next day in UTC',
      '2025-01-15T23:30:00-05:00',
      '2025-01-16T04:30:00.000Z',
    ],
    ['UTC with milliseconds stays as it is', '2025-01-15T10:30:00.123Z', '2025-01-15T10:30:00.123Z'],
    ['an offset without a colon', '2025-01-15T10:30:00+0530', '2025-01-15T05:00:00.000Z'],
    ['no offset is UTC', '2025-01-15T10:30:00', '2025-01-15T10:30:00.000Z'],
    ['no seconds', '2025-01-15T10:30Z', '2025-01-15T10:30:00.000Z'],
    ['nanoseconds are cut to milliseconds', '2025-01-15T10:30:00.123456789Z', '2025-01-15T10:30:00.123Z'],
    ['the epoch', '1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
    ['beyond 32 bits', '2106-02-07T06:28:16Z', '2106-02-07T06:28:16.000Z'],
  ])('%s', (_, text, instant) => {
    expect(toInstant(text)).toBe(instant);
  });

  it.each([
    ['a day that is not in the calendar', '2025-02-30T00:00:00Z'],
    ['before the epoch', '1969-12-31T23:59:59Z'],
    ['a month 13', '2025-13-01T00:00:00Z'],
    ['an hour 25', '2025-01-01T25:00:00Z'],
    ['words', 'yesterday'],
    ['a date alone', '2025-01-15'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(toInstant(text)).toBeUndefined();
  });

  it('is the same instant, in one form that sorts as time, whatever offset it was written with', () => {
    const instants = fc.integer({ min: 0, max: Date.UTC(9998, 0) });
    const offsets = fc.integer({ min: -14 * 60, max: 14 * 60 });
    fc.assert(
      fc.property(instants, offsets, (utcMs, minutes) => {
        fc.pre(utcMs + minutes * 60_000 >= 0);
        const local = new Date(utcMs + minutes * 60_000).toISOString().slice(0, -1);
        const sign = minutes < 0 ? '-' : '+';
        const two = (value: number) => String(value).padStart(2, '0');
        const zone = `${sign}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
        expect(toInstant(local + zone)).toBe(new Date(utcMs).toISOString());
      }),
    );
  });
});

describe('a calendar day', () => {
  it('must exist', () => {
    expect(CalendarDate.safeParse('2024-02-29').success).toBe(true);
    expect(CalendarDate.safeParse('2025-02-29').success).toBe(false);
    expect(CalendarDate.safeParse('2025-1-1').success).toBe(false);
  });

  it('is counted over months and leap days', () => {
    expect(addDays('2024-02-28', 2)).toBe('2024-03-01');
    expect(addDays('2025-01-01', -1)).toBe('2024-12-31');
    expect(utcDate('2025-01-16T04:30:00.000Z')).toBe('2025-01-16');
  });
});
