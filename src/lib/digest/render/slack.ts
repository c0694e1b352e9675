import type { CommitLine, View } from '../wording';

// https://docs.slack.dev/reference/block-kit/blocks: 50 blocks a message, 150 characters a header.
const blocksMax = 50;
const headerMax = 150;
/** Not documented for rich text; a section holds 3,000, so no block here holds more. */
const blockCharactersMax = 3_000;
const commitsASectionMax = 15;
const linesASectionMax = 10;

interface TextElement {
  type: 'text';
  text: string;
  style?: { bold?: true; italic?: true; code?: true };
}
type Element = TextElement | { type: 'link'; url: string; text: string };
type Block =
  | { type: 'header'; text: { type: 'plain_text'; text: string; emoji: false } }
  | { type: 'rich_text'; elements: { type: 'rich_text_section'; elements: Element[] }[] };

export interface SlackMessage {
  /** For notifications; without anything from outside, since Slack reads marks in it. */
  text: string;
  mrkdwn: false;
  unfurl_links: false;
  unfurl_media: false;
  blocks: Block[];
}

/**
 * A message for a Slack incoming webhook, within Block Kit's limits. Text from outside stands in rich text and `plain_text`
 * alone, which know no marks: `<!channel>`, `*bold*` and `<https://…>` come out as they are.
 */
export function renderSlack(view: View): SlackMessage {
  const blocks: Block[] = [
    {
      type: 'header',
      text: { type: 'plain_text', text: [...view.title].slice(0, headerMax).join(''), emoji: false },
    },
    paragraph([text(view.summary)]),
  ];
  for (const { title, commits, lines, more } of view.sections) {
    blocks.push(paragraph([text(title, { bold: true })]));
    for (const commit of commits.slice(0, commitsASectionMax)) blocks.push(commitBlock(commit));
    const shown = lines.slice(0, linesASectionMax);
    if (shown.length > 0) blocks.push(paragraph([text(shown.map((line) => `• ${line}`).join('\n'))]));
    const hidden =
      Math.max(0, commits.length - commitsASectionMax) + Math.max(0, lines.length - linesASectionMax);
    if (hidden > 0 || more !== undefined)
      blocks.push(
        paragraph([
          text(more ?? `and ${hidden} more`, { italic: true }),
          ...(hidden > 0 && more !== undefined ? [text(` (and ${hidden} shown on the dashboard)`)] : []),
        ]),
      );
  }
  const footer: Block[] = [
    ...(view.dashboardUrl === undefined
      ? []
      : [paragraph([{ type: 'link', url: view.dashboardUrl, text: 'Open the dashboard' }])]),
    ...(view.isQuiet ? [] : view.footer.map((line) => paragraph([text(line, { italic: true })]))),
  ];
  return {
    text: view.summary,
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [...blocks.slice(0, blocksMax - footer.length), ...footer],
  };
}

const text = (value: string, style?: TextElement['style']): TextElement => ({
  type: 'text',
  text: value,
  ...(style && { style }),
});

/** One block of rich text, cut where it is too long. */
function paragraph(elements: Element[]): Block {
  let left = blockCharactersMax;
  const fitting = elements.flatMap((element) => {
    const shown = element.text.slice(0, Math.max(0, left));
    left -= element.text.length;
    return shown === '' ? [] : [{ ...element, text: shown }];
  });
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: fitting }] };
}

function commitBlock(commit: CommitLine): Block {
  return paragraph([
    text(`${commit.level} ${commit.score} `, { bold: true }),
    commit.dashboardUrl
      ? { type: 'link', url: commit.dashboardUrl, text: commit.hash }
      : text(commit.hash, { code: true }),
    text(` ${commit.subject}\n${commit.facts.join(' · ')}`),
    ...(commit.forgeUrl
      ? [text(' · '), { type: 'link' as const, url: commit.forgeUrl, text: 'at the forge' }]
      : []),
    ...commit.reasons.map((reason) => text(`\n– ${reason}`)),
  ]);
}
