import type { CommitLine, View } from '../wording';

/** Teams takes 28 KB a message: https://learn.microsoft.com/microsoftteams/limits-specifications-teams. Some air is left. */
export const teamsBytesMax = 27_000;

interface TextRun {
  type: 'TextRun';
  text: string;
  weight?: 'Bolder';
  size?: 'Medium' | 'Small';
  isSubtle?: true;
  color?: 'Attention' | 'Warning' | 'Good';
  selectAction?: { type: 'Action.OpenUrl'; url: string };
}
interface RichTextBlock {
  type: 'RichTextBlock';
  inlines: TextRun[];
  spacing?: 'Medium';
  separator?: true;
}

export interface TeamsMessage {
  type: 'message';
  summary: string;
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive';
      contentUrl: null;
      content: {
        $schema: string;
        type: 'AdaptiveCard';
        version: '1.4';
        msteams: { width: 'Full' };
        body: RichTextBlock[];
        actions?: { type: 'Action.OpenUrl'; title: string; url: string }[];
      };
    },
  ];
}

/**
 * A message for a Teams workflow ("post to a channel when a webhook request is received"): an Adaptive Card. Text from outside stands in
 * text runs alone, which know no Markdown and no mentions. Commits are left out from the end until it is small enough.
 */
export function renderTeams(view: View): TeamsMessage {
  for (let commitsMax = 40; ; commitsMax = Math.floor(commitsMax / 1.3)) {
    const message = card(view, commitsMax);
    if (commitsMax === 0 || Buffer.byteLength(JSON.stringify(message)) <= teamsBytesMax) return message;
  }
}

function card(view: View, commitsMax: number): TeamsMessage {
  const body: RichTextBlock[] = [
    block([run(view.title, { weight: 'Bolder', size: 'Medium' })]),
    block([run(view.summary)]),
  ];
  for (const { title, commits, lines, more } of view.sections) {
    body.push({ ...block([run(title, { weight: 'Bolder' })]), spacing: 'Medium', separator: true });
    for (const commit of commits.slice(0, commitsMax)) body.push(commitBlock(commit));
    for (const line of lines.slice(0, commitsMax)) body.push(block([run(line)]));
    const hidden = Math.max(0, commits.length - commitsMax) + Math.max(0, lines.length - commitsMax);
    if (hidden > 0) body.push(block([run(`${hidden} more on the dashboard`, { isSubtle: true })]));
    if (more !== undefined) body.push(block([run(more, { isSubtle: true })]));
  }
  if (!view.isQuiet)
    for (const line of view.footer) body.push(block([run(line, { isSubtle: true, size: 'Small' })]));
  return {
    type: 'message',
    summary: view.summary,
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          msteams: { width: 'Full' },
          body,
          ...(view.dashboardUrl !== undefined && {
            actions: [{ type: 'Action.OpenUrl', title: 'Open the dashboard', url: view.dashboardUrl }],
          }),
        },
      },
    ],
  };
}

const block = (inlines: TextRun[]): RichTextBlock => ({ type: 'RichTextBlock', inlines });
const run = (text: string, style: Omit<TextRun, 'type' | 'text'> = {}): TextRun => ({
  type: 'TextRun',
  text,
  ...style,
});

function commitBlock(commit: CommitLine): RichTextBlock {
  const open = (url: string | undefined) =>
    url === undefined ? {} : { selectAction: { type: 'Action.OpenUrl' as const, url } };
  return block([
    run(`${commit.level} ${commit.score} `, { weight: 'Bolder', color: colourOf(commit.level) }),
    run(commit.hash, open(commit.dashboardUrl)),
    run(` ${commit.subject}`),
    run(` · ${commit.facts.join(' · ')}`, { isSubtle: true }),
    ...(commit.forgeUrl ? [run(' · '), run('at the forge', open(commit.forgeUrl))] : []),
    ...commit.reasons.map((reason) => run(` – ${reason}`, { isSubtle: true })),
  ]);
}

const colourOf = (level: string) =>
  level === 'critical' || level === 'high' ? 'Attention' : level === 'medium' ? 'Warning' : 'Good';
