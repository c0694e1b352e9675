import { createHash } from 'node:crypto';
import type { PageAnswer } from '../page';

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that is HTML already. Everything else is escaped by {@link html}. */
export class Html {
  constructor(readonly text: string) {}
}

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (char) => entities[char] ?? char);

type Part = string | number | undefined | Html | Html[];

function partText(part: Part): string {
  if (part instanceof Html) return part.text;
  if (Array.isArray(part)) return part.map(({ text }) => text).join('');
  return escapeHtml(String(part ?? ''));
}

/** A template whose values are escaped, unless they were made by this template. */
export const html = (strings: TemplateStringsArray, ...parts: Part[]): Html =>
  new Html(strings.reduce((text, string, index) => text + partText(parts[index - 1]) + string));

const style = `:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}
body{max-width:70rem;margin:0 auto;padding:1rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #8884;vertical-align:top}
pre{overflow:auto;background:#8881;padding:.8rem;border-radius:.4rem}
td{overflow-wrap:anywhere}
textarea{width:100%;font:inherit;font-family:ui-monospace,monospace}
.error{border-left:4px solid #c33;padding-left:.8rem}
a:focus-visible,button:focus-visible,textarea:focus-visible{outline:2px solid #39f;outline-offset:2px}`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** Nothing may run, nothing may load: the one style sheet is known by its hash. */
const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** A whole page of the explorer. */
export function page(status: number, title: string, trail: Html, content: Html): PageAnswer {
  const document = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Cosmos DB emulator</title><style>${new Html(style)}</style></head>
<body><nav aria-label="Place">${trail}</nav><main><h1>${title}</h1>${content}</main></body></html>`;
  return { status, headers, body: document.text };
}
