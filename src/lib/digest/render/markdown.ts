import type { CommitLine, View } from '../wording';

/** CommonMark takes a backslash before any ASCII punctuation: https://spec.commonmark.org/0.31.2/#backslash-escapes */
export const escapeMarkdown = (text: string) => text.replace(/[!-/:-@[-`{-~]/g, '\\$&');

/** A digest as CommonMark; every foreign text in it is text. */
export function renderMarkdown(view: View): string {
  const lines = [`# ${escapeMarkdown(view.title)}`, '', escapeMarkdown(view.summary)];
  for (const { title, commits, lines: plain, more } of view.sections) {
    lines.push('', `## ${escapeMarkdown(title)}`, '');
    for (const commit of commits) lines.push(...commitLines(commit));
    for (const line of plain) lines.push(`- ${escapeMarkdown(line)}`);
    if (more !== undefined) lines.push(`- ${escapeMarkdown(more)}`);
  }
  if (view.dashboardUrl !== undefined) lines.push('', `[Dashboard](<${view.dashboardUrl}>)`);
  if (!view.isQuiet && view.footer.length > 0)
    lines.push('', '---', '', ...view.footer.map((line) => escapeMarkdown(line)));
  return `${lines.join('\n')}\n`;
}

function commitLines(commit: CommitLine): string[] {
  const hash = commit.dashboardUrl ? `[${commit.hash}](<${commit.dashboardUrl}>)` : `\`${commit.hash}\``;
  const forge = commit.forgeUrl ? ` · [at the forge](<${commit.forgeUrl}>)` : '';
  return [
    `- **${commit.level} ${commit.score}** ${hash} ${escapeMarkdown(commit.subject)}`,
    `  ${escapeMarkdown(commit.facts.join(' · '))}${forge}`,
    ...commit.reasons.map((reason) => `  - ${escapeMarkdown(reason)}`),
  ];
}
