import type { DigestListing } from '../store';
import { escapeHtml } from './render/html';
import { escapeMarkdown } from './render/markdown';
import { dashboard, type RenderOptions } from './wording';

const line = ({ digestDate, commits, highRiskTotal }: DigestListing) =>
  `${digestDate}: ${commits} recorded, ${highRiskTotal} high or critical`;

/** The list of digests as CommonMark. */
export function renderArchiveMarkdown(digests: readonly DigestListing[], options: RenderOptions): string {
  const lines = digests.map((digest) => {
    const url = dashboard(options, digest.tenantId, { digest: digest.digestDate });
    const text = escapeMarkdown(line(digest));
    return `- ${url === undefined ? text : `[${text}](<${url}>)`}`;
  });
  return `# Digests\n\n${lines.length > 0 ? lines.join('\n') : 'There is none yet.'}\n`;
}

/** The list of digests as a page without scripts. */
export function renderArchiveHtml(digests: readonly DigestListing[], options: RenderOptions): string {
  const items = digests.map((digest) => {
    const url = dashboard(options, digest.tenantId, { digest: digest.digestDate });
    const text = escapeHtml(line(digest));
    return `<li>${url === undefined ? text : `<a href="${escapeHtml(url)}">${text}</a>`}</li>`;
  });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Digests</title></head>
<body style="font-family:'Segoe UI',Helvetica,Arial,sans-serif;margin:16px"><h1>Digests</h1>
${items.length > 0 ? `<ul>${items.join('\n')}</ul>` : '<p>There is none yet.</p>'}
</body></html>
`;
}
