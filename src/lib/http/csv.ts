export type CsvValue = string | number | boolean | null | undefined;

/**
 * One line of CSV (RFC 4180). A spreadsheet takes a text that begins like a formula for one, and would run what a committer wrote;
 * an apostrophe before it makes it a text again. https://owasp.org/www-community/attacks/CSV_Injection
 */
export function csvLine(values: readonly CsvValue[]): string {
  return `${values.map(csvField).join(',')}\r\n`;
}

function csvField(value: CsvValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  // Full-width forms of the signs are read as the signs by some spreadsheets.
  const safe = /^[\s]*[=+\-@\t\r\n|%＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n']|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
