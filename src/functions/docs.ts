import { createHash } from 'node:crypto';
import { apiDocument } from './contract';
import { documentPage, documentStyle } from './contract/documentPage';
import { endpoint } from './endpoint';

const styleHash = createHash('sha256').update(documentStyle).digest('base64');

export const docs = endpoint('docs', async () => ({
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  },
  body: documentPage(apiDocument()),
}));
