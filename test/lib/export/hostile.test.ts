import type { Result } from 'sarif';
import { type CommitItem, displayText, wellFormed } from '../../../src/lib/commit';
import { commitRow, sarifResult } from '../../../src/lib/export';
import { csvLine } from '../../../src/lib/http';
import { hostileTexts, madeCommit } from '../digest/madeDigests';

const commitSaying = (text: string): CommitItem =>
  ({
    ...madeCommit(),
    commitDate: '2026-03-02',
    timestamp: '2026-03-02T10:00:00.000Z',
    message: text,
    author: text,
    repositories: [text],
    branches: [text],
    compliance: [text],
    riskFactors: [{ id: 'x', half: 'impact', description: text, evidence: [text], contribution: 0.5 }],
    filesChanged: [`src/${wellFormed(text)}`],
    review: null,
  }) as unknown as CommitItem;

/** A message as a viewer shows it: SARIF 2.1.0, 3.11.5 (placeholders) and 3.11.6 (embedded links). */
function shownBy(message: string): string {
  expect(message.replace(/\\[\\[\]]/g, '')).not.toMatch(/[[\]\\]/);
  expect(message.replace(/\{\{|\}\}/g, '')).not.toMatch(/[{}]/);
  return message
    .replace(/\\([\\[\]])/g, '$1')
    .replace(/\{\{/g, '{')
    .replace(/\}\}/g, '}');
}

describe.each(hostileTexts)('%s in a commit', (_, text) => {
  const commit = commitSaying(text);

  it('is text in a CSV row', () => {
    const line = csvLine(commitRow(commit));
    const cells = line.slice(0, -2).match(/(?:"(?:[^"]|"")*"|[^,]*)(?:,|$)/g) ?? [];
    for (const cell of cells) expect(cell).not.toMatch(/^"?\s*[=+\-@]/);
    // What is not in quotes has no line end in it.
    expect(line.replace(/"(?:[^"]|"")*"/g, '').match(/[\r\n]/g)).toEqual(['\r', '\n']);
  });

  it('is text in a SARIF result, without a link, a placeholder or a mark that hides', () => {
    const result: Result = sarifResult(commit);
    const shown = shownBy(result.message.text ?? '');
    expect(shown.replace('\n', '')).not.toMatch(
      /[\p{Cc}\p{Cs}\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u,
    );
    expect(shown.length).toBeLessThan(1_000);
    expect(shown).toContain(displayText(text.split('\n', 1)[0] ?? ''));
    const uri = result.locations?.[0]?.physicalLocation?.artifactLocation?.uri ?? '';
    expect(decodeURIComponent(uri)).toBe(`src/${wellFormed(text)}`);
    expect(uri).toMatch(/^src\/[\w.~!*'()%/-]*$/);
  });
});
