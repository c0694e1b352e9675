import { createHash } from 'node:crypto';
import { script, style } from './assets';

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The whole page: one document, with nothing to load beside it. */
export const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Dashboard · gitops-healthcare</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<div id="app"><p class="starting">Starting…</p></div>
<noscript><p>The dashboard needs JavaScript. The same facts are in the API, and digests can be read as pages.</p></noscript>
<script>${script}</script>
</body>
</html>
`;

/**
 * Only this very script and style run, and only this host is spoken to. The chart library sets styles by script, which
 * needs no permission; no style attribute is ever parsed.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `script-src ${hashOf(script)}`,
  `style-src ${hashOf(style)}`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
