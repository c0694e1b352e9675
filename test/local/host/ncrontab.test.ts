import { parseSchedule } from '../../../local/host/ncrontab';

const after = new Date('2026-01-31T10:20:30.500Z'); // a Saturday

it.each([
  ['*/5 * * * * *', '2026-01-31T10:20:35.000Z'],
  ['0 */5 * * * *', '2026-01-31T10:25:00.000Z'],
  ['0 0 7 * * *', '2026-02-01T07:00:00.000Z'],
  ['0 30 9 * * 1-5', '2026-02-02T09:30:00.000Z'],
  ['0 30 9 * * Mon-Fri', '2026-02-02T09:30:00.000Z'],
  ['0 0 0 * * 0', '2026-02-01T00:00:00.000Z'],
  ['0 0 12 1 Jan *', '2027-01-01T12:00:00.000Z'],
  ['*/10 * * * *', '2026-01-31T10:30:00.000Z'],
  ['0 5,25 8-10 * * *', '2026-01-31T10:25:00.000Z'],
  ['00:05:00', '2026-01-31T10:25:30.500Z'],
  ['1.00:00:00', '2026-02-01T10:20:30.500Z'],
])('runs %p next at %s', (expression, expected) => {
  expect(parseSchedule(expression).next(after).toISOString()).toBe(expected);
});

it('asks both day fields to hold, other than cron', () => {
  const schedule = parseSchedule('0 0 0 13 * 5'); // Fridays the 13th
  const first = schedule.next(after);
  expect(first.toISOString()).toBe('2026-02-13T00:00:00.000Z');
  expect(schedule.next(first).toISOString()).toBe('2026-03-13T00:00:00.000Z');
  expect(schedule.next(new Date('2026-03-14T00:00:00Z')).toISOString()).toBe('2026-11-13T00:00:00.000Z');
});

it.each([
  '',
  '* * * *',
  '61 * * * * *',
  '0 0 0 * * 7',
  '0 0 0 L * *',
  '0 0 0 ? * *',
  '0 0 0 * * 1#2',
  'daily',
  '@daily',
])('refuses %p in the words of the host', (expression) => {
  expect(() => parseSchedule(expression)).toThrow(
    'was not recognized as a valid cron expression or timespan string',
  );
});
