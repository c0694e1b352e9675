import { CronExpressionParser } from 'cron-parser';

/** When a timer runs, in UTC, as on Flex Consumption. */
export interface Schedule {
  /** The first occurrence after the instant. */
  next(after: Date): Date;
}

const spanPattern = /^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})$/;
const numbers = /^(\*|\d+)(-\d+)?(\/\d+)?$/;
/** Months and days of the week may be named. */
const numbersOrNames = /^(\*|\d+|[a-z]{3})(-(\d+|[a-z]{3}))?(\/\d+)?$/i;

/**
 * Parses an NCRONTAB expression: `{second} {minute} {hour} {day} {month} {day-of-week}`, or five fields without the second;
 * Sunday is 0. Other than in cron, a day must satisfy both the day and the day-of-week field. A TimeSpan (`00:05:00`) runs
 * at intervals. Source: https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions
 * @throws Error in the host's words for anything else.
 */
export function parseSchedule(text: string): Schedule {
  const span = spanPattern.exec(text);
  if (span) return everySpan(span);
  const fields = text.trim().split(/\s+/);
  if (fields.length === 5) fields.unshift('0');
  const isPlain = fields.every((field, index) => {
    const pattern = index < 4 ? numbers : numbersOrNames;
    return field.split(',').every((part) => pattern.test(part));
  });
  const [second, minute, hour, day, month, weekday = ''] = fields;
  if (fields.length !== 6 || !isPlain || /7/.test(weekday.replace(/\/\d+/g, ''))) throw invalid(text);
  try {
    const ofDay = [second, minute, hour, day, month, '*'].join(' ');
    const weekdays = CronExpressionParser.parse(`0 0 0 * * ${weekday}`).fields.dayOfWeek.values;
    CronExpressionParser.parse(ofDay);
    return { next: (after) => nextOn(ofDay, new Set(weekdays.map((value) => Number(value) % 7)), after) };
  } catch (error) {
    throw invalid(text, error);
  }
}

/** Cron's own rule (either day field) is not NCRONTAB's (both), so the days of the week are sifted here. */
function nextOn(expression: string, weekdays: Set<number>, after: Date): Date {
  let currentDate = after;
  for (;;) {
    const next = CronExpressionParser.parse(expression, { currentDate, tz: 'UTC' }).next().toDate();
    if (weekdays.has(next.getUTCDay())) return next;
    currentDate = new Date(Date.UTC(next.getUTCFullYear(), next.getUTCMonth(), next.getUTCDate() + 1) - 1);
  }
}

function everySpan([, days = '0', hours = '0', minutes = '0', seconds = '0']: string[]): Schedule {
  const intervalMs =
    (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  return { next: (after) => new Date(after.getTime() + intervalMs) };
}

function invalid(text: string, cause?: unknown): Error {
  return new Error(
    `The schedule expression '${text}' was not recognized as a valid cron expression or timespan string.`,
    {
      cause,
    },
  );
}
