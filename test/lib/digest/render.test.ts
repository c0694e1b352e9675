import { readFile, writeFile } from 'node:fs/promises';
import { Parser } from 'commonmark';
import { displayText } from '../../../src/lib/commit';
import {
  renderHtml,
  renderMarkdown,
  renderSlack,
  renderTeams,
  renderText,
  viewOfDigest,
} from '../../../src/lib/digest';
import { hostileTexts, madeCommit, madeDigest, quietDigest } from './madeDigests';

const options = { publicUrl: 'https://evidence.clinic.example' };
const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

const renderings = {
  md: renderMarkdown,
  html: renderHtml,
  txt: renderText,
  'slack.json': (view: ReturnType<typeof viewOfDigest>) => json(renderSlack(view)),
  'teams.json': (view: ReturnType<typeof viewOfDigest>) => json(renderTeams(view)),
};
const formats = Object.entries(renderings);

describe.each([
  ['full', madeDigest()],
  ['quiet', quietDigest],
])('a %s digest', (name, digest) => {
  it.each(formats)('is rendered as it always was: %s', async (extension, render) => {
    const rendered = render(viewOfDigest(digest, options));
    const path = `test/golden/digest-${name}.${extension}`;
    if (process.env.UPDATE_GOLDEN) await writeFile(path, rendered);
    expect(rendered).toBe(await readFile(path, 'utf8'));
  });
});

it('says a quiet day in one line', () => {
  const view = viewOfDigest(quietDigest, {});
  expect(view.summary).toBe(
    'A quiet day: nothing was recorded, and nothing waits for a review (2026-03-03, audit entry 163).',
  );
  expect(view.sections).toEqual([]);
  expect(renderText(view)).toBe(`${view.title}\n\n${view.summary}\n`);
});

it('says first, on a quiet day too, that the audit log does not verify', () => {
  const auditCheck = {
    ...{ checkedAt: '2026-03-03T07:00:00.000Z', valid: false, entries: 163, isWhole: true, problemsFound: 5 },
    problems: [{ kind: 'altered' as const, sequence: 7, id: 'abc:1', auditDate: '2026-03-01' }],
  };
  const view = viewOfDigest({ ...quietDigest, auditCheck });
  expect(view).toMatchObject({
    isQuiet: false,
    summary: expect.stringMatching(/^THE AUDIT LOG DOES NOT VERIFY/),
  });
  expect(view.sections[0]).toEqual({
    title: 'The audit log does not verify',
    commits: [],
    lines: ['altered: entry 7, abc:1, 2026-03-01'],
    more: 'and 4 more',
  });
  expect(view.footer.join('\n')).not.toMatch(/Verified/);
});

it('says for how long a commit waits for its review', () => {
  expect(renderText(viewOfDigest(madeDigest()))).toMatch(/feat: new session cookie\n.*waits 10 days/);
  expect(viewOfDigest(madeDigest()).summary).toContain('31 waiting for a review, the longest for 10 days');
});

it('lists for a channel only what is grave enough for it', () => {
  const text = renderText(viewOfDigest(madeDigest({ unreviewed: undefined }), { minLevel: 'critical' }));
  expect(text).toContain('critical 0.93');
  expect(text).not.toContain('high 0.74');
});

const hostileDigest = (text: string) => {
  const commit = madeCommit({
    subject: displayText(text),
    author: text,
    repositories: [text],
    reasons: [text],
    compliance: [text],
  });
  return madeDigest({
    highRisk: Array.from({ length: 40 }, () => commit),
    highRiskTotal: 5_000,
    unreviewed: { total: 5_000, oldestAt: null, commits: Array.from({ length: 25 }, () => commit) },
    coverage: {
      openGaps: 500,
      gaps: Array.from({ length: 20 }, () => ({ repository: text, ref: text, foundAt: '2026-03-02' })),
    },
  });
};

/** Every string in a JSON document with the name it stands under. */
function* strings(value: unknown, name = ''): Generator<[string, string]> {
  if (typeof value === 'string') yield [name, value];
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) yield* strings(inner, key);
}

describe.each(hostileTexts)('%s in a commit', (_, text) => {
  const view = viewOfDigest(hostileDigest(text), options);
  const shown = displayText(text);

  it('has no control, no direction mark and no end in what is shown', () => {
    for (const [, value] of strings(view)) {
      expect(value).not.toMatch(/[\p{Cc}\p{Cs}\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u);
      expect([...value].length).toBeLessThanOrEqual(500);
    }
  });

  it('is text in HTML', () => {
    const html = renderHtml(view);
    const tags = new Set([...html.matchAll(/<\/?([^\s>]+)/g)].map(([, tag]) => tag?.toLowerCase()));
    const known = '!doctype html head meta title body table tr td h1 h2 p span a strong br code tbody'.split(
      ' ',
    );
    expect([...tags].filter((tag) => !known.includes(tag ?? ''))).toEqual([]);
    for (const [, url] of html.matchAll(/href="([^"]*)"/g))
      expect(url).toMatch(/^https:\/\/(evidence\.clinic\.example|github\.com)\//);
    expect(html.match(/<[^>]*\son\w+=/i)).toBeNull();
    expect(unescaped(html)).toContain(shown);
  });

  it('is text in Markdown', () => {
    const walker = new Parser().parse(renderMarkdown(view)).walker();
    const seen: string[] = [];
    const links: string[] = [];
    for (let event = walker.next(); event; event = walker.next()) {
      const { node } = event;
      if (!event.entering) continue;
      expect(['html_inline', 'html_block', 'image']).not.toContain(node.type);
      if (node.type === 'link') links.push(node.destination ?? '');
      if (node.type === 'text') seen.push(node.literal ?? '');
      else if (node.type !== 'code') seen.push('\n');
    }
    expect(links.every((url) => /^https:\/\/(evidence\.clinic\.example|github\.com)\//.test(url))).toBe(true);
    expect(seen.join('')).toContain(shown);
  });

  it('is text in Slack, within its limits', () => {
    const message = renderSlack(view);
    expect(message.blocks.length).toBeLessThanOrEqual(50);
    expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(100_000);
    // The fallback is the one place where Slack reads marks.
    expect(message.text).not.toContain(shown);
    const types = new Set([...strings(message)].filter(([name]) => name === 'type').map(([, type]) => type));
    expect([...types].sort()).toEqual([
      'header',
      'link',
      'plain_text',
      'rich_text',
      'rich_text_section',
      'text',
    ]);
    for (const [name, value] of strings(message)) {
      if (name === 'url') expect(value).toMatch(/^https:\/\/(evidence\.clinic\.example|github\.com)\//);
      expect(value.length).toBeLessThanOrEqual(3_000);
    }
    expect([...strings(message)].some(([, value]) => value.includes(shown))).toBe(true);
  });

  it('is text in Teams, within its limit', () => {
    const message = renderTeams(view);
    expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(28 * 1024);
    for (const [name, value] of strings(message)) {
      if (name === 'type')
        expect(['message', 'AdaptiveCard', 'RichTextBlock', 'TextRun', 'Action.OpenUrl']).toContain(value);
      if (name === 'url') expect(value).toMatch(/^https:\/\/(evidence\.clinic\.example|github\.com)\//);
    }
    expect([...strings(message)].some(([, value]) => value.includes(shown))).toBe(true);
  });

  it('is one line in the plain text of a mail', () => {
    expect(renderText(view)).toContain(shown);
    expect(renderText(view)).not.toMatch(/^X-Header/m);
  });
});

function unescaped(html: string): string {
  return html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
