import * as z from 'zod';

const form =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d{2}:?\d{2})?$/i;

const earliest = Date.UTC(1970, 0, 1);
const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * An ISO 8601 date-time as the one form that we store, UTC with milliseconds (`2025-01-16T04:30:00.000Z`), so that
 * strings sort as time. Without an offset it is taken as UTC. Undefined for anything else, for a day that is not in
 * the calendar, and for instants before 1970 or after 9999.
 */
export function toInstant(text: string): string | undefined {
  const [, year, month, day, hour, minute, second = '00', fraction = '', zone = 'Z'] =
    form.exec(text.trim()) ?? [];
  if (year === undefined || hour === undefined || minute === undefined) return undefined;
  const utc = Date.parse(
    `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}Z`,
  );
  // Date.parse rolls 30 February over into March.
  if (Number.isNaN(utc) || new Date(utc).getUTCDate() !== Number(day)) return undefined;
  const instant = utc - offsetMs(zone);
  if (!(instant >= earliest && instant <= latest)) return undefined;
  return new Date(instant).toISOString();
}

function offsetMs(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** The UTC date (`YYYY-MM-DD`) of an instant in our stored form. */
export function utcDate(instant: string): string {
  return instant.slice(0, 10);
}

/** The UTC date that lies so many days from a date; negative is before. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** A date-time in, our stored form out. */
export const Instant = z.string().transform((text, context) => {
  const instant = toInstant(text);
  if (instant === undefined) {
    context.addIssue({
      code: 'custom',
      message: 'must be an ISO 8601 date-time such as 2025-01-15T10:30:00Z, from 1970 to 9999',
    });
    return z.NEVER;
  }
  return instant;
});

/** A calendar day, `YYYY-MM-DD`. */
export const CalendarDate = z
  .string()
  .refine((text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && toInstant(`${text}T00:00:00Z`) !== undefined, {
    message: 'must be a date such as 2025-01-15',
  });
