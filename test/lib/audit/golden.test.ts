import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type AuditEntry,
  type AuditHead,
  chainChanges,
  exportLines,
  verifyExport,
} from '../../../src/lib/audit';
import { changeOf } from './chains';
import { hasPython, verifyInPython } from './python';

const file = resolve(__dirname, '../../golden/audit-export.ndjson');
/** Made by the version before, whose days had one head that was replaced. */
const formatOne = resolve(__dirname, '../../golden/audit-export-format-1.ndjson');

/** Every kind of entry that there is, over a month's end and a day without entries. */
async function makeGolden(): Promise<string> {
  const other = (subject: string) => ({ subject, commitHash: undefined });
  const batches = [
    ['2026-01-30T09:00:00.000Z', [changeOf(1), changeOf(2, { actor: 'Zoë \u{1f600} \u2028' })]],
    ['2026-01-30T10:00:00.000Z', [changeOf(1, { revision: 2, action: 'amended', actor: 'ci' })]],
    [
      '2026-01-31T23:59:59.999Z',
      [
        changeOf(2, {
          ...{ revision: 2, action: 'reviewed', actor: 'reviewer@example.org' },
          detail: { status: 'approved', note: 'seen "twice"\\', second: true, lines: 12 },
        }),
        changeOf(3, { ...other('gap:example:app@main'), action: 'gap' }),
      ],
    ],
    [
      '2026-02-02T00:00:00.000Z',
      [
        changeOf(4, { ...other('settings:tenant'), action: 'settings' }),
        changeOf(5, { ...other('digest:2026-02-01'), action: 'digest', detail: { sequence: 5 } }),
        changeOf(6, { ...other('export:1'), action: 'exported' }),
      ],
    ],
  ] as const;
  const items: (AuditEntry | AuditHead)[] = [];
  let head: AuditHead | undefined;
  for (const [at, changes] of batches) {
    const part = chainChanges(head, changes, new Date(at));
    head = part.head;
    items.push(...part.entries, head);
  }
  let text = '';
  const options = { exportedAt: new Date('2026-02-03T00:00:00.000Z'), policyVersion: 'default-1' };
  for await (const line of exportLines(items, options)) text += line;
  return text;
}

const itWithPython = hasPython ? it : it.skip;

describe('the golden export', () => {
  it('is what this version writes (UPDATE_GOLDEN=1 rewrites it)', async () => {
    const made = await makeGolden();
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, made);
    expect(readFileSync(file, 'utf8')).toBe(made);
  });

  it.each([file, formatOne])('%s is valid to this version', async (golden) => {
    const report = await verifyExport([readFileSync(golden)]);
    expect(report).toMatchObject({ valid: true, entries: 8, problems: [], notes: [] });
  });

  itWithPython.each([file, formatOne])(
    `%s is valid to docs/verify.py, with the same head${hasPython ? '' : ' (skipped: there is no python3)'}`,
    async (golden) => {
      const ours = await verifyExport([readFileSync(golden)]);
      const theirs = verifyInPython(readFileSync(golden));
      expect(theirs).toEqual({
        ...theirs,
        valid: true,
        entries: 8,
        head: ours.head,
        problems: [],
        notes: [],
      });
    },
  );
});
