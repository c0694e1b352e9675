import type { View } from '../wording';

/** The plain text part of a mail. */
export function renderText(view: View): string {
  const lines = [view.title, '', view.summary];
  for (const { title, commits, lines: plain, more } of view.sections) {
    lines.push('', title, '-'.repeat(title.length));
    for (const { level, score, hash, subject, facts, reasons, dashboardUrl, forgeUrl } of commits) {
      lines.push(`${level} ${score}  ${hash}  ${subject}`, `    ${facts.join(', ')}`);
      for (const reason of reasons) lines.push(`    - ${reason}`);
      for (const url of [dashboardUrl, forgeUrl]) if (url !== undefined) lines.push(`    ${url}`);
    }
    lines.push(...plain, ...(more === undefined ? [] : [more]));
  }
  if (view.dashboardUrl !== undefined) lines.push('', `Dashboard: ${view.dashboardUrl}`);
  if (!view.isQuiet && view.footer.length > 0) lines.push('', ...view.footer);
  return `${lines.join('\n')}\n`;
}
