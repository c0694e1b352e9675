/** Headers of a document for people: its styles stand in its elements, nothing else is loaded or run. */
export function pageHeaders(type: 'text/html' | 'text/markdown'): Record<string, string> {
  return {
    'content-type': `${type}; charset=utf-8`,
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox",
  };
}
