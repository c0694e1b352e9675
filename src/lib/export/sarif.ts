import type { Log, ReportingDescriptor, Result, Run } from 'sarif';
import { type CommitItem, displayText } from '../commit';

// SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
// The log is written in three pieces, so that no list of commits is ever held whole.

const filesMax = 50;

const rule: ReportingDescriptor = {
  id: 'high-risk-commit',
  name: 'HighRiskCommit',
  shortDescription: { text: 'A commit that needs a look' },
  fullDescription: { text: 'The change touches something that matters, or such changes tend to need a fix.' },
  defaultConfiguration: { level: 'error' },
};

/** Everything before the first result. */
export function sarifStart(version: string): string {
  const run: Run = {
    tool: { driver: { name: 'gitops-healthcare', semanticVersion: version, rules: [rule] } },
    columnKind: 'utf16CodeUnits',
    results: [],
  };
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [run],
  };
  return JSON.stringify(log).slice(0, -sarifEnd.length);
}

/** Everything after the last result. */
export const sarifEnd = ']}]}';

/**
 * Foreign text in a message, where braces are placeholders and brackets links: sections 3.11.5 and 3.11.6. A viewer shows it
 * to people, so it is a line without hidden marks.
 */
const messageText = (text: string): string =>
  displayText(text)
    .replace(/[{}]/g, '$&$&')
    .replace(/[\\[\]]/g, '\\$&');

/** One commit as one result, with the reasons of its score and its first files. */
export function sarifResult(commit: CommitItem): Result {
  const subject = messageText(commit.message.split('\n', 1)[0] ?? '');
  const reasons = commit.riskFactors.map(({ description }) => messageText(description)).join(' ');
  return {
    ruleId: rule.id,
    ruleIndex: 0,
    level: levels[commit.riskLevel],
    message: { text: `${commit.commitHash.slice(0, 12)} ${subject}${reasons === '' ? '' : `\n${reasons}`}` },
    locations: commit.filesChanged.slice(0, filesMax).map((path) => ({
      physicalLocation: { artifactLocation: { uri: path.split('/').map(encodeURIComponent).join('/') } },
    })),
    partialFingerprints: { 'commitHash/v1': commit.commitHash },
    ...(commit.riskScore !== undefined && { rank: commit.riskScore * 100 }),
    properties: {
      commitHash: commit.commitHash,
      commitDate: commit.commitDate,
      author: commit.author,
      repositories: commit.repositories,
      riskScore: commit.riskScore,
      riskLevel: commit.riskLevel,
      tags: commit.compliance,
      review: commit.review?.status ?? 'unreviewed',
    },
  };
}

const levels = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  unscored: 'none',
} as const satisfies Record<CommitItem['riskLevel'], Result['level']>;
