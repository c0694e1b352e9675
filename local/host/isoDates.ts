/** `yyyy-MM-ddTHH:mm:ss`, up to seven digits of a fraction, and `Z`, an offset or nothing. */
const isoPattern =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,7}))?(?:([Zz])|([+-])(\d\d)(?::?(\d\d))?)?$/;

/**
 * Rewrites every string of ISO date-time form in a value, as the real host does on the way from the change feed to the
 * function: Json.NET reads them as dates and writes them again. Trailing zeros of the fraction go, an offset becomes UTC
 * written as `+00:00`. Dates without a time stay.
 * https://github.com/Azure/azure-webjobs-sdk-extensions/issues/898
 */
export function rewriteDates(value: unknown): unknown {
  if (typeof value === 'string') return rewriteDate(value);
  if (Array.isArray(value)) return value.map(rewriteDates);
  if (typeof value !== 'object' || value === null) return value;
  const rewritten: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) rewritten[name] = rewriteDates(member);
  return rewritten;
}

function rewriteDate(text: string): string {
  if (text.length < 19 || text.length > 40 || text[10] !== 'T') return text;
  const parts = isoPattern.exec(text);
  if (!parts) return text;
  const [, year, month, day, hour, minute, second, fraction = '', zulu, sign, offsetHour, offsetMinute] =
    parts;
  const isEndOfDay = hour === '24' && minute === '00' && second === '00' && Number(fraction) === 0;
  const instant = new Date(0);
  instant.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const isDay =
    instant.getUTCMonth() === Number(month) - 1 && instant.getUTCDate() === Number(day) && year !== '0000';
  const isTime = (Number(hour) < 24 || isEndOfDay) && Number(minute) < 60 && Number(second) < 60;
  if (!isDay || !isTime) return text;
  instant.setUTCHours(Number(hour), Number(minute), Number(second));
  if (sign) {
    const offsetMinutes = Number(offsetHour) * 60 + Number(offsetMinute ?? 0);
    instant.setTime(instant.getTime() - Number(`${sign}1`) * offsetMinutes * 60_000);
  }
  const shortFraction = fraction.replace(/0+$/, '');
  const zone = zulu ? 'Z' : sign ? '+00:00' : '';
  return `${instant.toISOString().slice(0, 19)}${shortFraction && `.${shortFraction}`}${zone}`;
}
