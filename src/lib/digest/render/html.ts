import type { CommitLine, Section, View } from '../wording';

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
export const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (mark) => entities[mark] ?? mark);

// Mail clients drop style sheets, scripts and most of layout: tables and inline styles are what all of them show.
const font = "font-family:'Segoe UI',Helvetica,Arial,sans-serif";
const levelColour: Record<string, string> = {
  critical: '#86198f',
  high: '#b91c1c',
  medium: '#92400e',
  low: '#166534',
  unscored: '#4b5563',
};

/** Text from outside keeps its own direction and never turns that of its neighbours. */
const foreign = (text: string) =>
  `<span dir="auto" style="unicode-bidi:isolate;overflow-wrap:anywhere;word-break:break-word">${escapeHtml(text)}</span>`;

const link = (url: string, text: string) =>
  `<a href="${escapeHtml(url)}" style="color:#1d4ed8;text-decoration:underline">${escapeHtml(text)}</a>`;

/** A whole HTML document, for mail and for a browser: inline styles, no script, nothing loaded from anywhere. */
export function renderHtml(view: View): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light">
<title>${escapeHtml(view.title)}</title>
</head>
<body style="margin:0;padding:0;background:#f3f4f6;color:#111827;${font}">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f3f4f6"><tr><td align="center" style="padding:16px 8px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:680px;background:#ffffff;border:1px solid #d1d5db;table-layout:fixed"><tr><td style="padding:20px">
<h1 style="margin:0 0 8px;font-size:20px;line-height:28px">${foreign(view.title)}</h1>
<p style="margin:0 0 8px;font-size:15px;line-height:22px">${escapeHtml(view.summary)}</p>
${view.sections.map(renderSection).join('\n')}
${view.dashboardUrl === undefined ? '' : `<p style="margin:20px 0 0;font-size:14px">${link(view.dashboardUrl, 'Open the dashboard')}</p>`}
${view.isQuiet ? '' : view.footer.map((line) => `<p style="margin:16px 0 0;padding-top:12px;border-top:1px solid #d1d5db;font-size:12px;line-height:18px;color:#4b5563;overflow-wrap:anywhere;word-break:break-word">${escapeHtml(line)}</p>`).join('\n')}
</td></tr></table>
</td></tr></table>
</body>
</html>
`;
}

function renderSection({ title, commits, lines, more }: Section): string {
  return `<h2 style="margin:20px 0 8px;font-size:16px;line-height:24px">${escapeHtml(title)}</h2>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="table-layout:fixed">
${commits.map(renderCommit).join('\n')}
${[...lines, ...(more === undefined ? [] : [more])]
  .map((line) => `<tr><td style="padding:6px 0;font-size:14px;line-height:20px">${foreign(line)}</td></tr>`)
  .join('\n')}
</table>`;
}

function renderCommit(commit: CommitLine): string {
  const hash = commit.dashboardUrl
    ? link(commit.dashboardUrl, commit.hash)
    : `<code>${escapeHtml(commit.hash)}</code>`;
  const forge = commit.forgeUrl ? ` · ${link(commit.forgeUrl, 'at the forge')}` : '';
  const reasons = commit.reasons.map((reason) => `<br>– ${foreign(reason)}`).join('');
  return `<tr><td style="padding:8px 0;border-top:1px solid #e5e7eb;font-size:14px;line-height:20px">
<strong style="color:${levelColour[commit.level] ?? '#111827'}">${escapeHtml(commit.level)} ${escapeHtml(commit.score)}</strong> ${hash}${forge}<br>
${foreign(commit.subject)}<br>
<span style="color:#4b5563">${commit.facts.map(foreign).join(' · ')}${reasons}</span>
</td></tr>`;
}
