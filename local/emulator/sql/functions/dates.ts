import type { Value } from '../values';
import { define, type FunctionTable, isNumber, isText } from './signature';

/** Times are ticks of 100 ns since 1970, as the service counts them. */
const ticksPerMs = 10_000n;
const unitTicks = {
  dd: 864_000_000_000n,
  hh: 36_000_000_000n,
  mi: 600_000_000n,
  ss: 10_000_000n,
  ms: ticksPerMs,
  mcs: 10n,
} as const;

type Part = 'yyyy' | 'mm' | 'ns' | keyof typeof unitTicks;

const partNames: Record<string, Part> = {
  year: 'yyyy',
  yyyy: 'yyyy',
  yy: 'yyyy',
  month: 'mm',
  mm: 'mm',
  m: 'mm',
  day: 'dd',
  dd: 'dd',
  d: 'dd',
  hour: 'hh',
  hh: 'hh',
  minute: 'mi',
  mi: 'mi',
  n: 'mi',
  second: 'ss',
  ss: 'ss',
  s: 'ss',
  millisecond: 'ms',
  ms: 'ms',
  microsecond: 'mcs',
  mcs: 'mcs',
  nanosecond: 'ns',
  ns: 'ns',
};

const partOf = (value: Value): Part | undefined =>
  isText(value) && Object.hasOwn(partNames, value.toLowerCase()) ? partNames[value.toLowerCase()] : undefined;

const isoPattern =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,7}))?)?)?)?)?(Z|[+-]\d\d:\d\d)?$/;

/** Parses an ISO 8601 instant (UTC where no offset is given); undefined for anything else. */
function parseDate(value: Value): bigint | undefined {
  const match = isText(value) ? isoPattern.exec(value) : null;
  if (!match) return undefined;
  const [
    ,
    year,
    month = '01',
    day = '01',
    hour = '00',
    minute = '00',
    second = '00',
    fraction = '',
    zone = 'Z',
  ] = match;
  const ms = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  const date = new Date(ms);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const real =
    date.getUTCMonth() === Number(month) - 1 &&
    date.getUTCDate() === Number(day) &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60;
  if (!real) return undefined;
  const ticks = BigInt(date.getTime()) * ticksPerMs + BigInt(fraction.padEnd(7, '0'));
  if (zone === 'Z') return ticks;
  const offset = (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4))) * (zone.startsWith('-') ? -1 : 1);
  return ticks - BigInt(offset) * unitTicks.mi;
}

const floorDivide = (a: bigint, b: bigint): bigint => (a >= 0n ? a / b : -((-a + b - 1n) / b));

/** Milliseconds and the ticks beyond them. */
const split = (ticks: bigint): { date: Date; rest: bigint } => {
  const ms = floorDivide(ticks, ticksPerMs);
  return { date: new Date(Number(ms)), rest: ticks - ms * ticksPerMs };
};

function formatDate(ticks: bigint): string | undefined {
  const { date, rest } = split(ticks);
  const year = date.getUTCFullYear();
  if (Number.isNaN(year) || year < 1 || year > 9999) return undefined;
  return `${date.toISOString().slice(0, -1)}${rest.toString().padStart(4, '0')}Z`;
}

const whole = (value: Value): value is number => isNumber(value) && Number.isSafeInteger(value);

function dateTimeAdd([part, amount, dateTime]: Value[]): Value {
  const unit = partOf(part);
  const ticks = parseDate(dateTime);
  if (!unit || ticks === undefined || !whole(amount)) return undefined;
  if (unit === 'ns') return formatDate(ticks + floorDivide(BigInt(amount), 100n));
  if (unit !== 'yyyy' && unit !== 'mm') return formatDate(ticks + BigInt(amount) * unitTicks[unit]);
  const { date, rest } = split(ticks);
  const months = date.getUTCFullYear() * 12 + date.getUTCMonth() + amount * (unit === 'yyyy' ? 12 : 1);
  const lastDay = new Date(Date.UTC(0, 0, 1));
  lastDay.setUTCFullYear(Math.floor(months / 12), (((months % 12) + 12) % 12) + 1, 0);
  const day = Math.min(date.getUTCDate(), lastDay.getUTCDate());
  date.setUTCFullYear(Math.floor(months / 12), ((months % 12) + 12) % 12, day);
  return Number.isNaN(date.getTime()) ? undefined : formatDate(BigInt(date.getTime()) * ticksPerMs + rest);
}

function dateTimeBin([dateTime, part, size = 1, origin = '1970-01-01T00:00:00.0000000Z']: Value[]): Value {
  const unit = partOf(part);
  const ticks = parseDate(dateTime);
  const start = parseDate(origin);
  if (!unit || ticks === undefined || start === undefined || !whole(size) || size <= 0) return undefined;
  if (unit === 'yyyy' || unit === 'mm') {
    const count = (value: bigint) => {
      const { date } = split(value);
      return unit === 'yyyy' ? date.getUTCFullYear() : date.getUTCFullYear() * 12 + date.getUTCMonth();
    };
    const bins = Math.floor((count(ticks) - count(start)) / size) * size;
    return dateTimeAdd([unit, bins, formatDate(start)]);
  }
  const length = unit === 'ns' ? (BigInt(size) + 99n) / 100n : unitTicks[unit] * BigInt(size);
  return formatDate(start + floorDivide(ticks - start, length) * length);
}

/** Counts the boundaries of a part that are crossed between two instants. */
function dateTimeDiff([part, from, to]: Value[]): Value {
  const unit = partOf(part);
  const start = parseDate(from);
  const end = parseDate(to);
  if (!unit || start === undefined || end === undefined) return undefined;
  if (unit === 'ns') return Number((end - start) * 100n);
  if (unit === 'yyyy' || unit === 'mm') {
    const [a, b] = [split(start).date, split(end).date];
    const years = b.getUTCFullYear() - a.getUTCFullYear();
    return unit === 'yyyy' ? years : years * 12 + b.getUTCMonth() - a.getUTCMonth();
  }
  return Number(floorDivide(end, unitTicks[unit]) - floorDivide(start, unitTicks[unit]));
}

function dateTimePart([part, dateTime]: Value[]): Value {
  const ticks = parseDate(dateTime);
  const weekday = isText(part) && /^(weekday|dw|w)$/i.test(part);
  const unit = partOf(part);
  if (ticks === undefined || (!unit && !weekday)) return undefined;
  const { date } = split(ticks);
  const inSecond = ticks - floorDivide(ticks, unitTicks.ss) * unitTicks.ss;
  if (weekday) return date.getUTCDay() + 1;
  switch (unit) {
    case 'yyyy':
      return date.getUTCFullYear();
    case 'mm':
      return date.getUTCMonth() + 1;
    case 'dd':
      return date.getUTCDate();
    case 'hh':
      return date.getUTCHours();
    case 'mi':
      return date.getUTCMinutes();
    case 'ss':
      return date.getUTCSeconds();
    case 'ms':
      return Number(inSecond / unitTicks.ms);
    case 'mcs':
      return Number(inSecond / unitTicks.mcs);
    default:
      return Number(inSecond * 100n);
  }
}

function dateTimeFromParts(values: Value[]): Value {
  if (!values.every(whole)) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, fraction = 0] = values as number[];
  const two = (value: number) => String(value).padStart(2, '0');
  if (values.some((value) => Number(value) < 0) || year > 9999 || fraction > 9_999_999) return undefined;
  const text = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}`;
  const ticks = parseDate(`${text}.${String(fraction).padStart(7, '0')}Z`);
  return ticks === undefined ? undefined : formatDate(ticks);
}

const formatFields = /yyyy|yy|MMMM|MMM|MM|M|dddd|ddd|dd|d|HH|H|hh|h|mm|m|ss|s|f{1,7}|tt/g;

/** DateTimeFormat with the custom format letters of .NET. */
function dateTimeFormat([dateTime, format]: Value[]): Value {
  const ticks = parseDate(dateTime);
  if (ticks === undefined || !isText(format)) return undefined;
  const { date, rest } = split(ticks);
  const named = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-US', { ...options, timeZone: 'UTC' }).format(date);
  const fraction = `${String(date.getUTCMilliseconds()).padStart(3, '0')}${rest.toString().padStart(4, '0')}`;
  const hour12 = date.getUTCHours() % 12 || 12;
  const numbers: Record<string, number> = {
    y: date.getUTCFullYear(),
    M: date.getUTCMonth() + 1,
    d: date.getUTCDate(),
    H: date.getUTCHours(),
    h: hour12,
    m: date.getUTCMinutes(),
    s: date.getUTCSeconds(),
  };
  return format.replace(formatFields, (field) => {
    const letter = field[0] ?? '';
    if (letter === 'f') return fraction.slice(0, field.length);
    if (letter === 't') return date.getUTCHours() < 12 ? 'AM' : 'PM';
    if (field === 'MMMM' || field === 'MMM') return named({ month: field === 'MMMM' ? 'long' : 'short' });
    if (field === 'dddd' || field === 'ddd') return named({ weekday: field === 'dddd' ? 'long' : 'short' });
    const number = field === 'yy' ? (numbers.y ?? 0) % 100 : (numbers[letter] ?? 0);
    return String(number).padStart(field.length, '0');
  });
}

const component = (part: Part) => define(1, 1, ([dateTime]) => dateTimePart([part, dateTime]));
const fromMs = (ms: number): bigint => BigInt(Math.trunc(ms)) * ticksPerMs;
const now = define(0, 0, (_values, { nowMs }) => formatDate(fromMs(nowMs)));
const nowTicks = define(0, 0, (_values, { nowMs }) => Number(fromMs(nowMs)));
const nowMs = define(0, 0, (_values, context) => Math.trunc(context.nowMs));

export const dates: FunctionTable = {
  AGO: define(2, 2, ([part, amount], { nowMs: ms }) =>
    whole(amount) ? dateTimeAdd([part, -amount, formatDate(fromMs(ms))]) : undefined,
  ),
  DATETIMEADD: define(3, 3, dateTimeAdd),
  DATETIMEBIN: define(2, 4, dateTimeBin),
  DATETIMEDIFF: define(3, 3, dateTimeDiff),
  DATETIMEFORMAT: define(2, 2, dateTimeFormat),
  DATETIMEFROMPARTS: define(3, 7, dateTimeFromParts),
  DATETIMEPART: define(2, 2, dateTimePart),
  DATETIMETOTICKS: define(1, 1, ([dateTime]) => {
    const ticks = parseDate(dateTime);
    return ticks === undefined ? undefined : Number(ticks);
  }),
  DATETIMETOTIMESTAMP: define(1, 1, ([dateTime]) => {
    const ticks = parseDate(dateTime);
    return ticks === undefined ? undefined : Number(floorDivide(ticks, ticksPerMs));
  }),
  DAY: component('dd'),
  GETCURRENTDATETIME: now,
  GETCURRENTDATETIMESTATIC: now,
  GETCURRENTTICKS: nowTicks,
  GETCURRENTTICKSSTATIC: nowTicks,
  GETCURRENTTIMESTAMP: nowMs,
  GETCURRENTTIMESTAMPSTATIC: nowMs,
  MONTH: component('mm'),
  NOW: now,
  TICKSTODATETIME: define(1, 1, ([ticks]) =>
    isNumber(ticks) && Number.isInteger(ticks) ? formatDate(BigInt(ticks)) : undefined,
  ),
  TIMESTAMPTODATETIME: define(1, 1, ([ms]) => (isNumber(ms) ? formatDate(fromMs(ms)) : undefined)),
  YEAR: component('yyyy'),
};
