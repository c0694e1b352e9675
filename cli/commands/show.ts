import { Command } from 'commander';
import type { CommitItem, RiskFactor } from '../../src/lib/commit';
import { type ApiClient, ApiFailure } from '../client';
import { riskText, styleOf } from '../commitTable';
import { CliFailure } from '../failure';
import { expandHash } from '../git';
import type { Output } from '../output';
import { clientOf } from '../settings';
import { clip, paint, plain, wrap } from '../terminal';
import { commitHash } from './arguments';
import { examples, prepare } from './globals';

const filesShownMax = 20;

export function showCommand(): Command {
  const command = new Command('show')
    .summary('show one commit, and why it has its score')
    .description('Show one commit, why it has its score, its files and its history.')
    .argument('<hash>', 'the commit; a short hash where its repository is here', commitHash)
    .option('--files', 'list every file')
    .action(run);
  return examples(command, 'show 1f0c9d8e7b6a', 'show 1f0c9d8e7b6a --json');
}

async function run(hash: string, _: unknown, command: Command): Promise<void> {
  const { flags, output, connection } = await prepare<{ files?: boolean }>(command);
  const { commit } = await findCommit(clientOf(connection), hash);
  if (output.json) return output.document(commit);
  print(output, commit, flags.files ? Number.POSITIVE_INFINITY : filesShownMax);
}

/**
 * The commit of a hash and its ETag. The API knows whole hashes; the beginning of one is looked up in the git repository
 * of the present folder.
 * @throws CliFailure where there is none
 */
export async function findCommit(
  client: ApiClient,
  hash: string,
): Promise<{ commit: CommitItem; etag: string | undefined }> {
  const get = async (whole: string) => {
    const response = await client.request(`/commits/${whole}`, { accept: 'application/json' });
    const commit = (await response.json()) as CommitItem;
    return { commit, etag: response.headers.get('etag') ?? undefined };
  };
  try {
    return await get(hash);
  } catch (error) {
    if (!(error instanceof ApiFailure) || error.status !== 404) throw error;
    const whole = hash.length < 40 ? await expandHash(process.cwd(), hash) : undefined;
    if (whole !== undefined) return await get(whole);
    throw new CliFailure(
      'foundWrong',
      `no commit ${hash} in tenant ${client.tenantId}`,
      hash.length < 40
        ? 'Give the whole hash; "gitops-healthcare commits --json" lists them.'
        : 'Backfill its repository, or give another --tenant.',
    );
  }
}

function print(output: Output, commit: CommitItem, filesMax: number): void {
  const { colour, width } = output.screen;
  const heading = (text: string): void => output.line(`\n${paint(text, 'bold', colour)}`);
  output.line(paint(`commit ${commit.commitHash}`, 'bold', colour));
  output.line(
    `${paint(riskText(commit), styleOf(commit.riskLevel), colour)}${commit.compliance.length > 0 ? `  ${commit.compliance.join(' ')}` : ''}`,
  );
  output.line();
  output.facts([
    ['author', commit.authorName ? `${commit.authorName} <${commit.author}>` : commit.author],
    ['committed', commit.timestamp],
    ['first seen', `${commit.createdAt} (${commit.source})`],
    ['repository', commit.repositories.join(', ') || undefined],
    ['branch', commit.branches.join(', ') || undefined],
    [
      'lines',
      commit.linesAdded === undefined ? undefined : `+${commit.linesAdded} -${commit.linesDeleted ?? 0}`,
    ],
    [
      'review',
      commit.review
        ? `${commit.review.status} by ${commit.review.reviewer}, ${commit.review.at}`
        : 'none yet',
    ],
    ['note', commit.review?.note],
  ]);
  output.line();
  for (const line of plain(commit.message).trimEnd().split('\n')) output.line(wrap(line, width, '    '));
  if (commit.riskFactors.length > 0) {
    heading('Why');
    const factors = [...commit.riskFactors].sort((a, b) => b.contribution - a.contribution);
    for (const factor of factors) printFactor(output, factor);
  }
  heading(commit.filesChangedCount === 1 ? '1 file' : `${commit.filesChangedCount} files`);
  const statuses = new Map(commit.fileChanges?.map((file) => [file.path, file.status]));
  for (const path of commit.filesChanged.slice(0, filesMax)) {
    output.line(`  ${(statuses.get(path) ?? '').padEnd(9)} ${plain(path).replace(/\n/g, ' ')}`.trimEnd());
  }
  const hidden = commit.filesChangedCount - Math.min(filesMax, commit.filesChanged.length);
  if (hidden > 0) output.line(`  and ${hidden} more (--files)`);
  heading('History of the record');
  for (const { revision, action, actor, at } of commit.changes) {
    output.line(`  ${String(revision).padStart(2)}  ${at}  ${action} by ${plain(actor)}`);
  }
}

/** What it adds and why, and below it where that was seen. */
function printFactor(output: Output, { contribution, half, description, evidence }: RiskFactor): void {
  const { colour, width } = output.screen;
  const indent = ' '.repeat(20);
  const reason = wrap(plain(description), width, indent).trimStart();
  output.line(`  ${contribution.toFixed(2)}  ${half.padEnd(10)}  ${reason}`);
  if (evidence.length === 0) return;
  const seen = clip(plain(evidence.join(', ')), width - indent.length);
  output.line(`${indent}${paint(seen, 'dim', colour)}`);
}
