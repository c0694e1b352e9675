import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AuditEntry, AuditHead, AuditManifest, auditActions } from '../../../src/lib/audit';

const page = readFileSync(resolve(__dirname, '../../../docs/audit-format.md'), 'utf8');
const section = (title: string) => page.split(/^## /m).find((text) => text.startsWith(title)) ?? '';
/** The names in the first column of a section's table. */
const documented = (title: string) =>
  section(title)
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name))
    .sort();

describe('docs/audit-format.md', () => {
  it.each([
    ['An entry', Object.keys(AuditEntry.shape)],
    ['A head', Object.keys(AuditHead.shape)],
    ['An export', Object.keys(AuditManifest.shape)],
  ])('names every member of the format under %s, and no other', (title, members) => {
    expect(documented(title)).toEqual([...members].sort());
  });

  it('names every action that is written', () => {
    for (const action of auditActions) expect(section('An entry')).toContain(`\`${action}\``);
  });
});
